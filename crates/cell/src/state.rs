//! The state that the host keeps for a running guest.
//!
//! Owns the structure that every host function works on. Those that start, link and capture guests share it, so that
//! none of them depends on another for it.

use super::limiter::Limiter;
use super::slot::SlotUse;
use super::wasi::Wasi;
use wasmtime::{Instance, Memory, Store};

/// The export under which a guest's memory is found.
pub(crate) const MEMORY: &str = "memory";

/// The state that the host keeps for a running guest.
#[derive(Debug)]
pub struct CellState {
    /// The guest's files, streams, arguments and descriptors.
    pub(crate) wasi: Wasi,
    /// The guest's memory; `None` until the guest is instantiated.
    pub(crate) memory: Option<Memory>,
    /// The slot that the memory is; `None` without an image.
    pub(crate) slot: Option<SlotUse>,
    /// Counts memory and tables, and refuses growth beyond the limits.
    pub(crate) limiter: Limiter,
}

/// The memory that an instance exports; `None` if it exports none.
pub fn memory_of(instance: &Instance, store: &mut Store<CellState>) -> Option<Memory> {
    instance.get_memory(&mut *store, MEMORY)
}
