//! What can be chosen about this face.
//!
//! Owns the choices of the program that serves; what the site allows is in the service's configuration.

use runcell_model::runtime::RuntimeRef;
use std::time::Duration;

/// What can be chosen about this face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpConfig {
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
        Self { prepare_wait: Duration::from_secs(20), prepare: Vec::new(), content_only: false }
    }
}
