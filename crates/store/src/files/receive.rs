//! A stream that becomes a file of the store.
//!
//! Owns the bound on its bytes and the flush that tells of a full disk. Where the file lies, the caller says.

use super::blocking::blocking;
use super::error::FileError;
use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// A new file that every user can read.
pub(super) fn create(path: &Path) -> std::io::Result<fs::File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?;
    file.set_permissions(Permissions::from_mode(0o644))?;
    Ok(file)
}

/// Writes a stream of at most `max_bytes` into a new file, and shows each piece to `see`. Returns the size.
pub(super) async fn receive(
    mut content: impl AsyncRead + Send + Unpin,
    path: &Path,
    name: &str,
    max_bytes: u64,
    mut see: impl FnMut(&[u8]) + Send,
) -> Result<u64, FileError> {
    let to = path.to_owned();
    let what = name.to_owned();
    let file = blocking(move || create(&to).map_err(FileError::io("create", &what))).await?;
    let mut file = tokio::fs::File::from_std(file);
    let (mut size, mut buffer) = (0_u64, vec![0; 256 << 10]);
    loop {
        let count = content.read(&mut buffer).await.map_err(FileError::io("receive", name))?;
        if count == 0 {
            break;
        }
        size += count as u64;
        if size > max_bytes {
            return Err(FileError::TooLarge { name: name.to_owned(), max: max_bytes });
        }
        see(&buffer[..count]);
        file.write_all(&buffer[..count]).await.map_err(FileError::io("write", name))?;
    }
    // The last write is done only when it is flushed; only then an error of a full disk comes.
    file.flush().await.map_err(FileError::io("write", name))?;
    Ok(size)
}
