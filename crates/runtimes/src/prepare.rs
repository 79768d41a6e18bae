//! From assets to a runtime that can run: fetch, derive, compile, snapshot, load.
//!
//! Owns the plan: which parts a version of a runtime is made of, which of them are in the cache, and making the rest
//! in order. A part's key in the cache hashes everything it is made from, so that a change anywhere remakes what
//! depends on it and nothing else.

mod archive;
mod derive;
mod error;
mod load;
mod part;
mod patch;
mod plan;
mod progress;
mod snapshot;

pub use error::{PlanError, PrepareError};
pub use load::{LoadedRuntime, environment};
pub use part::{Part, Target};
pub use progress::Progress;
pub use progress::{FinishedStep, PrepareStatus};

use super::asset::AssetLock;
use super::cache::Cache;
use super::catalog::Catalog;
use runcell_cell::engine::Hosts;
use runcell_cell::threads::Threads;
use runcell_model::runtime::RuntimeState;
use std::sync::{Arc, Mutex};

/// What preparing needs.
#[derive(Clone)]
pub struct Workshop {
    /// The engines that modules are compiled for and loaded into.
    pub hosts: Hosts,
    /// Where parts are kept.
    pub cache: Cache,
    /// The runtimes of this installation.
    pub catalog: Catalog,
    /// The pinned assets.
    pub lock: AssetLock,
    /// Held while a module is compiled, which takes every processor and most memory: one at a time.
    pub compiling: Arc<Mutex<()>>,
    /// Where the guests that take part are run.
    pub threads: Arc<Threads>,
}

impl Workshop {
    /// Makes every part of a runtime that is missing, and loads it. Blocks; not for a thread that runs guests.
    ///
    /// # Errors
    /// [`PrepareError`] names the runtime, the part and what to do.
    pub fn prepare(&self, target: &Target, progress: &Progress) -> Result<LoadedRuntime, PrepareError> {
        let missing = plan::missing(self, target)?;
        progress.plan(&missing);
        for part in &missing {
            progress.begin(part);
            part.make(self, progress).map_err(|error| error.of(target, part))?;
            progress.end(part);
        }
        self.load(target)
    }

    /// Loads a runtime of which nothing is missing; `None` if something is.
    ///
    /// # Errors
    /// Where it cannot be loaded.
    pub fn load_if_ready(&self, target: &Target) -> Result<Option<LoadedRuntime>, PrepareError> {
        if plan::missing(self, target)?.is_empty() { self.load(target).map(Some) } else { Ok(None) }
    }

    fn load(&self, target: &Target) -> Result<LoadedRuntime, PrepareError> {
        load::load(self, target)
            .map_err(|error| PrepareError::Load { runtime: target.to_string(), source: Box::new(error) })
    }

    /// Every part of a runtime.
    pub fn parts(&self, target: &Target) -> Result<Vec<Part>, PrepareError> {
        plan::all(self, target)
    }

    /// How ready a runtime is, and what is missing.
    pub fn state(&self, target: &Target) -> Result<(RuntimeState, Vec<Part>), PrepareError> {
        let missing = plan::missing(self, target)?;
        let parts = self.parts(target)?;
        let state = if missing.is_empty() {
            RuntimeState::Ready
        } else if parts.iter().any(|part| part.is_ready(self)) {
            RuntimeState::Partial
        } else {
            RuntimeState::Unprepared
        };
        Ok((state, missing))
    }
}
