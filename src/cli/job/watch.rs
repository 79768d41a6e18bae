//! `job logs`, and following a job that was just submitted.
//!
//! Owns copying logs to the terminal as they come.

use super::super::door::{Jobs, LogBegin};
use super::super::{CliError, ExitCode};
use clap::Args;
use runcell_model::job::JobId;
use runcell_service::LogStream;
use std::io::Write;

/// Arguments of `job logs`.
#[derive(Debug, Args)]
pub(super) struct LogsArgs {
    /// The job.
    id: JobId,
    /// Go on until the job has ended.
    #[arg(short = 'f', long)]
    follow: bool,
    /// Print what it wrote to stderr.
    #[arg(long)]
    stderr: bool,
    /// Begin with what it wrote in the last while (10m, 1h30m), at a time (2026-01-31T12:00:00Z), or so many bytes after the
    /// beginning.
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Begin so many lines before the end.
    #[arg(short = 'n', long, value_name = "LINES", value_parser = clap::value_parser!(u32).range(..=100_000))]
    tail: Option<u32>,
}

/// Prints one log.
pub(super) async fn logs(jobs: &Jobs<'_>, args: &LogsArgs) -> Result<ExitCode, CliError> {
    let stream = if args.stderr { LogStream::Stderr } else { LogStream::Stdout };
    let begin = LogBegin { since: args.since.clone(), tail: args.tail };
    copy(jobs, args.id, (stream, args.follow), &begin, std::io::stdout()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Prints both logs as they come, each to its own stream, until the job has ended.
pub(super) async fn both(jobs: &Jobs<'_>, id: JobId) -> Result<(), CliError> {
    let begin = LogBegin::default();
    let (out, err) = tokio::join!(
        copy(jobs, id, (LogStream::Stdout, true), &begin, std::io::stdout()),
        copy(jobs, id, (LogStream::Stderr, true), &begin, std::io::stderr())
    );
    out.and(err)
}

async fn copy(
    jobs: &Jobs<'_>,
    id: JobId,
    stream: (LogStream, bool),
    begin: &LogBegin,
    to: impl Write,
) -> Result<(), CliError> {
    jobs.log(id, stream, begin).await?.copy(to, CliError::Output).await
}
