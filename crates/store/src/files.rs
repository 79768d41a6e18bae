//! The data folder: the files that jobs read and write, and uploads.
//!
//! ```text
//! installation          an id that stays with the folder
//! jobs/<id>/in, out     bind-mounted into containers
//! jobs/<id>/log-times   how long its logs were at which time
//! files/<owner>/<id>    uploaded files
//! staging/<server>/     files that do not yet belong to a job or an upload
//! trash/                folders that are being removed
//! servers/<server>      locked by each living server
//! schedulers, runner    locked by servers that run jobs
//! ```
//!
//! Owns these folders. A tool may leave anything in `out`, so that every look into it goes through `runcell_folder`. The data
//! folder is closed to other users of the machine (mode 0700), so that `out` can be open to any user of a container. Rows
//! belong to the rest of the store.

mod archive;
mod blocking;
mod error;
mod folder;
mod layout;
mod lock;
mod log_times;
mod preview;
mod receive;
mod remove;
mod result;
mod stage;
mod upload;
mod uploaded;
mod usage;

pub use archive::ZipSummary;
pub use error::FileError;
pub use folder::JobFolder;
pub use log_times::LogTimes;
pub use preview::Preview;
pub use result::{ResultFile, ResultKind, ResultList, ResultSummary};
pub use stage::StagedJob;
pub use uploaded::UploadedFile;
pub use usage::DiskUsage;

use blocking::blocking;
pub(crate) use blocking::random_name;
use runcell_model::job::JobId;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The data folder. Clones are the same folder.
#[derive(Debug, Clone)]
pub struct FileStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    installation: String,
}

impl FileStore {
    /// Opens the folder. Makes it if it does not exist.
    pub(super) async fn open(root: PathBuf) -> Result<Self, FileError> {
        let opened = blocking(move || {
            let root = std::path::absolute(&root).map_err(FileError::io("find", &root.display().to_string()))?;
            let installation = layout::make(&root)?;
            Ok(Inner { root, installation })
        });
        Ok(Self { inner: Arc::new(opened.await?) })
    }

    pub(super) fn root(&self) -> &Path {
        &self.inner.root
    }

    pub(super) fn installation(&self) -> &str {
        &self.inner.installation
    }

    fn path(&self, folder: &str) -> PathBuf {
        self.inner.root.join(folder)
    }

    fn job_path(&self, id: JobId) -> PathBuf {
        self.path("jobs").join(id.to_string())
    }

    /// The folder of a job.
    #[must_use]
    pub fn job(&self, id: JobId) -> JobFolder {
        JobFolder::new(id, self.job_path(id))
    }
}
