//! `runcell job`: one job from its submission to its results.
//!
//! Owns arguments and how jobs are shown to people. In reading order: `submit` and `data` (what goes in), `watch` (following
//! it), `show` (records), `result` (what comes out).

mod data;
mod result;
mod show;
mod submit;
mod watch;

use super::door::{self, Door};
use super::target::Target;
use super::{CliError, ExitCode};
use clap::{Args, Subcommand};
use runcell_model::job::JobId;

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
pub(super) fn run(args: JobArgs, target: &Target) -> Result<ExitCode, CliError> {
    let work = async |door: &Door| carry_out(door, args.verb).await;
    if args.all_tenants { door::at_all_tenants(target, work) } else { door::at(target, work) }
}

async fn carry_out(door: &Door, verb: Verb) -> Result<ExitCode, CliError> {
    let jobs = &door.jobs().await?;
    match verb {
        Verb::Submit(args) => submit::run(jobs, *args).await,
        Verb::List(args) => show::list(jobs, args).await,
        Verb::Show(args) => show::show(jobs, &args).await,
        Verb::Logs(args) => watch::logs(jobs, &args).await,
        Verb::Results(args) => result::results(jobs, args).await,
        Verb::Cat(args) => result::cat(jobs, &args).await,
        Verb::Get(args) => result::get(jobs, &args).await,
        Verb::Cancel { id } => show::cancel(jobs, id).await,
        Verb::Remove { ids } => show::remove(jobs, &ids).await,
        Verb::Prune(args) if args.uploads => show::prune_uploads(&door.uploads().await?, &args).await,
        Verb::Prune(args) => show::prune(jobs, &args).await,
    }
}
