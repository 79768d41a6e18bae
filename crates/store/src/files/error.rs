//! Errors of files.
//!
//! Owns the meaning of the system's errors: a full disk is an error of its own. Paths in messages are relative to the data
//! folder, so that a remote caller does not learn where it lies.

use runcell_folder::{CopyError, OpenError};
use runcell_model::job::{FileId, JobId};
use std::io;
use std::path::PathBuf;

/// A file or folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The job's folder is gone.
    #[error("the files of job {0} are gone from the data folder")]
    NoFolder(JobId),
    /// There is no such result.
    #[error("there is no result {0:?}")]
    NoResult(String),
    /// A name that is not a path inside a folder.
    #[error("{name:?} is no name of a result: {reason}")]
    BadName {
        /// How it begins.
        name: String,
        /// The fault.
        reason: &'static str,
    },
    /// It is a folder, symlink, device, pipe or socket.
    #[error("{name:?} is {what}: only plain files can be read")]
    NotPlain {
        /// Its name.
        name: String,
        /// The kind of thing that it is.
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
        /// The limit in bytes.
        max: u64,
    },
    /// There are more files than allowed.
    #[error("{name:?} has more than {max} files and folders, which is what is allowed")]
    TooMany {
        /// Its name.
        name: String,
        /// The limit.
        max: u64,
    },
    /// A folder lies deeper than allowed.
    #[error("{name:?} lies more than {max} folders deep, which is what is allowed")]
    TooDeep {
        /// Its name.
        name: String,
        /// The limit.
        max: usize,
    },
    /// There is no such upload, or it belongs to somebody else.
    #[error("there is no uploaded file {0}")]
    NoUpload(FileId),
    /// The disk is full.
    #[error("the disk of the data folder is full: could not {action} {what}; free some space, or remove jobs")]
    DiskFull {
        /// The action.
        action: &'static str,
        /// The object of the action.
        what: String,
    },
    /// Any other error of the system.
    #[error("could not {action} {what}")]
    Io {
        /// The action.
        action: &'static str,
        /// The object of the action.
        what: String,
        /// The system's error.
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
    /// The meaning of an error about a result.
    pub(super) fn of_open(name: &str, error: OpenError) -> Self {
        let name = name.to_owned();
        match error {
            OpenError::BadName(reason) => Self::BadName { name: name.chars().take(80).collect(), reason },
            OpenError::Missing => Self::NoResult(name),
            OpenError::NotPlain(kind) => Self::NotPlain { name, what: kind.words() },
            OpenError::TooLong { most } => Self::TooLarge { name, max: most },
            OpenError::Io(error) => Self::io("open", &name)(error),
        }
    }

    /// The meaning of an error about a folder that becomes a dataset.
    pub(super) fn of_copy(dataset: &str, error: CopyError) -> Self {
        let shown = |path: PathBuf| format!("{dataset}/{}", path.display());
        match error {
            CopyError::TooMany { max } => Self::TooMany { name: dataset.to_owned(), max },
            CopyError::TooLarge { max } => Self::TooLarge { name: dataset.to_owned(), max },
            CopyError::TooDeep { path, max } => Self::TooDeep { name: shown(path), max },
            CopyError::NotPlain { path, what } => Self::NotPlain { name: shown(path), what },
            CopyError::Io { action, path, source } => Self::io(action, &shown(path))(source),
        }
    }
}
