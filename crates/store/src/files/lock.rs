//! The locks of servers: files of the data folder that a living process holds.
//!
//! Owns how they are taken, examined and removed. A lock is gone at the moment its process dies.

use super::blocking::{blocking, random_name};
use super::layout::is_name;
use super::{FileError, FileStore};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

fn lock_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

impl FileStore {
    /// A new server's id and its lock. The file is locked before it has its name, so that nobody sees it unlocked.
    pub(crate) async fn lock_server(&self) -> Result<(String, File), FileError> {
        let servers = self.path("servers");
        blocking(move || {
            let id = random_name()?;
            let staged = servers.join(format!(".{id}"));
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&staged);
            let file = file.map_err(FileError::io("create", "the lock of a server"))?;
            if let Err(error) = file.lock() {
                // A file system without locks: only the lease counts then.
                tracing::warn!(%error, "the data folder has no locks; dead servers are found after their lease");
                fs::remove_file(&staged).map_err(FileError::io("remove", "the lock of a server"))?;
                return Ok((id, file));
            }
            fs::rename(&staged, servers.join(&id)).map_err(FileError::io("create", "the lock of a server"))?;
            Ok((id, file))
        })
        .await
    }

    /// Whether a server holds its lock; `None` if that cannot be found out.
    pub(crate) async fn is_locked(&self, server: &str) -> Result<Option<bool>, FileError> {
        if !is_name(server) {
            return Ok(None);
        }
        let path = self.path("servers").join(server);
        blocking(move || match File::open(path) {
            // Shared, so that two processes that look at the same time do not take each other for the server.
            Ok(file) => Ok(match file.try_lock_shared() {
                Ok(()) => Some(false),
                Err(TryLockError::WouldBlock) => Some(true),
                Err(TryLockError::Error(_)) => None,
            }),
            Err(_) => Ok(None),
        })
        .await
    }

    /// Takes the lock of a file of the data folder, shared with others.
    pub(crate) async fn lock_shared(&self, name: &'static str) -> Result<File, FileError> {
        let path = self.path(name);
        blocking(move || {
            let file = lock_file(&path).map_err(FileError::io("create", name))?;
            // A file system without locks: processes do not know of each other, and each does its work.
            if let Err(error) = file.lock_shared() {
                tracing::warn!(%error, name, "the data folder has no locks");
            }
            Ok(file)
        })
        .await
    }

    /// Takes the lock of a file of the data folder alone; `None` if another process has it.
    pub(crate) async fn try_lock(&self, name: &'static str) -> Result<Option<File>, FileError> {
        let path = self.path(name);
        blocking(move || {
            let file = lock_file(&path).map_err(FileError::io("create", name))?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => Ok(None),
                Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
            }
        })
        .await
    }

    /// Removes the lock of a dead server.
    pub(crate) async fn unlock_server(&self, server: &str) -> Result<(), FileError> {
        if !is_name(server) {
            return Ok(());
        }
        let path = self.path("servers").join(server);
        blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(FileError::io("remove", "the lock of a server")(error))
            }
            _ => Ok(()),
        })
        .await
    }
}
