//! Faults of the cache folder, and how to mend them.
//!
//! Owns the messages. A full disk has a variant of its own, because the user can do something about it.

use std::io;
use std::path::{Path, PathBuf};

/// The cache folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// There is no room.
    #[error(
        "the disk is full: cannot {action} {}. Free some space (preparing all runtimes takes about 3 GiB), or point \
         RUNCELL_CACHE_DIR to a larger disk; then try again", .path.display()
    )]
    DiskFull {
        /// The action that failed.
        action: &'static str,
        /// On what.
        path: PathBuf,
    },
    /// Any other failure of the file system.
    #[error("cannot {action} {}; is the folder writable? RUNCELL_CACHE_DIR chooses another", .path.display())]
    Io {
        /// The action that failed.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// Others could have put machine code of theirs there.
    #[error(
        "{} belongs to another user or can be written by others, and machine code is loaded from it. Make it yours \
         (chmod go-w {}), or let RUNCELL_CACHE_DIR choose a folder of your own", .path.display(), .path.display()
    )]
    Shared {
        /// The folder.
        path: PathBuf,
    },
    /// The process is ending.
    #[error("the preparation was given up")]
    GivenUp,
    /// An entry changed while it was being made.
    #[error("{} changed right after it was made; is another program writing to the cache?", .dir.display())]
    Unstable {
        /// The entry's folder.
        dir: PathBuf,
    },
}

impl CacheError {
    /// Makes an error out of a failed action on a path; to be used with `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { action, path },
            _ => Self::Io { action, path, source },
        }
    }
}
