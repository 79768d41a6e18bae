//! The tools of images, kept by the image's id. An id names its content, so that an entry never becomes wrong.
//!
//! Owns the rows. The container backend reads the images.

use super::Store;
use super::error::StoreError;
use super::row;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Store {
    /// The entry of an image; `None` if there is no entry or an earlier version wrote it in another shape.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn cached_spec<T: DeserializeOwned>(&self, image_id: &str) -> Result<Option<T>, StoreError> {
        let query = sqlx::query("SELECT spec FROM tool_specs WHERE image_id = $1").bind(image_id);
        let row = query.fetch_optional(self.database().pool()).await.map_err(StoreError::of("to look an image up"))?;
        let Some(row) = row else { return Ok(None) };
        Ok(serde_json::from_str(&row::get::<String>(&row, 0)?).ok())
    }

    /// Keeps the tools of an image. An image without tools has an entry too, so that nobody looks into it again.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn cache_spec<T: Serialize>(&self, image_id: &str, spec: &T) -> Result<(), StoreError> {
        let now = self.database().now(self.database().pool()).await?;
        let keep = "INSERT INTO tool_specs (image_id, spec, read_ms) VALUES ($1, $2, $3) \
                    ON CONFLICT (image_id) DO UPDATE SET spec = excluded.spec, read_ms = excluded.read_ms";
        self.change(sqlx::query(keep).bind(image_id).bind(row::to_json(spec)?).bind(now)).await.map(drop)
    }

    /// Forgets all images that do not exist any more. Returns their number.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn forget_specs(&self, but: &[String]) -> Result<u64, StoreError> {
        let rows = sqlx::query("SELECT image_id FROM tool_specs").fetch_all(self.database().pool()).await;
        let mut forgotten = 0;
        for row in rows.map_err(StoreError::of("to list images"))? {
            let image: String = row::get(&row, 0)?;
            if !but.contains(&image) {
                let forget = sqlx::query("DELETE FROM tool_specs WHERE image_id = $1").bind(image);
                forgotten += u64::from(self.change(forget).await?);
            }
        }
        Ok(forgotten)
    }
}
