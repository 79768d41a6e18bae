//! The folders of the data folder, its id, and the locks of servers.
//!
//! Owns how they are made: two processes that start together make them once.

use super::{FileError, FileStore, blocking, random_name};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

const FOLDERS: [&str; 5] = ["jobs", "files", "staging", "trash", "servers"];

/// Makes the missing folders and returns the id of the installation.
pub(super) fn make(root: &Path) -> Result<String, FileError> {
    let shown = root.display().to_string();
    DirBuilder::new().recursive(true).mode(0o700).create(root).map_err(FileError::io("create", &shown))?;
    // Also if somebody else made it: other users of this machine must not reach the files of tools.
    fs::set_permissions(root, fs::Permissions::from_mode(0o700)).map_err(FileError::io("close to others", &shown))?;
    for folder in FOLDERS {
        let path = root.join(folder);
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(FileError::io("create", folder))?;
    }
    let file = root.join("installation");
    if let Some(id) = read_id(&file)? {
        return Ok(id);
    }
    let (id, staged) = (random_name()?, root.join("staging").join(random_name()?));
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&staged);
    let written = out.as_mut().map_err(|error| error.kind().into()).and_then(|out| out.write_all(id.as_bytes()));
    written.map_err(FileError::io("write", "installation"))?;
    // A link fails if another process was faster; then its id counts.
    let linked = fs::hard_link(&staged, &file);
    fs::remove_file(&staged).map_err(FileError::io("remove", "staging"))?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(FileError::io("write", "installation")(error)),
        _ => Ok(read_id(&file)?.unwrap_or(id)),
    }
}

fn lock_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn read_id(file: &Path) -> Result<Option<String>, FileError> {
    match fs::read_to_string(file) {
        Ok(id) if is_name(&id) => Ok(Some(id)),
        Ok(_) => {
            Err(FileError::BadName { name: "installation".into(), reason: "32 hexadecimal digits are expected in it" })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::io("read", "installation")(error)),
    }
}

/// Whether a text is 32 hexadecimal digits, and so safe as the name of a file.
pub(super) fn is_name(text: &str) -> bool {
    runcell_model::job::FileId::try_from(text.to_owned()).is_ok()
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
