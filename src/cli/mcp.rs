//! `runcell mcp`: the face for assistants, over stdin and stdout.
//!
//! Owns arguments and signals; starts the face.

mod options;
mod serve;

use super::{CliError, ExitCode, log, setup, stop};
use clap::{Args, Subcommand};
use options::McpOptions;
use runcell_mcp::Stdio;
use runcell_model::caller::{Caller, Face};
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Arguments of `mcp`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(super) struct McpArgs {
    #[command(flatten)]
    options: McpOptions,
    #[command(subcommand)]
    verb: Option<McpVerb>,
}

#[derive(Debug, Subcommand)]
enum McpVerb {
    /// Serve assistants over stdin and stdout, over HTTP, or both.
    Serve(serve::ServeArgs),
}

const EXAMPLES: &str = "An assistant starts this command and talks to it over stdin and stdout; logs go to stderr \
(RUNCELL_LOG=debug for more).

Examples:
  claude mcp add runcell -- runcell mcp --content-only
  runcell mcp --prepare python,quickjs --tools run
  runcell mcp --prepare all --prepare-wait 45s
  runcell mcp serve --transport http --http-addr 127.0.0.1:8091";

/// Runs the verb.
pub(super) fn run(args: &McpArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    if let Some(McpVerb::Serve(args)) = &args.verb {
        return serve::run(args, config);
    }
    let stdio = Stdio::take()?;
    log::serve(&setup::read_config(config)?.telemetry)?;
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let tokio = tokio.map_err(|error| CliError::Usage(format!("cannot start: {error}")))?;
    // Within it, so that the threads that answer also hear the workers.
    let service = Arc::new(tokio.block_on(async { setup::server(config) })?);
    let caller = Caller::operator(Face::Mcp);
    let config = args.options.config(&service.runtimes(&caller))?;
    let served = tokio.block_on(async {
        let stop = CancellationToken::new();
        stop::on_signal(stop.clone())?;
        service.ready().await?;
        Ok(runcell_mcp::serve(service, caller, config, stdio, stop).await?)
    });
    // A thread that waits for the next byte of stdin would never end.
    tokio.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}
