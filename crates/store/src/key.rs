//! Idempotency keys: the answer to a request is kept under a key of its caller, so that a second one gets the same answer.
//!
//! Owns that one of several requests with a key is the first, and that a key which a dead server held is free.

use super::Store;
use super::account::AccountError;
use super::error::StoreError;
use super::row;
use runcell_model::caller::Tenant;
use serde::{Deserialize, Serialize};

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The type of the body.
    pub media_type: String,
    /// Where what was made is, if the answer says so.
    #[serde(default)]
    pub location: Option<String>,
    /// The body.
    pub body: String,
}

/// Whether a request is the first one of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyTaken {
    /// It is: the key is held until its answer is kept or it is let go.
    Fresh,
    /// It was answered before.
    Answered(Answer),
}

impl Store {
    /// Takes a key of a tenant for a request; its answer is kept for so many milliseconds.
    ///
    /// # Errors
    /// [`AccountError::KeyReused`] where another request has it, [`AccountError::KeyHeld`] where the same request goes on.
    pub async fn take_key(
        &self,
        tenant: &Tenant,
        name: &str,
        fingerprint: &str,
        keep_ms: u64,
    ) -> Result<KeyTaken, StoreError> {
        let doing = || StoreError::of("to take an idempotency key");
        let mut write = self.database().write().await?;
        let now = self.database().now(&mut *write).await?;
        let over = sqlx::query("DELETE FROM idempotency_keys WHERE expires_ms <= $1").bind(now);
        over.execute(&mut *write).await.map_err(doing())?;
        let find = "SELECT fingerprint, server, answer FROM idempotency_keys WHERE tenant = $1 AND name = $2";
        let found = sqlx::query(find).bind(tenant.as_str()).bind(name).fetch_optional(&mut *write).await;
        if let Some(found) = found.map_err(doing())? {
            let (known, server): (String, String) = (row::get(&found, 0)?, row::get(&found, 1)?);
            if known != fingerprint {
                return Err(AccountError::KeyReused(name.to_owned()).into());
            }
            if let Some(answer) = row::get::<Option<String>>(&found, 2)? {
                return Ok(KeyTaken::Answered(row::json("answer", &answer)?));
            }
            if server == self.server_id() || self.is_alive(&server).await? {
                return Err(AccountError::KeyHeld(name.to_owned()).into());
            }
        }
        let take = "INSERT INTO idempotency_keys (tenant, name, fingerprint, server, expires_ms) VALUES ($1, $2, $3, $4, $5) \
                    ON CONFLICT (tenant, name) DO UPDATE SET server = excluded.server, expires_ms = excluded.expires_ms";
        let take = sqlx::query(take).bind(tenant.as_str()).bind(name).bind(fingerprint).bind(self.server_id());
        take.bind(now.saturating_add(i64::try_from(keep_ms).unwrap_or(i64::MAX)))
            .execute(&mut *write)
            .await
            .map_err(doing())?;
        write.commit().await.map_err(doing())?;
        Ok(KeyTaken::Fresh)
    }

    /// Keeps the answer of a key that this server holds.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn answer_key(&self, tenant: &Tenant, name: &str, answer: &Answer) -> Result<(), StoreError> {
        let keep = "UPDATE idempotency_keys SET answer = $4 WHERE tenant = $1 AND name = $2 AND server = $3";
        let keep = sqlx::query(keep).bind(tenant.as_str()).bind(name).bind(self.server_id());
        self.change(keep.bind(row::to_json(answer)?)).await.map(drop)
    }

    /// Lets go of a key that this server holds and has not answered.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn free_key(&self, tenant: &Tenant, name: &str) -> Result<(), StoreError> {
        let free = "DELETE FROM idempotency_keys WHERE tenant = $1 AND name = $2 AND server = $3 AND answer IS NULL";
        self.change(sqlx::query(free).bind(tenant.as_str()).bind(name).bind(self.server_id())).await.map(drop)
    }
}
