//! Worker processes: the same binary, started again, locked down, and given runs over a socket pair.
//!
//! A server never runs a guest itself. `pool` keeps a few workers and one to spare, `process` is one worker as the server
//! sees it, `drive` is one run there, `serve` is the inside of a worker, `message` and `frame` are what travels between.
//!
//! **Invariant:** the server believes nothing that a worker says beyond the words of its own runs: frames have a greatest
//! length, output counts against the run's limit once more, and a word out of turn costs the worker its life.
//!
//! Owns who runs what where, and what becomes of runs whose worker dies. Does not lock anything down: the process that
//! becomes a worker does that between [`Seat::take`] and [`Seat::serve`].

mod drive;
mod frame;
#[cfg(test)]
mod fuzz;
mod message;
mod pool;
mod process;
mod serve;

pub use serve::Seat;

pub(super) use drive::{Order, drive};
pub(super) use message::Begin;
pub(super) use pool::Pool;

use frame::FrameError;
use std::ffi::OsString;
use std::path::PathBuf;

/// How a server's workers are started and shared out.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// The program of a worker. Its stdin is the socket to the server.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// How many there are; with one a tenant, how many at most. 0 for the default.
    pub count: usize,
    /// Whether every tenant gets a worker of its own.
    pub tenants_apart: bool,
    /// Whether a worker that lacks a wall may be used.
    pub walls_required: bool,
    /// The longest message that a worker may send, in bytes.
    pub longest_message: usize,
}

/// What is known of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerInfo {
    /// The number of its process.
    pub pid: u32,
    /// Whom it works for, where tenants are kept apart and it has one.
    pub tenant: Option<String>,
    /// Runs that it holds.
    pub runs: usize,
    /// Whether it only stands ready to replace another.
    pub spare: bool,
}

/// A worker could not be used.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// It could not be started.
    #[error("a worker process cannot be started")]
    Start(#[source] std::io::Error),
    /// It was started and said nothing sensible.
    #[error("a worker process did not come up: {0}")]
    Silent(String),
    /// It lacks a wall that is required.
    #[error("{0}, and the configuration requires it: walls = \"require\"")]
    Walls(String),
    /// As many workers as there may be are at work for others.
    #[error("{0} workers are at work for other tenants, and there may be no more")]
    Crowded(usize),
    /// What came over the socket is no message.
    #[error(transparent)]
    Frame(#[from] FrameError),
}
