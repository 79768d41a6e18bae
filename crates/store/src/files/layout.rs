//! The folders of the data folder and its id.
//!
//! Owns how they are made: two processes that start together make them once.

use super::blocking::random_name;
use super::error::FileError;
use std::fs::{self, DirBuilder, OpenOptions};
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
