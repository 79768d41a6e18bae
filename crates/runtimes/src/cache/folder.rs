//! Folders of the cache: made so that only we can write to them, and measured.
//!
//! Owns the mode of what is created. Which folders there are is the business of the parent.

use super::error::CacheError;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

/// Creates a folder, and those above it, that others cannot write to whatever the user's mask is.
pub(super) fn create_ours(dir: &Path) -> Result<(), CacheError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o755).create(dir).map_err(CacheError::io("create", dir))
}

/// Bytes that a user may still write to the disk of a folder.
///
/// # Errors
/// [`CacheError`] if the file system cannot be asked.
pub fn free_bytes(dir: &Path) -> Result<u64, CacheError> {
    let space = rustix::fs::statvfs(dir).map_err(std::io::Error::from).map_err(CacheError::io("read", dir))?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

/// Bytes on disk below a folder; holes do not count.
pub(super) fn disk_bytes(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => disk_bytes(&entry.path()),
        Ok(metadata) => metadata.blocks() * 512,
        Err(_) => 0,
    });
    sizes.sum()
}
