//! What can go wrong with files.
//!
//! Owns the meaning of the system's errors: a full disk is told from the rest. Paths in messages are relative to the data
//! folder, so that a remote caller does not learn where it lies.

use runcell_model::job::{FileId, JobId};
use std::io;

/// A file or folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The job's folder is gone.
    #[error("the files of job {0} are gone from the data folder")]
    NoFolder(JobId),
    /// There is no such result.
    #[error("there is no result {0:?}")]
    NoResult(String),
    /// A name that is no path inside a folder.
    #[error("{name:?} is no name of a result: {reason}")]
    BadName {
        /// How it begins.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It is a folder, symlink, device, pipe or socket.
    #[error("{name:?} is {what}: only plain files can be read")]
    NotPlain {
        /// Its name.
        name: String,
        /// What it is.
        what: &'static str,
    },
    /// It is not UTF-8 text.
    #[error("{0:?} is not UTF-8 text: it can be fetched but not previewed")]
    NotText(String),
    /// It is larger than allowed.
    #[error("{name:?} is larger than {max} bytes, which is what is allowed")]
    TooLarge {
        /// Its name.
        name: String,
        /// What is allowed, in bytes.
        max: u64,
    },
    /// There are more files than allowed.
    #[error("{name:?} has more than {max} files and folders, which is what is allowed")]
    TooMany {
        /// Its name.
        name: String,
        /// What is allowed.
        max: u64,
    },
    /// There is no such upload, or it is somebody else's.
    #[error("there is no uploaded file {0}")]
    NoUpload(FileId),
    /// The disk is full.
    #[error("the disk of the data folder is full: could not {action} {what}; free some space, or remove jobs")]
    DiskFull {
        /// What was tried.
        action: &'static str,
        /// With what.
        what: String,
    },
    /// Anything else that the system says.
    #[error("could not {action} {what}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        what: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The archive could not be written.
    #[error("could not write the archive of results")]
    Archive(#[source] io::Error),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandom,
    /// A task of ours ended early.
    #[error("a task of the store was stopped before it ended")]
    Stopped,
}

impl FileError {
    /// The meaning of a system's error.
    pub(super) fn io<E: Into<io::Error>>(action: &'static str, what: &str) -> impl FnOnce(E) -> Self {
        let what = what.to_owned();
        move |error| {
            let source = error.into();
            match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { action, what },
                _ => Self::Io { action, what, source },
            }
        }
    }
}
