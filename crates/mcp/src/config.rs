//! The settings of this face.
//!
//! Owns the choices of the program that serves; what the site allows is in the service's configuration.

use runcell_model::runtime::RuntimeRef;
use std::time::Duration;

/// A group of MCP tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum ToolGroup {
    /// Running snippets.
    Run,
    /// Uploaded files.
    Files,
    /// Container images with packages.
    Images,
    /// Tools of container images as jobs.
    Jobs,
}

/// The settings of this face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpConfig {
    /// The groups of tools that a client gets; `None` for all, of which those that need a container engine are listed only
    /// while one answers.
    pub tools: Option<Vec<ToolGroup>>,
    /// How long a call waits for its runtime to be prepared before it is answered that the preparation goes on. Less
    /// than the time after which clients give up, which is 60 s for most.
    pub prepare_wait: Duration,
    /// Runtimes to prepare in the background from the start.
    pub prepare: Vec<RuntimeRef>,
    /// Whether results come as content blocks alone, without structured content: some clients show the model nothing
    /// but the structured content where there is any, and so never an image.
    pub content_only: bool,
}

impl Default for McpConfig {
    fn default() -> Self {
        Self { tools: None, prepare_wait: Duration::from_secs(20), prepare: Vec::new(), content_only: false }
    }
}
