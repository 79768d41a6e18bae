//! The parts that every scenario needs: the program under load, and how much of it.
//!
//! Owns no scenario.

use super::drive::Stop;
use super::mix::Languages;
use std::path::PathBuf;
use std::time::Duration;

/// The parts that every scenario needs.
pub(super) struct Load {
    pub(super) binary: PathBuf,
    pub(super) cache_dir: PathBuf,
    pub(super) clients: usize,
    pub(super) servers: usize,
    pub(super) languages: Languages,
    pub(super) seconds: u64,
    pub(super) runs: Option<u64>,
    pub(super) soak_runs: u64,
}

impl Load {
    /// The same with another number of clients.
    pub(super) fn with_clients(&self, clients: usize) -> Self {
        Self { binary: self.binary.clone(), cache_dir: self.cache_dir.clone(), clients, servers: 1, ..*self }
    }

    /// When a closed loop ends.
    pub(super) fn stop(&self) -> Stop {
        self.runs.map_or(Stop::After(Duration::from_secs(self.seconds)), Stop::Runs)
    }
}
