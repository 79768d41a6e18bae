//! The library of uploaded files.
//!
//! Owns whose files a caller sees. They lie in the store that jobs lie in, and a job may name them.

use super::error::ServiceError;
use super::{LOCAL_OWNER, Service};
use runcell_store::{Store, UploadedFile};

/// The longest file that is taken in, in bytes; what a run may be given is bounded by its limits.
const LONGEST: u64 = 64 << 20;

impl Service {
    async fn library(&self) -> Result<&Store, ServiceError> {
        Ok(self.jobs().await?.store())
    }

    /// Takes in a file of a tenant, at most 64 MiB.
    ///
    /// # Errors
    /// [`ServiceError`] where it is too large, or cannot be kept.
    pub async fn upload_file(
        &self,
        tenant: Option<&str>,
        name: &str,
        media_type: &str,
        content: &[u8],
    ) -> Result<UploadedFile, ServiceError> {
        let owner = tenant.unwrap_or(LOCAL_OWNER);
        Ok(self.library().await?.upload(owner, name, media_type, content, LONGEST).await?)
    }

    /// The files of a tenant, the earliest first.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the library cannot be asked.
    pub async fn uploaded_files(&self, tenant: Option<&str>) -> Result<Vec<UploadedFile>, ServiceError> {
        Ok(self.library().await?.uploads(tenant.unwrap_or(LOCAL_OWNER), None).await?)
    }

    /// A file of a tenant and what it holds.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has none of this id.
    pub async fn uploaded_file(&self, tenant: Option<&str>, id: &str) -> Result<(UploadedFile, Vec<u8>), ServiceError> {
        let (store, owner, id) = (self.library().await?, tenant.unwrap_or(LOCAL_OWNER), file_id(id)?);
        let file = store.uploaded(owner, &id).await?;
        let bytes = store.files().read_upload(owner, &id, LONGEST).await?;
        Ok((file, bytes))
    }

    /// Deletes a file of a tenant.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has none of this id.
    pub async fn delete_file(&self, tenant: Option<&str>, id: &str) -> Result<(), ServiceError> {
        let id = file_id(id)?;
        Ok(self.library().await?.delete_upload(tenant.unwrap_or(LOCAL_OWNER), &id).await?)
    }
}

fn file_id(text: &str) -> Result<runcell_model::job::FileId, ServiceError> {
    let wrong = |error: runcell_model::job::InvalidJobRequest| super::InvalidRequest::Place(error.to_string());
    Ok(text.to_owned().try_into().map_err(wrong)?)
}
