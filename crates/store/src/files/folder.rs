//! The folder of one job, as whoever runs it needs it.
//!
//! Owns the paths to mount, the files of logs, and the metadata that a tool leaves. Logs lie in `out`, where the tool can
//! do what it wants: so a log is made anew, never opened where something lies already, and written through the handle.

use super::beneath::{open_file, open_folder};
use super::{FileError, blocking};
use runcell_model::job::JobId;
use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

/// The largest `_metadata.json` that is read, in bytes.
const MAX_METADATA_BYTES: u64 = 1 << 20;

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

    /// Whether it is there.
    #[must_use]
    pub fn exists(&self) -> bool {
        open_folder(&self.out_dir()).is_ok()
    }

    /// Makes a log, such as `STDOUT.log`, in `out`. What a tool or an earlier attempt left there goes first.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder, [`FileError::DiskFull`].
    pub async fn create_log(&self, name: &'static str) -> Result<File, FileError> {
        let (id, out) = (self.id, self.out_dir());
        blocking(move || {
            let top = open_folder(&out).map_err(|_| FileError::NoFolder(id))?;
            match rustix::fs::unlinkat(&top, name, AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                // A folder of that name is the tool's own; it is kept under another.
                Err(Errno::ISDIR) => {
                    rustix::fs::renameat(&top, name, &top, format!("{name}.d"))
                        .map_err(FileError::io("rename", name))?;
                }
                Err(error) => return Err(FileError::io("replace", name)(error)),
            }
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = rustix::fs::openat(&top, name, flags, Mode::from_raw_mode(0o644));
            file.map(File::from).map_err(FileError::io("create", name))
        })
        .await
    }

    /// Opens a log for those who follow it while it is written; none where there is none yet.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder, [`FileError::NotPlain`] where the tool put something else there.
    pub async fn open_log(&self, name: &'static str) -> Result<Option<File>, FileError> {
        let (id, out) = (self.id, self.out_dir());
        blocking(move || {
            let top = open_folder(&out).map_err(|_| FileError::NoFolder(id))?;
            match open_file(top.as_fd(), name) {
                Ok((file, _)) => Ok(Some(file)),
                Err(FileError::NoResult(_)) => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// What `gotap` wrote into `_metadata.json`; none where there is none, or none that can be read: a tool can write
    /// whatever it wants there.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder.
    pub async fn gotap_metadata(&self) -> Result<Option<serde_json::Value>, FileError> {
        let (id, out) = (self.id, self.out_dir());
        blocking(move || {
            let top = open_folder(&out).map_err(|_| FileError::NoFolder(id))?;
            let Ok((file, _)) = open_file(top.as_fd(), "_metadata.json") else { return Ok(None) };
            let mut bytes = Vec::new();
            let read = file.take(MAX_METADATA_BYTES + 1).read_to_end(&mut bytes);
            let whole = read.is_ok() && bytes.len() as u64 <= MAX_METADATA_BYTES;
            Ok(whole.then(|| serde_json::from_slice(&bytes).ok()).flatten())
        })
        .await
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
