//! Cells: one program, once, in WebAssembly, and what it can reach.
//!
//! In reading order: `engine`, `codegen`, `legacy`, `instrument`, `meter`, `library`, `module`, `image` and `slot` (compiled code and
//! memory to start from), `cell` (one program from start to end), `wasi`, `fs`, `stdin` and `output` (what it can reach),
//! `threads` (where it runs). Does not know what a language is: modules, files and arguments come from outside. A component of
//! WASI 0.2 has a crate of its own, over the same files, streams and limits.
//!
//! **Invariant:** nothing of the host is reachable from a guest: its files are a tree in memory, and no host function
//! opens a path, a socket or a process.

pub mod cell;
pub mod codegen;
pub mod engine;
pub mod errno;
pub mod fs;
#[cfg(test)]
mod fuzz;
pub mod image;
pub mod instrument;
pub mod legacy;
pub mod library;
pub mod limit;
pub mod limiter;
mod meter;
pub mod module;
pub mod output;
mod slot;
pub mod state;
pub mod stdin;
pub mod threads;
pub mod wasi;
