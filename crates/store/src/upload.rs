//! Uploaded files: rows that name their tenant, and the files.
//!
//! Guarantees that a caller finds, uses and deletes only the files of its view, and that row and file appear together.

use super::error::StoreError;
use super::files::{FileError, UploadedFile};
use super::row::{self, count};
use super::{Store, View};
use runcell_model::caller::Tenant;
use runcell_model::config::UploadsConfig;
use runcell_model::file::Pattern;
use runcell_model::job::FileId;
use sqlx::any::AnyRow;
use tokio::io::AsyncRead;

const FILES: &str = "SELECT id, tenant, name, media_type, size, sha256, created_ms FROM files WHERE ($1 IS NULL OR tenant = $1) \
                     AND installation = $2 AND ($3 IS NULL OR id = $3) ORDER BY created_ms, id";

impl Store {
    /// Takes in a file within the quotas of its tenant. The name comes from the caller: it is shown, and never opened as a path.
    ///
    /// # Errors
    /// [`StoreError::Quota`], [`FileError::TooLarge`] and others of [`FileError`]; nothing is kept then.
    pub async fn upload(
        &self,
        tenant: &Tenant,
        name: &str,
        media_type: &str,
        content: impl AsyncRead + Send + Unpin,
        quotas: &UploadsConfig,
    ) -> Result<UploadedFile, StoreError> {
        let quotas = *quotas;
        let staged = self.files().stage_upload(self.server_id(), content, quotas.file_bytes).await?;
        let (id, size, sha256) = (staged.id().clone(), staged.size(), staged.sha256().to_owned());
        let (store, tenant) = (self.clone(), tenant.clone());
        let shown = |text: &str, most| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
        let (name, media_type) = (shown(name, 255), shown(media_type, 100));
        let task = tokio::spawn(async move {
            let mut write = store.database().write().await?;
            let created_ms = store.database().now(&mut *write).await?;
            // In the same transaction as the row, so that uploads at the same time do not pass the quota together.
            let held = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM files WHERE tenant = $1 AND installation = $2";
            let held = sqlx::query(held).bind(tenant.as_str()).bind(store.installation()).fetch_one(&mut *write);
            let held = held.await.map_err(StoreError::of("to count files"))?;
            let (files, bytes) = (count(row::get(&held, 0)?), count(row::get(&held, 1)?));
            if files >= quotas.files || bytes.saturating_add(size) > quotas.total_bytes {
                return Err(StoreError::Quota { files, bytes, max_files: quotas.files, max_bytes: quotas.total_bytes });
            }
            let insert = "INSERT INTO files (id, tenant, installation, name, media_type, size, sha256, created_ms) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
            let insert = sqlx::query(insert)
                .bind(id.as_str())
                .bind(tenant.as_str())
                .bind(store.installation())
                .bind(&name)
                .bind(&media_type)
                .bind(i64::try_from(size).unwrap_or(i64::MAX))
                .bind(&sha256)
                .bind(created_ms);
            insert.execute(&mut *write).await.map_err(StoreError::of("to insert a file"))?;
            staged.place(tenant.as_str()).await?;
            write.commit().await.map_err(StoreError::of("to take in a file"))?;
            Ok(UploadedFile { id, tenant, name, size, media_type, sha256, created_ms })
        });
        task.await.map_err(|_| StoreError::Stopped)?
    }
}

impl View {
    /// The files of the view whose names match a pattern, the earliest first; without a pattern all of them.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn uploads(&self, pattern: Option<&Pattern>) -> Result<Vec<UploadedFile>, StoreError> {
        let query = sqlx::query(FILES).bind(self.tenant()).bind(self.store.installation()).bind(None::<String>);
        let rows = query.fetch_all(self.store.database().pool()).await.map_err(StoreError::of("to list files"))?;
        let files = rows.iter().map(uploaded).collect::<Result<Vec<_>, _>>()?;
        Ok(files.into_iter().filter(|file| pattern.is_none_or(|pattern| pattern.matches(&file.name))).collect())
    }

    /// A file of the view. Files of other tenants are not found.
    ///
    /// # Errors
    /// [`FileError::NoUpload`] where the view has no file of this id.
    pub async fn uploaded(&self, id: &FileId) -> Result<UploadedFile, StoreError> {
        let query = sqlx::query(FILES).bind(self.tenant()).bind(self.store.installation()).bind(id.as_str());
        let row =
            query.fetch_optional(self.store.database().pool()).await.map_err(StoreError::of("to look a file up"))?;
        uploaded(&row.ok_or_else(|| FileError::NoUpload(id.clone()))?)
    }

    /// Deletes a file of the view. Jobs that have it as an input keep their copy.
    ///
    /// # Errors
    /// [`FileError::NoUpload`] where the view has no file of this id.
    pub async fn delete_upload(&self, id: &FileId) -> Result<(), StoreError> {
        let file = self.uploaded(id).await?;
        let delete = "DELETE FROM files WHERE id = $1 AND tenant = $2 AND installation = $3";
        let delete = sqlx::query(delete).bind(id.as_str()).bind(file.tenant.as_str());
        if !self.store.change(delete.bind(self.store.installation())).await? {
            return Err(FileError::NoUpload(id.clone()).into());
        }
        Ok(self.store.files().delete_upload(file.tenant.as_str(), id).await?)
    }
}

fn uploaded(found: &AnyRow) -> Result<UploadedFile, StoreError> {
    Ok(UploadedFile {
        id: FileId::try_from(row::get::<String>(found, 0)?)?,
        tenant: row::get::<String>(found, 1)?.try_into().map_err(|error| StoreError::Row(format!("{error}")))?,
        name: row::get(found, 2)?,
        media_type: row::get(found, 3)?,
        size: count(row::get(found, 4)?),
        sha256: row::get(found, 5)?,
        created_ms: row::get(found, 6)?,
    })
}
