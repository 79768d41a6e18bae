//! `job logs`, and following a job that was just submitted.
//!
//! Owns copying logs to the terminal as they come.

use super::super::door::Jobs;
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
}

/// Prints one log.
pub(super) async fn logs(jobs: &Jobs<'_>, args: &LogsArgs) -> Result<ExitCode, CliError> {
    let stream = if args.stderr { LogStream::Stderr } else { LogStream::Stdout };
    copy(jobs, args.id, stream, args.follow, std::io::stdout()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Prints both logs as they come, each to its own stream, until the job has ended.
pub(super) async fn both(jobs: &Jobs<'_>, id: JobId) -> Result<(), CliError> {
    let (out, err) = tokio::join!(
        copy(jobs, id, LogStream::Stdout, true, std::io::stdout()),
        copy(jobs, id, LogStream::Stderr, true, std::io::stderr())
    );
    out.and(err)
}

async fn copy(jobs: &Jobs<'_>, id: JobId, stream: LogStream, follow: bool, to: impl Write) -> Result<(), CliError> {
    jobs.log(id, stream, follow).await?.copy(to, CliError::Output).await
}
