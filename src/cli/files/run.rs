//! `files run`: an uploaded file as the code of a run.
//!
//! Owns the order: the file is read and the store closed before the process locks itself down for the run.

use super::super::door::Uploads;
use super::super::run_code::{Code, RunOptions, carry_out, carry_out_there, policy_there};
use super::super::target::Target;
use super::super::{CliError, ExitCode, setup, shell};
use clap::Args;
use runcell_client::Client;
use runcell_model::file::GuestPath;
use runcell_model::runtime::RuntimeRef;
use runcell_service::{RunRequest, Service, UploadedFile};
use runcell_wire::language_of;

/// Arguments of `files run`.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The id of the file.
    id: String,
    /// The language [default: the one that was named with the upload].
    #[arg(long, value_name = "LANGUAGE")]
    runtime: Option<RuntimeRef>,
    #[command(flatten)]
    options: RunOptions,
}

/// Runs the verb.
pub(super) fn run(args: &RunArgs, target: &Target) -> Result<ExitCode, CliError> {
    if let Some(client) = target.client()? {
        return run_there(args, &client);
    }
    let config = target.config();
    let service = setup::service(config)?;
    let (file, bytes) = fetch(&service, &args.id)?;
    let mut request = RunRequest::new(language(args, &file.media_type)?, bytes);
    // A name that a run could not have is not needed.
    request.code_name = GuestPath::new(&file.name).ok();
    let request = args.options.request(request, false, service.policy())?;
    carry_out(&service, request, &args.options, config)
}

fn run_there(args: &RunArgs, client: &Client) -> Result<ExitCode, CliError> {
    let file = shell::within(async { Uploads::There(client).get(&args.id).await })?;
    // The server has the code.
    let request = RunRequest::new(language(args, &file.media_type)?, Vec::new());
    let request = args.options.request(request, false, &policy_there())?;
    let name = GuestPath::new(&file.filename).ok();
    let code = Code::Uploaded { id: &args.id, name, runtime: args.runtime.as_ref() };
    carry_out_there(client, code, request, &args.options)
}

/// The language that is named here, or was with the upload.
fn language(args: &RunArgs, media_type: &str) -> Result<RuntimeRef, CliError> {
    let named = language_of(media_type).and_then(|language| language.parse().ok());
    let missing = || CliError::Usage("no language was named with the upload: name it with --runtime".to_owned());
    args.runtime.clone().or(named).ok_or_else(missing)
}

/// Reads the file. Its threads end with the runtime, so that the process has one again.
fn fetch(service: &Service, id: &str) -> Result<(UploadedFile, Vec<u8>), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Usage(format!("cannot start: {error}")))?;
    let caller = setup::operator();
    let read = runtime.block_on(async {
        let read = service.uploads(&caller).await?.read(id).await;
        service.close().await;
        Ok(read?)
    });
    drop(runtime);
    read
}
