//! Records of jobs for people: list, show, cancel, remove, prune.
//!
//! Owns how they look.

use super::super::door::{Jobs, Uploads};
use super::super::shell::{print, print_json, say};
use super::super::{ExitCode, limit};
use super::CliError;
use clap::Args;
use runcell_model::job::{JobFilter, JobId, JobProgress, JobState, RetentionRules};
use runcell_model::quantity::Unit;
use runcell_wire::{JobJson, now_ms};

/// Arguments of `job list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only those in this state: pending, running, finished, errored, cancelled, timed_out.
    #[arg(long = "state", value_name = "STATE", value_delimiter = ',')]
    states: Vec<JobState>,
    /// Only those with this text in the image or the tool.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How many at most.
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `job show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The job.
    id: JobId,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `job prune`.
#[derive(Debug, Args)]
pub(super) struct PruneArgs {
    /// Those that ended longer ago than this: 12h, 7d.
    #[arg(long, value_name = "TIME")]
    older_than: Option<String>,
    /// The oldest, until the results of the rest take at most this much: 20GiB.
    #[arg(long, value_name = "SIZE")]
    max_size: Option<String>,
    /// The oldest, until at most this many are left.
    #[arg(long, value_name = "N")]
    keep: Option<u64>,
    /// Uploaded files instead of jobs: those that are older than --older-than.
    #[arg(long, requires = "older_than", conflicts_with_all = ["max_size", "keep"])]
    pub(super) uploads: bool,
    /// Only print what would be removed.
    #[arg(long)]
    dry_run: bool,
}

/// Lists jobs.
pub(super) async fn list(jobs: &Jobs<'_>, args: ListArgs) -> Result<ExitCode, CliError> {
    let filter = JobFilter { states: args.states, text: args.filter, limit: args.limit, ..JobFilter::default() };
    let page = jobs.list(&filter).await?;
    if args.json {
        print_json(&page)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!("{:>6}  {:<10} {:<24} {:>9}  {}\n", "ID", "STATE", "SUBMITTED", "TIME", "WORK");
    for job in &page.jobs {
        let time = if job.usage.wall_ms > 0 { format!("{} ms", job.usage.wall_ms) } else { String::new() };
        let (state, submitted, work) = (&job.status, &job.created_at, job.title());
        text += &format!("{:>6}  {state:<10} {submitted:<24} {time:>9}  {work}\n", job.id);
    }
    let more = page.total.saturating_sub(page.jobs.len() as u64);
    if more > 0 {
        text += &format!("and {more} more; --limit shows them\n");
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Shows a job.
pub(super) async fn show(jobs: &Jobs<'_>, args: &ShowArgs) -> Result<ExitCode, CliError> {
    let job = jobs.get(args.id).await?;
    if args.json {
        print_json(&job)?;
    } else {
        print(&describe(&job))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(job: &JobJson) -> String {
    let mut text = format!("job {}: {}\n", job.id, job.status);
    let mut line = |name: &str, value: &str| text += &format!("  {name:<12} {value}\n");
    match (&job.tool, &job.command) {
        (Some(tool), _) => line("tool", &format!("{}::{tool}", job.image)),
        (None, command) => {
            line("command", &format!("{} {}", job.image, command.as_deref().unwrap_or_default().join(" ")))
        }
    }
    if let Some(image_id) = &job.image_id {
        line("image", image_id);
    }
    for (name, value) in &job.parameters {
        line("parameter", &format!("{name} = {value}"));
    }
    for (name, value) in &job.data {
        line("data", &format!("{name} = {value}"));
    }
    for (name, values) in [("variable", &job.env), ("mount", &job.mounts)] {
        values.iter().for_each(|value| line(name, value));
    }
    line("submitted", &job.created_at);
    let times = [("started", &job.started_at), ("ended", &job.finished_at)];
    times.into_iter().filter_map(|(name, at)| Some((name, at.as_ref()?))).for_each(|(name, at)| line(name, at));
    if let Some(progress) = &job.progress {
        line("progress", &JobProgress::new(progress.fraction, &progress.text).to_string());
    }
    if let Some(before) = job.queue_position {
        line("queue", &format!("{before} before it"));
    }
    if job.attempt > 1 {
        line("attempts", &job.attempt.to_string());
    }
    if let Some(end) = &job.end {
        line("end", &end.message);
        let used = &job.usage;
        line("time", &format!("{} ms, {} ms of processors", used.wall_ms, used.cpu_ms));
        line("memory", &format!("{} bytes at most", used.peak_memory_bytes));
        line("results", &format!("{} bytes", used.out_bytes));
    }
    text
}

/// Stops a job.
pub(super) async fn cancel(jobs: &Jobs<'_>, id: JobId) -> Result<ExitCode, CliError> {
    let cancelled = jobs.cancel(id).await?;
    print(&match &*cancelled.outcome {
        "cancelled" => format!("job {id} is cancelled\n"),
        "requested" => format!("job {id} is being stopped\n"),
        _ => format!("job {id} had ended before: {}\n", cancelled.job.status),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Removes jobs. One that cannot be removed does not keep the others.
pub(super) async fn remove(jobs: &Jobs<'_>, ids: &[JobId]) -> Result<ExitCode, CliError> {
    let mut failed = None;
    for id in ids {
        if let Err(error) = jobs.remove(*id).await {
            if ids.len() > 1 {
                say(&error.to_string());
            }
            failed = Some(error);
        }
    }
    failed.map_or(Ok(ExitCode::SUCCESS), Err)
}

/// Removes old jobs. A server does that by its own rules.
pub(super) async fn prune(jobs: &Jobs<'_>, args: &PruneArgs) -> Result<ExitCode, CliError> {
    let jobs = jobs.here("`runcell job prune` without --uploads")?;
    let parse = |unit, flag: &str, text: &Option<String>| {
        text.as_deref().map(|text| limit::amount(unit, flag, text)).transpose()
    };
    let asked = RetentionRules {
        max_age_ms: parse(Unit::Milliseconds, "--older-than", &args.older_than)?,
        max_total_bytes: parse(Unit::Bytes, "--max-size", &args.max_size)?,
        max_jobs: args.keep,
    };
    let rules = if asked == RetentionRules::default() { jobs.retention() } else { asked };
    if rules == RetentionRules::default() {
        let words = "nothing says what to remove: give --older-than, --max-size or --keep, or set [jobs.retention]";
        return Err(CliError::Usage(words.to_owned()));
    }
    let (word, removed) = match args.dry_run {
        true => ("would be removed", jobs.expired(&rules).await?),
        false => ("removed", jobs.prune(&rules).await?),
    };
    print(&removed.iter().map(|(id, _)| format!("job {id} {word}\n")).collect::<String>())?;
    Ok(ExitCode::SUCCESS)
}

/// Removes uploaded files of a certain age. Jobs have copies of theirs.
pub(super) async fn prune_uploads(uploads: &Uploads<'_>, args: &PruneArgs) -> Result<ExitCode, CliError> {
    let age = args.older_than.as_deref().unwrap_or_default();
    let age = i64::try_from(limit::amount(Unit::Milliseconds, "--older-than", age)?).unwrap_or(i64::MAX);
    let before = now_ms().saturating_sub(age);
    for file in uploads.list().await?.files.into_iter().filter(|file| file.created_ms <= before) {
        let word = if args.dry_run { "would be removed" } else { "removed" };
        if !args.dry_run {
            uploads.remove(&file.file_id).await?;
        }
        print(&format!("{} {:?} ({} bytes) {word}\n", file.file_id, file.filename, file.bytes))?;
    }
    Ok(ExitCode::SUCCESS)
}
