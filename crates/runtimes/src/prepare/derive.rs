//! Recipes: files that are made once from sources, with a compiler that is itself a guest.
//!
//! Owns the running of a recipe's steps, several at a time, and the entry that keeps their outputs. A recipe without
//! steps only unpacks: what it keeps is its sources.

use super::Workshop;
use super::archive::{self, SourceFiles};
use super::error::{PartError, PlanError};
use super::load;
use super::part::{Target, module_key};
use super::plan;
use crate::cache::{CacheEntry, CacheError, Key};
use crate::manifest::{Derive, DeriveStep, MountPhase, Patch};
use crate::template::Template;
use runcell_cell::cell::{self, Entry, Guard, Program, StepBudget, StepEnd};
use runcell_cell::fs::{BaseBuilder, BaseTree, FileTree, Follow, NodeId, Quota};
use runcell_cell::library;
use runcell_cell::output::OutputBuffer;
use runcell_cell::stdin::{Stdin, StdinReader};
use runcell_cell::wasi::{Streams, Wasi};
use runcell_model::file::{Pattern, PatternError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// What one step of a recipe may use: plenty, as recipes are trusted.
const BUDGET: StepBudget =
    StepBudget { fuel: u64::MAX / 4, memory_bytes: 3 << 30, table_elements: 1 << 24, stack_bytes: 0 };

/// A step that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(1800);

/// The key of a recipe: its text, its sources, the compiler.
pub(super) fn key(workshop: &Workshop, target: &Target, name: &str) -> Result<Key, PlanError> {
    let recipe = target.recipe(name)?;
    let mut parts = vec![text(recipe, &target.folder.manifest.lists)];
    parts.extend(recipe.library.iter().map(|_| library::STUB_VERSION.to_owned()));
    for source in &recipe.sources {
        if let Some(role) = &source.asset {
            parts.push(target.asset(workshop, role)?.sha256.clone());
        }
        if let Some(derived) = &source.derived {
            parts.push(key(workshop, target, derived)?.digest().to_owned());
        }
        for file in &source.files {
            parts.push(Key::new("file", [&*target.folder.file(file)?]).digest().to_owned());
        }
    }
    for step in &recipe.steps {
        parts.push(compiler_digest(workshop, target, &step.module)?);
    }
    if !recipe.steps.is_empty() {
        for mount in
            target.folder.manifest.mounts.iter().filter(|m| m.phase == MountPhase::Build && m.derived.is_none())
        {
            parts.push(load::mount_digest(workshop, target, mount)?);
        }
    }
    Ok(Key::new("derived", parts))
}

/// What a recipe says, and the lists that it uses.
fn text(recipe: &Derive, lists: &BTreeMap<String, Vec<String>>) -> String {
    let text = format!("{recipe:?}");
    let used: Vec<_> = lists.iter().filter(|(name, _)| text.contains(&format!("{{list.{name}}}"))).collect();
    format!("{text} {used:?}")
}

fn compiler_digest(workshop: &Workshop, target: &Target, module: &str) -> Result<String, PlanError> {
    match &target.module(module)?.of {
        Some(of) => {
            let (other, module) = plan::other(workshop, of)?;
            compiler_digest(workshop, &other, &module)
        }
        None => Ok(module_key(workshop, target, module)?.digest().to_owned()),
    }
}

/// The entry of a recipe that lies in the cache.
pub(super) fn entry(workshop: &Workshop, target: &Target, name: &str) -> Result<CacheEntry, PartError> {
    let vanished = || PartError::Vanished(format!("{name} of {target}"));
    workshop.cache.find(&key(workshop, target, name)?).ok_or_else(vanished)
}

/// The outputs of a recipe that lie in the cache: name and path.
pub(super) fn output_paths(
    workshop: &Workshop,
    target: &Target,
    name: &str,
) -> Result<Vec<(String, PathBuf)>, PartError> {
    let entry = entry(workshop, target, name)?;
    let outputs = &target.recipe(name)?.outputs;
    Ok(outputs.iter().map(|output| (output.clone(), entry.path(&flat(output)))).collect())
}

/// One output of a recipe.
pub(super) fn read_output(workshop: &Workshop, target: &Target, name: &str, file: &str) -> Result<Vec<u8>, PartError> {
    let outputs = output_paths(workshop, target, name)?;
    let found = outputs.into_iter().find(|(output, _)| output == file);
    let (_, path) = found.ok_or_else(|| target.missing("output", file))?;
    Ok(std::fs::read(&path).map_err(CacheError::io("read", &path))?)
}

/// The name of an output in its entry, which has no folders.
fn flat(output: &str) -> String {
    output.replace('/', "__")
}

/// Runs a recipe and keeps its outputs in the folder of its entry.
pub(super) fn make(workshop: &Workshop, target: &Target, name: &str, dir: &Path) -> Result<(), PartError> {
    let recipe = target.recipe(name)?;
    let sources = sources(workshop, target, recipe)?;
    if recipe.steps.is_empty() {
        return archive::write_files(&sources, dir);
    }
    let made = run_steps(workshop, target, recipe, &sources)?;
    for output in &recipe.outputs {
        let bytes = made.get(&format!("/tmp/{output}"));
        let bytes = bytes.ok_or_else(|| target.missing("output", output))?;
        let path = dir.join(flat(output));
        std::fs::write(&path, bytes.as_slice()).map_err(CacheError::io("write", &path))?;
    }
    Ok(())
}

/// Runs the steps of a recipe; returns all that they made.
fn run_steps(
    workshop: &Workshop,
    target: &Target,
    recipe: &Derive,
    sources: &SourceFiles,
) -> Result<BTreeMap<String, Arc<Vec<u8>>>, PartError> {
    let mut base = BaseBuilder::default();
    load::add_mounts(workshop, target, MountPhase::Build, &mut base, false)?;
    for (path, bytes) in sources {
        base.bytes(path, bytes.as_slice());
    }
    let base = base.build();
    let (mut made, mut ids) = (BTreeMap::new(), BTreeMap::new());
    for steps in recipe.steps.chunk_by(|_, next| next.alongside) {
        let mut all = Vec::new();
        for step in steps {
            let program = load::program(workshop, target, &step.module, None)?;
            let template = Template::default().lists(&target.folder.manifest.lists);
            let jobs = jobs(step, &program, sources, &ids, template)?;
            ids.insert(step.id.clone(), jobs.iter().flat_map(|job| job.makes.clone()).collect());
            all.extend(jobs);
        }
        made.extend(run_jobs(workshop, &base, &made, all)?);
    }
    if let Some(spec) = &recipe.library {
        let module = made.get(&spec.module).ok_or_else(|| target.missing("file of the library", &spec.module))?;
        let stub = library::stub(module, &spec.hide)?;
        made.insert(spec.module.clone(), Arc::new(stub.library));
        made.insert(spec.object.clone(), Arc::new(stub.object));
        made.insert(spec.arguments.clone(), Arc::new(stub.arguments.into_bytes()));
    }
    Ok(made)
}

/// The recipe's sources, patched, by guest path.
fn sources(workshop: &Workshop, target: &Target, recipe: &Derive) -> Result<SourceFiles, PartError> {
    let mut files = SourceFiles::new();
    for source in &recipe.sources {
        let place = |name: &str| format!("{}/{name}", source.at);
        if let Some(role) = &source.asset {
            let tree = archive::read_tree(workshop, target, role, source)?;
            files.extend(tree.into_iter().map(|(path, bytes)| (place(&path), bytes)));
        }
        for name in &source.files {
            files.insert(place(name), target.folder.file(name)?.into_owned());
        }
        if let Some(derived) = &source.derived {
            for (name, path) in output_paths(workshop, target, derived)? {
                files.insert(place(&name), std::fs::read(&path).map_err(CacheError::io("read", &path))?);
            }
        }
    }
    for patch in &recipe.patches {
        apply(patch, &mut files)?;
    }
    Ok(files)
}

fn apply(patch: &Patch, files: &mut SourceFiles) -> Result<(), PartError> {
    let bytes = files.get(&patch.file).cloned().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let found = text.matches(&patch.find).count();
    if found != patch.count {
        let (file, find, count) = (patch.file.clone(), patch.find.clone(), patch.count);
        return Err(PartError::Patch { file, find, count, found });
    }
    files.insert(patch.file.clone(), text.replace(&patch.find, &patch.replace).into_bytes());
    Ok(())
}

/// Files that a step made, by guest path.
type Made = Vec<(String, Arc<Vec<u8>>)>;

/// One run of a step's program.
struct Job {
    program: Program,
    args: Vec<String>,
    makes: Vec<String>,
    /// The length of its source, or the greatest if it is for all: the longest are begun first, so that none of them is what the others end up waiting for.
    weight: usize,
}

fn jobs(
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
fn run_jobs(
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
