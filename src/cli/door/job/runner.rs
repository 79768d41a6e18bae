//! The process in the background that runs jobs until none is left.
//!
//! Owns how it is started and how it ends. Which job is run when is the service's business.

use crate::cli::shell::within;
use crate::cli::{CliError, ExitCode, setup, stop};
use runcell_service::{Jobs, RunnerEnd};
use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Command, Stdio};
use tokio_util::sync::CancellationToken;

/// The file of the data folder that the process writes its log to.
const LOG: &str = "runner.log";

/// Runs the verb `job-runner`. SIGTERM and SIGINT end it; jobs under way go on in their containers.
pub(in crate::cli) fn run(config: Option<&Path>) -> Result<ExitCode, CliError> {
    // Of no terminal, so that closing one does not end it. One that leads a session already stays in it.
    let _session = rustix::process::setsid();
    let service = setup::service(config)?;
    within(async {
        let stop = CancellationToken::new();
        stop::on_signal(stop.clone())?;
        let end = service.drain_jobs(&stop).await?;
        tracing::info!(?end, "ended");
        service.close().await;
        Ok(match end {
            RunnerEnd::Drained | RunnerEnd::Another | RunnerEnd::Stopped => ExitCode::SUCCESS,
        })
    })
}

/// Starts a process that runs waiting jobs, unless one runs already.
pub(super) async fn ensure(jobs: &Jobs, config: Option<&Path>) -> Result<(), CliError> {
    if jobs.is_scheduled().await? {
        return Ok(());
    }
    let failed = |source| CliError::File { action: "start", path: "runcell job-runner".to_owned(), source };
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    let data_dir = setup::data_dir(&setup::read_config(config)?);
    let log = data_dir.and_then(|folder| OpenOptions::new().create(true).append(true).open(folder.join(LOG)).ok());
    command.arg("job-runner").stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(log.map_or_else(Stdio::null, Stdio::from));
    command.spawn().map(drop).map_err(failed)
}
