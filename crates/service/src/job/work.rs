//! The parts that run jobs: the store, the engine and the site's settings, without a caller.
//!
//! Owns these parts and how often a state is looked at. It sees the jobs of all tenants; callers come through
//! [`super::Jobs`].

use crate::engine::Engine;
use crate::image::ImageSource;
use crate::mount::Mounts;
use crate::tool::ToolCatalog;
use runcell_model::caller::Scope;
use runcell_model::config::JobsConfig;
use runcell_store::{Store, View};
use std::sync::Arc;
use std::time::Duration;

/// How often a state is looked at that another process may change.
pub(super) const POLL: Duration = Duration::from_millis(250);

/// The site's settings for jobs.
#[derive(Debug)]
pub(crate) struct Site {
    /// `[jobs]` of the configuration.
    pub(crate) jobs: JobsConfig,
    /// Whether a job may be a command in an image of the caller's choice.
    pub(crate) commands: bool,
    /// Where the images of commands come from.
    pub(crate) source: ImageSource,
    pub(crate) mounts: Mounts,
}

/// The parts that run jobs. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(super) store: Store,
    pub(super) engine: Arc<Engine>,
    pub(super) site: Arc<Site>,
    pub(super) tools: ToolCatalog,
}

impl Work {
    pub(crate) fn new(store: Store, engine: Arc<Engine>, site: Arc<Site>) -> Self {
        let tools = ToolCatalog::new(store.clone(), engine.clone());
        Self { store, engine, site, tools }
    }

    /// The jobs of all tenants.
    pub(super) fn everything(&self) -> View {
        self.store.view(&Scope::All)
    }
}
