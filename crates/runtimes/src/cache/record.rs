//! The record of an entry: its files, and the proof that they are unchanged.
//!
//! Owns the record file and its check. A record proves nothing if other users can write it: a link, a file of another user,
//! or one that others can write counts as damaged. A file with a changed stamp is hashed once; if the hash matches (the
//! cache was copied or restored), the new stamp is recorded.

use super::error::CacheError;
use crate::hex::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

const FILE_NAME: &str = "record.json";

/// The bits of a mode that let others write.
const OTHERS_WRITE: u32 = 0o022;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    files: BTreeMap<String, FileRecord>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileRecord {
    bytes: u64,
    sha256: String,
    stamp: Stamp,
}

/// The values that change whenever a file changes.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    inode: u64,
    changed_s: i64,
    changed_ns: i64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { inode: metadata.ino(), changed_s: metadata.ctime(), changed_ns: metadata.ctime_nsec() }
    }
}

/// How an entry differs from its record.
#[derive(Debug, thiserror::Error)]
pub(super) enum Damage {
    #[error("{FILE_NAME} cannot be read: {0}")]
    NoRecord(io::Error),
    #[error("{FILE_NAME} is not a record: {0}")]
    BadRecord(serde_json::Error),
    #[error("{name} cannot be read: {source}")]
    Unreadable { name: String, source: io::Error },
    #[error("{name} is {actual} bytes long instead of {expected}")]
    Length { name: String, expected: u64, actual: u64 },
    #[error("{name} does not have the digest that it was recorded with")]
    Digest { name: String },
    #[error("{name} is a link")]
    Link { name: String },
    #[error("{name} belongs to another user, or can be written by others")]
    Shared { name: String },
}

/// Whether somebody else could have written this, and its record with it.
pub(super) fn is_shared(metadata: &Metadata) -> bool {
    let owner = metadata.uid();
    metadata.mode() & OTHERS_WRITE != 0 || (owner != rustix::process::geteuid().as_raw() && owner != 0)
}

/// Demands something of our own, and not a link to something that may be anybody's.
fn look(path: &Path, name: &str) -> Result<Metadata, Damage> {
    let metadata = fs::symlink_metadata(path).map_err(|source| Damage::Unreadable { name: name.to_owned(), source })?;
    if metadata.is_symlink() {
        return Err(Damage::Link { name: name.to_owned() });
    }
    if is_shared(&metadata) {
        return Err(Damage::Shared { name: name.to_owned() });
    }
    Ok(metadata)
}

impl Record {
    /// Hashes every file of a folder and writes its record.
    pub(super) fn write(dir: &Path) -> Result<(), CacheError> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(dir).map_err(CacheError::io("read", dir))? {
            let path = entry.map_err(CacheError::io("read", dir))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let file = File::open(&path).map_err(CacheError::io("read", &path))?;
            file.sync_all().map_err(CacheError::io("write", &path))?;
            let mode = file.metadata().map_err(CacheError::io("read", &path))?.mode();
            let ours = fs::Permissions::from_mode(mode & 0o777 & !OTHERS_WRITE);
            file.set_permissions(ours).map_err(CacheError::io("write", &path))?;
            let metadata = file.metadata().map_err(CacheError::io("read", &path))?;
            let sha256 = digest(file).map_err(CacheError::io("read", &path))?;
            files.insert(name, FileRecord { bytes: metadata.len(), sha256, stamp: Stamp::of(&metadata) });
        }
        Self { files }.save(dir).map_err(CacheError::io("write", dir))
    }

    fn save(&self, dir: &Path) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        serde_json::to_writer(&mut file, self)?;
        file.as_file().sync_all()?;
        file.persist(dir.join(FILE_NAME))?;
        Ok(())
    }

    /// Compares a folder with its record. Returns the bytes that it takes on disk.
    pub(super) fn check(dir: &Path) -> Result<u64, Damage> {
        look(dir, "the folder")?;
        let text = fs::read(dir.join(FILE_NAME)).map_err(Damage::NoRecord)?;
        look(&dir.join(FILE_NAME), FILE_NAME)?;
        let mut record: Self = serde_json::from_slice(&text).map_err(Damage::BadRecord)?;
        let mut on_disk = 0;
        let mut touched = false;
        for (name, file) in &mut record.files {
            let unreadable = |source| Damage::Unreadable { name: name.clone(), source };
            let path = dir.join(name);
            let metadata = look(&path, name)?;
            if metadata.len() != file.bytes {
                return Err(Damage::Length { name: name.clone(), expected: file.bytes, actual: metadata.len() });
            }
            if Stamp::of(&metadata) != file.stamp {
                if File::open(&path).and_then(digest).map_err(unreadable)? != file.sha256 {
                    return Err(Damage::Digest { name: name.clone() });
                }
                file.stamp = Stamp::of(&metadata);
                touched = true;
            }
            on_disk += metadata.blocks() * 512;
        }
        if touched && let Err(error) = record.save(dir) {
            tracing::debug!("cannot renew the record of {}: {error}", dir.display());
        }
        Ok(on_disk)
    }
}

/// The SHA-256 of everything that can be read, in hexadecimal digits.
fn digest(mut source: impl Read) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            count => hasher.update(&buffer[..count]),
        }
    }
}
