//! The system calls of Emscripten, for modules whose libc was made for a browser.
//!
//! Such a module imports what it wants of a kernel from `env`, with the numbers and structures of musl on 32-bit Linux, and
//! the errors of WASI as negative numbers. Here they work on the same descriptors and the same tree of files as WASI does.
//! Calls for things that a cell lacks (network, processes, libraries to load) fail as on a machine without them.
//!
//! Owns which names are answered. In reading order: `call` (the way from a call to an answer), `path`, `descriptor`, `listing`,
//! `stat` (files), `wait` (poll and sleep), `date`, `heap`, `parse` (dates as texts), `refuse` (everything else).

mod call;
mod date;
mod descriptor;
mod heap;
mod listing;
mod parse;
mod path;
mod refuse;
mod stat;
mod wait;

use crate::state::CellState;
use wasmtime::{Linker, Module};

/// Defines what a module imports from Emscripten, beside WASI.
///
/// # Errors
/// Where the module imports one of these names as something else.
pub fn add_to_linker(linker: &mut Linker<CellState>, module: &Module) -> wasmtime::Result<()> {
    // Of what Emscripten takes from WASI, some means more there.
    linker.allow_shadowing(true);
    path::add(linker)?;
    descriptor::add(linker)?;
    listing::add(linker)?;
    stat::add(linker)?;
    wait::add(linker)?;
    date::add(linker)?;
    heap::add(linker)?;
    parse::add(linker)?;
    refuse::add(linker, module)?;
    linker.allow_shadowing(false);
    Ok(())
}

#[cfg(test)]
mod tests;
