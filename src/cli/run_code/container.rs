//! A run in a container on the terminal.
//!
//! Owns the order. This process is not locked down for it: the container is the wall, and the engine has to be spoken to.

use super::host_file::OutFolder;
use super::{CliError, ExitCode, RunCodeArgs, stream, tell};
use crate::cli::progress;
use runcell_model::file::GuestPath;
use runcell_service::{ContainerPlan, RunRequest, Service};
use tokio::runtime::Runtime;

/// Runs a request as it was decided.
pub(super) fn run(
    args: &RunCodeArgs,
    runtime: &Runtime,
    (service, plan): (&Service, &ContainerPlan),
    request: RunRequest,
) -> Result<ExitCode, CliError> {
    let out = args.out.as_deref().map(OutFolder::open).transpose()?;
    let inputs = request.files.clone();
    let main_file = || plan.language.main_file.clone();
    let snippet = request.code_name.as_ref().map(GuestPath::as_str).map_or_else(main_file, str::to_owned);
    let outcome = runtime.block_on(async {
        let image = progress::watch_image(service.prepare_image(plan).await?).await?;
        let run = service.open_in_container(plan, image, request).await?;
        stream::follow(run, !args.json).await
    })?;
    if let Some(out) = &out {
        out.write(&outcome.files, (&snippet, &inputs), &args.outputs)?;
    }
    tell(args, outcome)
}
