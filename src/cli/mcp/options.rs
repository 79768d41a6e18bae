//! The settings of the face for assistants, however clients reach it.
//!
//! Owns these arguments and their meaning.

use super::super::{CliError, limit};
use clap::Args;
use runcell_mcp::{McpConfig, ToolGroup};
use runcell_model::quantity::Unit;
use runcell_model::runtime::RuntimeRef;
use runcell_service::Runtimes;
use std::time::Duration;

/// The settings of the face for assistants.
#[derive(Debug, Args)]
pub(super) struct McpOptions {
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

impl McpOptions {
    /// As the face has it.
    ///
    /// # Errors
    /// [`CliError`] names the argument.
    pub(super) fn config(&self, runtimes: &Runtimes<'_>) -> Result<McpConfig, CliError> {
        let wait = limit::amount(Unit::Milliseconds, "--prepare-wait", &self.prepare_wait)?;
        let mut names = self.prepare.clone();
        if names.iter().any(|name| name == "all") {
            names = runtimes.list()?.into_iter().filter(|info| info.default).map(|info| info.name).collect();
        }
        let mut prepare = Vec::<RuntimeRef>::new();
        for name in names {
            let runtime = name.parse().map_err(|error| CliError::Usage(format!("--prepare: {error}")))?;
            runtimes.get(&runtime)?;
            prepare.push(runtime);
        }
        let tools = self.tools.iter().map(|name| group(name)).collect::<Result<Vec<_>, _>>()?;
        let tools = Some(tools).filter(|tools| !tools.is_empty());
        Ok(McpConfig { tools, prepare_wait: Duration::from_millis(wait), prepare, content_only: self.content_only })
    }
}

fn group(name: &str) -> Result<ToolGroup, CliError> {
    let unknown =
        |_| CliError::Usage(format!("--tools: there is no group {name:?}; there are: run, files, images, jobs"));
    name.parse().map_err(unknown)
}
