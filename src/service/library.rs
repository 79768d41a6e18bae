//! The library of uploaded files, opened when something first needs it.
//!
//! Owns the store that is shared by everything that needs one. What lies in it is the store's business.

use super::Service;
use super::error::{ServiceError, Unavailable};
use crate::store::{Store, StoreConfig, StoreError, UploadedFile};
use tokio::sync::OnceCell;

/// Whose files those of callers are that name no tenant.
const NOBODY: &str = "local";

/// The longest file that is taken in, in bytes; what a run may be given is bounded by its limits.
const LONGEST: u64 = 64 << 20;

/// The store, once it is open.
#[derive(Debug, Default)]
pub(super) struct Library {
    store: OnceCell<Store>,
}

impl Service {
    async fn library(&self) -> Result<&Store, ServiceError> {
        let open = || async {
            let folder = self.config.data_dir.clone().ok_or(Unavailable::NoDataDir)?;
            Store::open(StoreConfig::new(folder)).await.map_err(ServiceError::of_store)
        };
        self.library.store.get_or_try_init(open).await
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
        let taken = self.library().await?.upload(tenant.unwrap_or(NOBODY), name, media_type, content, LONGEST).await;
        taken.map_err(ServiceError::of_store)
    }

    /// The files of a tenant, the earliest first.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the library cannot be asked.
    pub async fn uploaded_files(&self, tenant: Option<&str>) -> Result<Vec<UploadedFile>, ServiceError> {
        let files = self.library().await?.uploads(tenant.unwrap_or(NOBODY), None).await;
        files.map_err(ServiceError::of_store)
    }

    /// A file of a tenant and what it holds.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where the tenant has none of this id.
    pub async fn uploaded_file(&self, tenant: Option<&str>, id: &str) -> Result<(UploadedFile, Vec<u8>), ServiceError> {
        let (store, owner, id) = (self.library().await?, tenant.unwrap_or(NOBODY), file_id(id)?);
        let file = store.uploaded(owner, &id).await.map_err(ServiceError::of_store)?;
        let bytes = store.files().read_upload(owner, &id, LONGEST).await;
        Ok((file, bytes.map_err(|error| ServiceError::of_store(error.into()))?))
    }

    /// Deletes a file of a tenant.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where the tenant has none of this id.
    pub async fn delete_file(&self, tenant: Option<&str>, id: &str) -> Result<(), ServiceError> {
        let id = file_id(id)?;
        let deleted = self.library().await?.delete_upload(tenant.unwrap_or(NOBODY), &id).await;
        deleted.map_err(ServiceError::of_store)
    }
}

fn file_id(text: &str) -> Result<crate::job::FileId, ServiceError> {
    let wrong = |error: crate::job::InvalidJobRequest| super::InvalidRequest::Place(error.to_string());
    Ok(text.to_owned().try_into().map_err(wrong)?)
}

impl ServiceError {
    /// What an error of the store means for a caller.
    fn of_store(error: StoreError) -> Self {
        use crate::store::FileError;
        match error {
            StoreError::File(error @ (FileError::NoUpload(_) | FileError::TooLarge { .. })) => {
                super::InvalidRequest::Place(error.to_string()).into()
            }
            error => Unavailable::Store(error).into(),
        }
    }
}
