//! The tools of preparing: engines, cache, catalog, the pinned assets, threads.
//!
//! Owns the structure only; the parent module says what is done with it.

use crate::asset::AssetLock;
use crate::cache::Cache;
use crate::catalog::Catalog;
use runcell_cell::engine::Hosts;
use runcell_cell::threads::Threads;
use std::sync::{Arc, Mutex};

/// The tools of preparing.
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
    /// Held while a module is compiled, which takes all processors and most of the memory: one at a time.
    pub compiling: Arc<Mutex<()>>,
    /// Runs the guests that take part: compilers, and programs that are set up for an image.
    pub threads: Arc<Threads>,
}
