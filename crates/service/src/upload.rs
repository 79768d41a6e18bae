//! The door of uploaded files.
//!
//! Owns the rights and the quotas that apply. The files lie in the store that jobs lie in, and a job may name them.

use crate::error::ServiceError;
use crate::request::InvalidRequest;
use crate::secret::hex;
use crate::trail::Trail;
use runcell_model::caller::{Caller, Operation};
use runcell_model::config::UploadsConfig;
use runcell_model::job::FileId;
use runcell_store::{Store, UploadedFile};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much a tenant has uploaded, and how much it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadStats {
    /// The number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The quotas of the tenant.
    pub quotas: UploadsConfig,
}

/// Uploaded files, for one caller.
pub struct Uploads<'a> {
    pub(crate) store: &'a Store,
    pub(crate) trail: &'a Trail,
    pub(crate) caller: &'a Caller,
    pub(crate) quotas: UploadsConfig,
}

impl Uploads<'_> {
    /// Takes in a file within the quotas of `[uploads]`.
    ///
    /// # Errors
    /// [`ServiceError`] if a quota is exceeded or the file cannot be kept.
    pub async fn add(&self, name: &str, media_type: &str, content: &[u8]) -> Result<UploadedFile, ServiceError> {
        let act = self.trail.begin(self.caller, Operation::WriteUploads, name)?;
        let upload = self.store.upload(&self.caller.tenant, name, media_type, content, &self.quotas);
        act.during(async { Ok(upload.await?) }).await
    }

    /// The same for a file that comes as a stream: no more of it than a piece is in memory.
    ///
    /// # Errors
    /// [`ServiceError`] if a quota is exceeded, the stream fails, or the file cannot be kept. Nothing is kept then.
    pub async fn receive(
        &self,
        name: &str,
        media_type: &str,
        content: impl AsyncRead + Send + Unpin,
    ) -> Result<UploadedFile, ServiceError> {
        let act = self.trail.begin(self.caller, Operation::WriteUploads, name)?;
        let upload = self.store.upload(&self.caller.tenant, name, media_type, content, &self.quotas);
        act.during(async { Ok(upload.await?) }).await
    }

    /// The SHA-256 of what a stream holds, as hexadecimal digits. Nothing is kept.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] where it breaks off.
    pub async fn digest(&self, mut content: impl AsyncRead + Send + Unpin) -> Result<String, ServiceError> {
        self.caller.may(Operation::ReadUploads)?;
        let (mut hash, mut piece) = (Sha256::new(), vec![0; 64 << 10]);
        loop {
            let read = content.read(&mut piece).await;
            match read.map_err(|error| ServiceError::Internal(format!("an upload broke off: {error}")))? {
                0 => return Ok(hex(&hash.finalize())),
                count => hash.update(&piece[..count]),
            }
        }
    }

    /// The files of the tenant, the earliest first.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be asked.
    pub async fn list(&self) -> Result<Vec<UploadedFile>, ServiceError> {
        self.caller.may(Operation::ReadUploads)?;
        Ok(self.store.view(self.caller.scope()).uploads(None).await?)
    }

    /// The facts about a file.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has no file of this id.
    pub async fn get(&self, id: &str) -> Result<UploadedFile, ServiceError> {
        self.caller.may(Operation::ReadUploads)?;
        Ok(self.store.view(self.caller.scope()).uploaded(&file_id(id)?).await?)
    }

    /// How much is uploaded, and how much may be.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be asked.
    pub async fn stats(&self) -> Result<UploadStats, ServiceError> {
        let all = self.list().await?;
        let bytes = all.iter().map(|file| file.size).sum();
        Ok(UploadStats { files: all.len() as u64, bytes, quotas: self.quotas })
    }

    /// A file, opened for reading.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has no file of this id.
    pub async fn open(&self, id: &str) -> Result<(UploadedFile, std::fs::File), ServiceError> {
        let record = self.get(id).await?;
        let file = self.store.files().open_upload(record.tenant.as_str(), &record.id).await?;
        Ok((record, file))
    }

    /// A file and its bytes.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has no file of this id.
    pub async fn read(&self, id: &str) -> Result<(UploadedFile, Vec<u8>), ServiceError> {
        self.caller.may(Operation::ReadUploads)?;
        let file = self.store.view(self.caller.scope()).uploaded(&file_id(id)?).await?;
        let bytes = self.store.files().read_upload(file.tenant.as_str(), &file.id, file.size).await?;
        Ok((file, bytes))
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has no file of this id.
    pub async fn remove(&self, id: &str) -> Result<(), ServiceError> {
        let act = self.trail.begin(self.caller, Operation::RemoveUploads, id)?;
        let view = self.store.view(self.caller.scope());
        act.during(async { Ok(view.delete_upload(&file_id(id)?).await?) }).await
    }
}

fn file_id(text: &str) -> Result<FileId, ServiceError> {
    Ok(FileId::try_from(text.to_owned()).map_err(InvalidRequest::Upload)?)
}
