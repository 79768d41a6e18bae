//! `runcell mcp`: the face for assistants, over stdin and stdout.
//!
//! Owns arguments and signals; starts the face.

use super::{CliError, ExitCode, limit, log, setup, stop};
use clap::Args;
use runcell_mcp::{self, McpConfig, Stdio, ToolGroup};
use runcell_model::caller::{Caller, Face};
use runcell_model::quantity::Unit;
use runcell_model::runtime::RuntimeRef;
use runcell_service::Runtimes;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Arguments of `mcp`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct McpArgs {
    /// Offer only these groups of tools: run, files, images, jobs [default: all; images and jobs while a container engine answers].
    #[arg(long, value_name = "GROUP,...", value_delimiter = ',')]
    tools: Vec<String>,
    /// Prepare these runtimes in the background from the start (`all` for every one), so that first calls need not wait.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    prepare: Vec<String>,
    /// How long a call waits for its runtime to be prepared before it is answered "being prepared, 43 %".
    #[arg(long, value_name = "TIME", default_value = "20s")]
    prepare_wait: String,
    /// Answer with content blocks alone, without structured content: for clients that show the model nothing else, and so
    /// no images, where there is structured content (Claude Code, VS Code).
    #[arg(long)]
    content_only: bool,
}

const EXAMPLES: &str = "An assistant starts this command and talks to it over stdin and stdout; logs go to stderr \
(RUNCELL_LOG=debug for more).

Examples:
  claude mcp add runcell -- runcell mcp --content-only
  runcell mcp --prepare python,quickjs --tools run
  runcell mcp --prepare all --prepare-wait 45s";

/// Runs the verb.
pub(super) fn run(args: &McpArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let stdio = Stdio::take()?;
    log::queue();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let tokio = tokio.map_err(|error| CliError::Usage(format!("cannot start: {error}")))?;
    // Within it, so that the threads that answer also hear the workers.
    let service = Arc::new(tokio.block_on(async { setup::server(config) })?);
    let caller = Caller::operator(Face::Mcp);
    let config = mcp_config(args, &service.runtimes(&caller))?;
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

fn mcp_config(args: &McpArgs, runtimes: &Runtimes<'_>) -> Result<McpConfig, CliError> {
    let wait = limit::amount(Unit::Milliseconds, "--prepare-wait", &args.prepare_wait)?;
    let mut names = args.prepare.clone();
    if names.iter().any(|name| name == "all") {
        names = runtimes.list()?.into_iter().filter(|info| info.default).map(|info| info.name).collect();
    }
    let mut prepare = Vec::<RuntimeRef>::new();
    for name in names {
        let runtime = name.parse().map_err(|error| CliError::Usage(format!("--prepare: {error}")))?;
        runtimes.get(&runtime)?;
        prepare.push(runtime);
    }
    let tools = args.tools.iter().map(|name| group(name)).collect::<Result<Vec<_>, _>>()?;
    let tools = Some(tools).filter(|tools| !tools.is_empty());
    Ok(McpConfig { tools, prepare_wait: Duration::from_millis(wait), prepare, content_only: args.content_only })
}

fn group(name: &str) -> Result<ToolGroup, CliError> {
    let unknown =
        |_| CliError::Usage(format!("--tools: there is no group {name:?}; there are: run, files, images, jobs"));
    name.parse().map_err(unknown)
}
