//! Processes that run waiting jobs: whether there is one, and at most one in the background.
//!
//! Owns two lock files in the data folder, which the kernel unlocks when a process dies. Every process that runs jobs shares the
//! lock of `schedulers`; the one in the background has that of `runner` alone.

use super::Store;
use super::files::FileError;
use std::fs::File;
use std::time::Duration;

/// The files.
const SCHEDULERS: &str = "schedulers";
const RUNNER: &str = "runner";
/// How many times a lock is tried before it counts as held.
const LOOKS: u32 = 4;

/// Marks this process as one that runs jobs, until it is dropped.
#[derive(Debug)]
pub struct Scheduling {
    _locks: Vec<File>,
}

impl Store {
    /// Marks this process as one that runs waiting jobs.
    ///
    /// # Errors
    /// [`FileError`] where the folder cannot be written.
    pub async fn begin_scheduling(&self) -> Result<Scheduling, FileError> {
        let schedulers = self.files().lock_shared(SCHEDULERS).await?;
        Ok(Scheduling { _locks: vec![schedulers] })
    }

    /// Marks this process as the one in the background; `None` if there is one already.
    ///
    /// # Errors
    /// [`FileError`] where the folder cannot be written.
    pub async fn begin_running(&self) -> Result<Option<Scheduling>, FileError> {
        let Some(runner) = self.files().try_lock(RUNNER).await? else { return Ok(None) };
        let schedulers = self.files().lock_shared(SCHEDULERS).await?;
        Ok(Some(Scheduling { _locks: vec![schedulers, runner] }))
    }

    /// Whether any process, this one included, runs waiting jobs.
    ///
    /// # Errors
    /// [`FileError`] where the folder cannot be written.
    pub async fn is_scheduled(&self) -> Result<bool, FileError> {
        for _ in 0..LOOKS {
            if self.files().try_lock(SCHEDULERS).await?.is_some() {
                return Ok(false);
            }
            // A process that only looks holds it for a moment.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(true)
    }
}
