//! The folder of one job, for the code that runs it.
//!
//! Owns the paths to mount, and reading the logs and the metadata that lie in `out`, where the tool can do what it wants. The times
//! of the logs lie beside it.

use super::blocking::blocking;
use super::error::FileError;
use super::log_times::{LogTimes, lengths_at};
use runcell_folder::{Folder, OpenError};
use runcell_model::job::{JobId, JobProgress, MAX_PROGRESS_BYTES, PROGRESS_FILE};
use std::fs::File;
use std::path::PathBuf;

/// The largest `_metadata.json` that is read, in bytes.
const MAX_METADATA_BYTES: u64 = 1 << 20;

/// The file with the times of the logs, out of the tool's reach.
const LOG_TIMES: &str = "log-times";

/// The folder of one job.
#[derive(Debug, Clone)]
pub struct JobFolder {
    id: JobId,
    path: PathBuf,
}

impl JobFolder {
    pub(super) fn new(id: JobId, path: PathBuf) -> Self {
        Self { id, path }
    }

    /// The folder to mount at `/in`, read-only.
    #[must_use]
    pub fn in_dir(&self) -> PathBuf {
        self.path.join("in")
    }

    /// The folder to mount at `/out`. Any user can write into it; the data folder is closed to others of this machine.
    #[must_use]
    pub fn out_dir(&self) -> PathBuf {
        self.path.join("out")
    }

    /// Opens the folder of results.
    pub(super) fn open_out(&self) -> Result<Folder, FileError> {
        Folder::open(&self.out_dir()).map_err(|_| FileError::NoFolder(self.id))
    }

    /// Opens a log to follow it while it is written, and the folder that it lies in, which each attempt has anew; `None` if it
    /// does not exist yet.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder, [`FileError::NotPlain`] where the tool put something else there.
    pub async fn open_log(&self, name: &'static str) -> Result<Option<(File, Folder)>, FileError> {
        let job = self.clone();
        blocking(move || {
            let out = job.open_out()?;
            match out.open_file(name) {
                Ok((file, _)) => Ok(Some((file, out))),
                Err(OpenError::Missing) => Ok(None),
                Err(error) => Err(FileError::of_open(name, error)),
            }
        })
        .await
    }

    /// Begins to note when the job writes its logs; goes on with the notes that are there where it is `resumed`.
    ///
    /// # Errors
    /// [`FileError::Io`] where the notes cannot be made.
    pub async fn log_times(&self, resumed: bool) -> Result<LogTimes, FileError> {
        let path = self.path.join(LOG_TIMES);
        blocking(move || LogTimes::open(&path, resumed)).await
    }

    /// How long both logs were at a time, in bytes: everything after that was written later. 0 where nothing was noted.
    ///
    /// # Errors
    /// [`FileError::Io`] where the notes cannot be read.
    pub async fn log_lengths_at(&self, at_ms: i64) -> Result<[u64; 2], FileError> {
        let path = self.path.join(LOG_TIMES);
        blocking(move || lengths_at(&path, at_ms)).await
    }

    /// How far the job says it is. `None` if it has said nothing yet, or something that cannot be read.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder.
    pub async fn progress(&self) -> Result<Option<JobProgress>, FileError> {
        let job = self.clone();
        blocking(move || {
            let bytes = job.open_out()?.read(PROGRESS_FILE, MAX_PROGRESS_BYTES).ok();
            Ok(bytes.and_then(|bytes| JobProgress::parse(&bytes)))
        })
        .await
    }

    /// The content of `_metadata.json`, which `gotap` writes. `None` if it does not exist or is not JSON: a tool can write
    /// anything there.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder.
    pub async fn gotap_metadata(&self) -> Result<Option<serde_json::Value>, FileError> {
        let job = self.clone();
        blocking(move || {
            let bytes = job.open_out()?.read("_metadata.json", MAX_METADATA_BYTES).ok();
            Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
        })
        .await
    }
}
