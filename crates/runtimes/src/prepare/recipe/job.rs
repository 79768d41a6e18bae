//! Running the programs of a recipe's steps, as many at a time as there are processors.
//!
//! Owns what a program gets (a tree with the sources and everything that was made before) and what it must leave.

use crate::manifest::DeriveStep;
use crate::prepare::archive::SourceFiles;
use crate::prepare::error::PartError;
use crate::prepare::workshop::Workshop;
use crate::template::Template;
use runcell_cell::cell::{self, Entry, Guard, Program, StepBudget, StepEnd};
use runcell_cell::fs::{BaseTree, FileTree, Follow, NodeId, Quota};
use runcell_cell::output::OutputBuffer;
use runcell_cell::stdin::{Stdin, StdinReader};
use runcell_cell::wasi::{Streams, Wasi};
use runcell_model::file::{Pattern, PatternError};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The budget of one step of a recipe: plenty, as recipes are trusted.
const BUDGET: StepBudget =
    StepBudget { fuel: u64::MAX / 4, memory_bytes: 3 << 30, table_elements: 1 << 24, stack_bytes: 0 };

/// A step that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Files that a step made, by guest path.
pub(super) type Made = Vec<(String, Arc<Vec<u8>>)>;

/// One run of a step's program.
pub(super) struct Job {
    program: Program,
    args: Vec<String>,
    /// The files that it has to leave, by guest path.
    pub(super) makes: Vec<String>,
    /// The length of its source, or the greatest number if it has all sources. The longest jobs begin first, so that the
    /// others do not end up waiting for one of them.
    weight: usize,
}

/// The jobs of a step: one, or one for each source that its patterns match.
pub(super) fn of_step(
    step: &DeriveStep,
    program: &Program,
    sources: &SourceFiles,
    ids: &BTreeMap<String, Vec<String>>,
    mut template: Template,
) -> Result<Vec<Job>, PatternError> {
    for (id, files) in ids {
        template = template.list(&format!("made.{id}"), files.clone());
    }
    let job = |template: Template, weight| Job {
        program: program.clone(),
        args: template.fill_all(&step.args),
        makes: template.fill_all(&step.makes),
        weight,
    };
    if step.for_each.is_empty() {
        return Ok(vec![job(template, usize::MAX)]);
    }
    let patterns = step.for_each.iter().map(|text| Pattern::new(text)).collect::<Result<Vec<_>, _>>()?;
    let matched = sources.iter().filter(|(path, _)| Pattern::any_matches(&patterns, path));
    let each =
        matched.map(|(path, text)| job(template.clone().text("source", path).text("stem", stem(path)), text.len()));
    Ok(each.collect())
}

/// A name for what is made from a source: its path without ending, in one piece.
fn stem(path: &str) -> String {
    let path = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    path.trim_start_matches('/').replace('/', "_")
}

/// Runs jobs, as many at a time as there are processors, and returns what they made.
pub(super) fn run_all(
    workshop: &Workshop,
    base: &Arc<BaseTree>,
    made: &BTreeMap<String, Arc<Vec<u8>>>,
    jobs: Vec<Job>,
) -> Result<Made, PartError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len().max(1));
    let mut queue: Vec<(usize, Job)> = jobs.into_iter().enumerate().collect();
    queue.sort_by_key(|(_, job)| std::cmp::Reverse(job.weight));
    let queue = std::sync::Mutex::new(queue.into_iter());
    let handle = workshop.threads.handle().map_err(PartError::Threads)?;
    let results = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("no holder panics").next();
                    let Some((index, job)) = next else { return };
                    let result = handle.block_on(run_job(base, made, &job));
                    results.lock().expect("no holder panics").push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no holder panics");
    results.sort_by_key(|(index, _)| *index);
    let mut files = Vec::new();
    for (_, result) in results {
        files.extend(result?);
    }
    Ok(files)
}

async fn run_job(base: &Arc<BaseTree>, made: &BTreeMap<String, Arc<Vec<u8>>>, job: &Job) -> Result<Made, PartError> {
    let step = || format!("{} {}", job.args.first().map_or("", String::as_str), job.makes.join(" "));
    let failed = |how: String, said: String| PartError::Step { step: step(), how, said };
    let mut tree = FileTree::new(base.clone(), Quota::of(4 << 30, 100_000));
    for (path, bytes) in made {
        tree.put(path, bytes.clone(), 0).map_err(|error| failed(error.to_string(), path.clone()))?;
    }
    for folder in job.makes.iter().filter_map(|path| path.rsplit_once('/')).map(|(folder, _)| folder) {
        let at = tree.resolve(NodeId::ROOT, folder.as_bytes(), Follow::Yes);
        if let Ok(at) = at
            && at.node.is_none()
        {
            tree.create_dir(&at, 0).map_err(|error| failed(error.to_string(), folder.to_owned()))?;
        }
    }
    let output = OutputBuffer::new(1 << 20);
    let mut wasi = Wasi::new(tree, StdinReader::new(Stdin::default(), 0), output.clone());
    wasi.begin_step(job.args.clone(), Vec::new(), Streams::Terminal);
    let guard = Guard { deadline: Instant::now() + PATIENCE, cancel: CancellationToken::new() };
    let report = cell::run_step(&job.program, &Entry::Command, wasi, BUDGET, &guard).await;
    tracing::debug!(made = ?job.makes, cpu_ms = report.cpu.as_millis(), "a step of a recipe has ended");
    if report.end != Ok(StepEnd::Exit(0)) {
        return Err(failed(format!("{:?}", report.end), output.text()));
    }
    let tree = report.wasi.tree;
    let mut files = Vec::new();
    for path in &job.makes {
        let found = tree.resolve(NodeId::ROOT, path.as_bytes(), Follow::Yes).ok().and_then(|at| at.node);
        let bytes = found.and_then(|node| tree.read_all(node).ok());
        let bytes = bytes.ok_or_else(|| failed(format!("it did not make {path}"), output.text()))?;
        files.push((path.clone(), Arc::new(bytes)));
    }
    Ok(files)
}
