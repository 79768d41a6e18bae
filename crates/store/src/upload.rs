//! The library of uploaded files: rows that say whose they are, and the files.
//!
//! Owns that a file is only ever seen, used and deleted by its owner, and that row and file appear together.

use super::Store;
use super::error::StoreError;
use super::files::{FileError, UploadedFile};
use super::row::{self, count};
use runcell_model::file::Pattern;
use runcell_model::job::FileId;
use sqlx::any::AnyRow;
use tokio::io::AsyncRead;

const FILES: &str = "SELECT id, owner, name, media_type, size, sha256, created_ms FROM files WHERE owner = $1 \
                     AND installation = $2 AND ($3 IS NULL OR id = $3) ORDER BY created_ms, id";

impl Store {
    /// Takes in a file of at most `max_bytes`. The name is the caller's and is only ever shown, never opened.
    ///
    /// # Errors
    /// [`FileError::TooLarge`] and others of [`FileError`]; nothing is kept then.
    pub async fn upload(
        &self,
        owner: &str,
        name: &str,
        media_type: &str,
        content: impl AsyncRead + Send + Unpin,
        max_bytes: u64,
    ) -> Result<UploadedFile, StoreError> {
        let staged = self.files().stage_upload(self.server_id(), content, max_bytes).await?;
        let (id, size, sha256) = (staged.id().clone(), staged.size(), staged.sha256().to_owned());
        let (store, owner) = (self.clone(), owner.to_owned());
        let shown = |text: &str, most| text.chars().filter(|c| !c.is_control()).take(most).collect::<String>();
        let (name, media_type) = (shown(name, 255), shown(media_type, 100));
        let task = tokio::spawn(async move {
            let mut write = store.database().write().await?;
            let created_ms = store.database().now(&mut *write).await?;
            let insert = "INSERT INTO files (id, owner, installation, name, media_type, size, sha256, created_ms) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
            let insert = sqlx::query(insert)
                .bind(id.as_str())
                .bind(&owner)
                .bind(store.installation())
                .bind(&name)
                .bind(&media_type)
                .bind(i64::try_from(size).unwrap_or(i64::MAX))
                .bind(&sha256)
                .bind(created_ms);
            insert.execute(&mut *write).await.map_err(StoreError::of("to insert a file"))?;
            staged.place(&owner).await?;
            write.commit().await.map_err(StoreError::of("to take in a file"))?;
            Ok(UploadedFile { id, owner, name, size, media_type, sha256, created_ms })
        });
        task.await.map_err(|_| StoreError::Stopped)?
    }

    /// The files of an owner, the earliest first, whose names a pattern means; all where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn uploads(&self, owner: &str, pattern: Option<&Pattern>) -> Result<Vec<UploadedFile>, StoreError> {
        let query = sqlx::query(FILES).bind(owner).bind(self.installation()).bind(None::<String>);
        let rows = query.fetch_all(self.database().pool()).await.map_err(StoreError::of("to list files"))?;
        let files = rows.iter().map(uploaded).collect::<Result<Vec<_>, _>>()?;
        Ok(files.into_iter().filter(|file| pattern.is_none_or(|pattern| pattern.matches(&file.name))).collect())
    }

    /// A file of an owner. Somebody else's is as if it did not exist.
    ///
    /// # Errors
    /// [`FileError::NoUpload`] where the owner has none of this id.
    pub async fn uploaded(&self, owner: &str, id: &FileId) -> Result<UploadedFile, StoreError> {
        let query = sqlx::query(FILES).bind(owner).bind(self.installation()).bind(id.as_str());
        let row = query.fetch_optional(self.database().pool()).await.map_err(StoreError::of("to look a file up"))?;
        uploaded(&row.ok_or_else(|| FileError::NoUpload(id.clone()))?)
    }

    /// Deletes a file of an owner. Jobs that were given it keep it.
    ///
    /// # Errors
    /// [`FileError::NoUpload`] where the owner has none of this id.
    pub async fn delete_upload(&self, owner: &str, id: &FileId) -> Result<(), StoreError> {
        let delete = "DELETE FROM files WHERE id = $1 AND owner = $2 AND installation = $3";
        let delete = sqlx::query(delete).bind(id.as_str()).bind(owner).bind(self.installation());
        if !self.change(delete).await? {
            return Err(FileError::NoUpload(id.clone()).into());
        }
        Ok(self.files().delete_upload(owner, id).await?)
    }
}

fn uploaded(found: &AnyRow) -> Result<UploadedFile, StoreError> {
    Ok(UploadedFile {
        id: FileId::try_from(row::get::<String>(found, 0)?)?,
        owner: row::get(found, 1)?,
        name: row::get(found, 2)?,
        media_type: row::get(found, 3)?,
        size: count(row::get(found, 4)?),
        sha256: row::get(found, 5)?,
        created_ms: row::get(found, 6)?,
    })
}
