//! Secrets of the server, in the database that all servers of an installation share.
//!
//! Owns that a secret is chosen once. The data folder is closed to other users of the machine; a database elsewhere is its
//! operator's to close.

use crate::Store;
use crate::error::StoreError;
use crate::row;

impl Store {
    /// The secret of a name. Where there is none yet, it is `fresh` from now on.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn secret(&self, name: &str, fresh: &str) -> Result<String, StoreError> {
        self.keep_once(name, fresh).await?;
        let query = sqlx::query("SELECT content FROM secrets WHERE name = $1").bind(name);
        let row = query.fetch_one(self.database().pool()).await.map_err(StoreError::of("to read a secret"))?;
        row::get(&row, 0)
    }

    /// Keeps something under a name; answers whether it is the first time.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn keep_once(&self, name: &str, content: &str) -> Result<bool, StoreError> {
        let keep = "INSERT INTO secrets (name, content) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        self.change(sqlx::query(keep).bind(name).bind(content)).await
    }

    /// Random bytes of the system.
    ///
    /// # Errors
    /// [`StoreError`] where the system has none.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).map_err(|_| crate::files::FileError::NoRandom)?;
        Ok(bytes)
    }
}
