//! Files that callers have uploaded as inputs of jobs.
//!
//! Owns the files: staged while they come in, under a name of our own, never the caller's. The row of an upload names its
//! owner.

use super::blocking::{blocking, random_name};
use super::receive::receive;
use super::{FileError, FileStore};
use runcell_model::job::FileId;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use tokio::io::AsyncRead;

/// A file that was received and has no row yet. Dropping it removes it.
pub(crate) struct StagedUpload {
    store: FileStore,
    id: FileId,
    path: PathBuf,
    size: u64,
    sha256: String,
}

impl StagedUpload {
    pub(crate) fn id(&self) -> &FileId {
        &self.id
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Moves it to its final path.
    pub(crate) async fn place(self, owner: &str) -> Result<(), FileError> {
        let (folder, id) = (self.store.owner_path(owner), self.id.clone());
        blocking(move || {
            fs::create_dir_all(&folder).map_err(FileError::io("create", "the folder of an owner"))?;
            fs::rename(&self.path, folder.join(id.as_str())).map_err(FileError::io("keep", "an upload"))
        })
        .await
    }
}

impl Drop for StagedUpload {
    fn drop(&mut self) {
        // If it was moved to its final path, the name is gone already.
        let _ = fs::remove_file(&self.path);
    }
}

impl FileStore {
    /// Receives a file and computes its digest.
    pub(crate) async fn stage_upload(
        &self,
        server: &str,
        content: impl AsyncRead + Send + Unpin,
        max_bytes: u64,
    ) -> Result<StagedUpload, FileError> {
        let id = FileId::try_from(random_name()?).map_err(|_| FileError::NoRandom)?;
        let folder = self.path("staging").join(server);
        let path = folder.join(id.as_str());
        blocking(move || fs::create_dir_all(&folder).map_err(FileError::io("create", "staging"))).await?;
        // Made before the first byte, so that dropping the call removes the file.
        let mut staged = StagedUpload { store: self.clone(), id, path, size: 0, sha256: String::new() };
        let mut hash = Sha256::new();
        staged.size = receive(content, &staged.path, "the upload", max_bytes, |bytes| hash.update(bytes)).await?;
        for byte in hash.finalize() {
            write!(staged.sha256, "{byte:02x}").unwrap_or_default();
        }
        Ok(staged)
    }

    /// The bytes of an upload of an owner, at most `most`. Its row, not this call, says whether the upload exists.
    ///
    /// # Errors
    /// [`FileError::NoUpload`] where its file is gone, [`FileError::TooLarge`] where it is longer.
    pub async fn read_upload(&self, owner: &str, id: &FileId, most: u64) -> Result<Vec<u8>, FileError> {
        let (path, id) = (self.upload_path(owner, id), id.clone());
        blocking(move || {
            let gone = |_| FileError::NoUpload(id.clone());
            if fs::metadata(&path).map_err(gone)?.len() > most {
                return Err(FileError::TooLarge { name: id.to_string(), max: most });
            }
            fs::read(&path).map_err(FileError::io("read", "an upload"))
        })
        .await
    }

    /// Opens an upload of an owner for reading. Its row, not this call, says whether the upload exists.
    ///
    /// # Errors
    /// [`FileError::NoUpload`] where its file is gone.
    pub async fn open_upload(&self, owner: &str, id: &FileId) -> Result<fs::File, FileError> {
        let (path, id) = (self.upload_path(owner, id), id.clone());
        blocking(move || fs::File::open(path).map_err(|_| FileError::NoUpload(id))).await
    }

    pub(crate) async fn delete_upload(&self, owner: &str, id: &FileId) -> Result<(), FileError> {
        let path = self.upload_path(owner, id);
        blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(FileError::io("delete", "an upload")(error))
            }
            _ => Ok(()),
        })
        .await
    }

    pub(super) fn upload_path(&self, owner: &str, id: &FileId) -> PathBuf {
        self.owner_path(owner).join(id.as_str())
    }

    /// The folder of an owner: a plain name as it is, any other as a digest, which no plain name looks like.
    fn owner_path(&self, owner: &str) -> PathBuf {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if (1..=60).contains(&owner.len()) && owner.bytes().all(plain) {
            return self.path("files").join(owner);
        }
        let mut name = String::from("~");
        for byte in Sha256::digest(owner.as_bytes()) {
            write!(name, "{byte:02x}").unwrap_or_default();
        }
        self.path("files").join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn owners_have_folders_of_their_own_and_inside() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = FileStore::open(dir.path().join("data")).await.expect("opens");
        let owners = ["me", "Me", "ME", "..", ".", "", "/etc", "a/b", "me@example.org", "ü", "\0", &"o".repeat(500)];
        let paths: std::collections::BTreeSet<_> = owners.iter().map(|owner| store.owner_path(owner)).collect();
        assert_eq!(paths.len(), owners.len());
        for path in paths {
            assert_eq!(path.parent(), Some(&*store.path("files")), "{path:?}");
            assert!(path.file_name().is_some_and(|name| name.len() <= 65), "{path:?}");
        }
    }
}
