//! `runcell job`: one job from its submission to its results.
//!
//! Owns arguments and how jobs are shown to people. In reading order: `submit` and `data` (what goes in), `watch` (following
//! it), `show` (records), `result` (what comes out), `runner` (the process in the background).

mod data;
mod result;
mod runner;
mod show;
mod submit;
mod watch;

pub(super) use runner::run as run_queue;

use super::shell::within;
use super::{CliError, ExitCode, setup};
use clap::{Args, Subcommand};
use runcell_model::job::JobId;
use runcell_service::ServiceError;
use std::path::Path;

/// Arguments of `job`.
#[derive(Debug, Args)]
pub(super) struct JobArgs {
    /// See and change the jobs of every tenant, not only those that were submitted on this machine.
    #[arg(long, global = true)]
    all_tenants: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Submit a job: check its inputs, copy them, and put it into the queue.
    Submit(Box<submit::SubmitArgs>),
    /// List jobs, the latest first.
    List(show::ListArgs),
    /// Show everything about a job.
    Show(show::ShowArgs),
    /// Print what a job wrote to stdout.
    Logs(watch::LogsArgs),
    /// List the results of a job, or write them all into a zip.
    Results(result::ResultsArgs),
    /// Print a result.
    Cat(result::CatArgs),
    /// Write results to a folder.
    Get(result::GetArgs),
    /// Stop a job, whether it waits or runs.
    Cancel {
        /// The job.
        id: JobId,
    },
    /// Remove jobs that have ended, with their results.
    Remove {
        /// The jobs.
        #[arg(required = true)]
        ids: Vec<JobId>,
    },
    /// Remove old jobs: by the rules of the configuration, or by these.
    Prune(show::PruneArgs),
}

/// Runs the verb.
pub(super) fn run(args: JobArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let (service, mut caller) = (setup::service(config)?, setup::operator());
    if args.all_tenants {
        caller = caller.of_all_tenants().map_err(ServiceError::from)?;
    }
    within(async {
        let jobs = &service.jobs(&caller).await?;
        let done = match args.verb {
            Verb::Submit(args) => submit::run((&service, jobs), *args, config).await,
            Verb::List(args) => show::list(jobs, args).await,
            Verb::Show(args) => show::show(jobs, &args).await,
            Verb::Logs(args) => watch::logs(jobs, &args).await,
            Verb::Results(args) => result::results(jobs, args).await,
            Verb::Cat(args) => result::cat(jobs, &args).await,
            Verb::Get(args) => result::get(jobs, &args).await,
            Verb::Cancel { id } => show::cancel(jobs, id, config).await,
            Verb::Remove { ids } => show::remove(jobs, &ids).await,
            Verb::Prune(args) if args.uploads => show::prune_uploads(&service.uploads(&caller).await?, &args).await,
            Verb::Prune(args) => show::prune(jobs, &args).await,
        };
        service.close().await;
        done
    })
}
