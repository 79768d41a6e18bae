//! The walls around a process, what it keeps behind them, and why they could not be put up.
//!
//! Owns the types only.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The files that a process can still open after it is locked down.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Folders below which files may be read: what was prepared.
    pub readable: Vec<PathBuf>,
    /// Folders below which files may be created and written, as results are.
    pub writable: Vec<PathBuf>,
}

/// Which walls the kernel put up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walls {
    /// Landlock: no file but those that are open, or below a folder that is kept; no TCP.
    pub filesystem: bool,
    /// seccomp: no socket, no program, no process, no look into another one.
    pub syscalls: bool,
}

impl Walls {
    /// Whether all of them hold.
    #[must_use]
    pub fn hold(self) -> bool {
        self.filesystem && self.syscalls
    }
}

/// Why a process could not be locked down.
#[derive(Debug, thiserror::Error)]
pub enum LockdownError {
    /// Threads that were started before would not be restricted.
    #[error("{threads} threads are running, of which Landlock would restrict only one")]
    Threads {
        /// How many.
        threads: usize,
    },
    /// Limits could not be lowered.
    #[error("resource limits cannot be set")]
    Limits(#[source] std::io::Error),
    /// The file system could not be closed off.
    #[error("Landlock: {0}")]
    Filesystem(String),
    /// System calls could not be closed off.
    #[error("seccomp: {0}")]
    Syscalls(String),
}
