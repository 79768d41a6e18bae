//! The room that the results of a job take on disk.
//!
//! Owns the count. `runcell_folder` owns the walk.

use super::blocking::blocking;
use super::{FileError, FileStore};
use runcell_folder::Bounds;
use runcell_model::job::JobId;
use serde::{Deserialize, Serialize};

/// The room that a folder takes on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskUsage {
    /// Bytes that are allocated, so that holes do not count. A file with several names counts once for each name.
    pub bytes: u64,
    /// Files, folders, symlinks and everything else.
    pub files: u64,
    /// Whether there is more than was counted: folders that lie too deep or cannot be read, or more files than the caller
    /// asked for.
    pub incomplete: bool,
}

impl FileStore {
    /// Counts the results of a job, and stops after `most_files`. A hundred thousand files take about 0.1 s.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder.
    pub async fn usage(&self, id: JobId, most_files: u64) -> Result<DiskUsage, FileError> {
        let job = self.job(id);
        blocking(move || {
            let mut walk = job.open_out()?.walk(Bounds::ANY_NUMBER).map_err(FileError::io("count", "results"))?;
            let mut usage = DiskUsage::default();
            while usage.files <= most_files
                && let Some(entry) = walk.next_entry()
            {
                usage.files += 1;
                usage.bytes = usage.bytes.saturating_add(entry.metadata().allocated);
            }
            usage.incomplete = usage.files > most_files || !walk.left_out().is_empty();
            Ok(usage)
        })
        .await
    }
}
