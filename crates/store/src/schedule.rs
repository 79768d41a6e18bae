//! Who runs the jobs that wait: whether anybody does, and that at most one process does so in the background.
//!
//! Owns two files of the data folder that are locked by those who run jobs, which the kernel lets go of when they die:
//! `schedulers` is shared by all, `runner` belongs to the one process in the background.

use super::Store;
use super::files::FileError;
use std::fs::File;
use std::time::Duration;

/// The files.
const SCHEDULERS: &str = "schedulers";
const RUNNER: &str = "runner";
/// How often a lock is looked at before it counts as held.
const LOOKS: u32 = 4;

/// The word of a process that it runs jobs, as long as this lives.
#[derive(Debug)]
pub struct Scheduling {
    _locks: Vec<File>,
}

impl Store {
    /// Says that this process runs jobs that wait.
    ///
    /// # Errors
    /// [`FileError`] where the folder cannot be written.
    pub async fn begin_scheduling(&self) -> Result<Scheduling, FileError> {
        let schedulers = self.files().lock_shared(SCHEDULERS).await?;
        Ok(Scheduling { _locks: vec![schedulers] })
    }

    /// The same for the process in the background; none where there is one already.
    ///
    /// # Errors
    /// [`FileError`] where the folder cannot be written.
    pub async fn begin_running(&self) -> Result<Option<Scheduling>, FileError> {
        let Some(runner) = self.files().try_lock(RUNNER).await? else { return Ok(None) };
        let schedulers = self.files().lock_shared(SCHEDULERS).await?;
        Ok(Some(Scheduling { _locks: vec![schedulers, runner] }))
    }

    /// Whether a process, this one or another, runs jobs that wait.
    ///
    /// # Errors
    /// [`FileError`] where the folder cannot be written.
    pub async fn is_scheduled(&self) -> Result<bool, FileError> {
        for _ in 0..LOOKS {
            if self.files().try_lock(SCHEDULERS).await?.is_some() {
                return Ok(false);
            }
            // Another who only looks holds it for a moment.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(true)
    }
}
