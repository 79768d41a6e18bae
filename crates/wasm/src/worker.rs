//! Worker processes: the same program, started again and locked down, that gets runs over a socket pair.
//!
//! A server never runs a guest itself. `pool` keeps the workers and a spare one, `process` is one worker as the server sees
//! it, `drive` is one run in a worker, `serve` is the inside of a worker, `message` and `frame` are what they send.
//!
//! **Invariant:** the server trusts no worker. A message has a greatest length, output counts against the limit of the run
//! again, a worker can report only on runs that it has, and a message at the wrong time ends the worker.
//!
//! Owns which worker gets which run, and the outcome of a run whose worker dies. Does not lock anything down: the process
//! that becomes a worker does so between [`WorkerProcess::connect`] and [`WorkerProcess::serve`].

mod drive;
mod frame;
#[cfg(test)]
mod fuzz;
mod message;
mod pool;
mod process;
mod serve;

pub use serve::WorkerProcess;

pub(super) use drive::{WorkerRun, drive};
pub(super) use message::Begin;
pub(super) use pool::Pool;

use frame::FrameError;
use std::ffi::OsString;
use std::path::PathBuf;

/// How the workers of a server are started, and who shares them.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// The program of a worker. Its stdin is the socket to the server.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// How many workers there are; with a worker for each tenant, how many at most. 0 for the default.
    pub count: usize,
    /// Whether every tenant gets a worker of its own.
    pub tenants_apart: bool,
    /// Whether a worker that lacks a wall is refused.
    pub walls_required: bool,
    /// The longest message that a worker may send, in bytes.
    pub longest_message: usize,
}

/// The facts about a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerInfo {
    /// The number of its process.
    pub pid: u32,
    /// The tenant that it works for; `None` for a spare one, and where tenants share workers.
    pub tenant: Option<String>,
    /// How many runs it has.
    pub runs: usize,
    /// Whether it waits to replace another worker.
    pub spare: bool,
}

/// A worker could not be used.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// It could not be started.
    #[error("a worker process cannot be started")]
    Start(#[source] std::io::Error),
    /// It was started and did not become ready; with what it wrote to stderr, or why.
    #[error("a worker process did not come up: {0}")]
    Silent(String),
    /// It lacks a wall that is required.
    #[error("{0}, and the configuration requires it: walls = \"require\"")]
    Walls(String),
    /// All workers that there may be have runs of other tenants.
    #[error("{0} workers are at work for other tenants, and there may be no more")]
    Crowded(usize),
    /// The socket broke, or its bytes are not a message.
    #[error(transparent)]
    Frame(#[from] FrameError),
}
