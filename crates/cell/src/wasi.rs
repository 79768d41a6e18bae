//! WASI preview1 over a tree in memory: the only door between a guest and its host.
//!
//! Owns the state behind a guest's descriptors, arguments and environment, and every function of the interface. A function
//! can reach this state and the guest's memory and nothing else: there is no host path, socket or process behind any of
//! them. Calls that move bytes or search paths charge fuel for the host's work and yield, so that a guest does not escape
//! its limits by keeping the host busy.

mod clock;
mod define;
mod descriptor;
mod device;
pub mod emscripten;
mod failure;
mod fd;
mod guest;
mod link;
mod own;
mod path;
mod poll;
mod process;
mod rights;
mod state;
mod time;

pub use clock::now;
pub use link::add_to_linker;
pub use process::Exit;
pub use state::{Parts, Preopens, Streams, Wasi};

#[cfg(test)]
mod tests;
