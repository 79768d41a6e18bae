//! The registration of this process among the servers that share the store.
//!
//! Owns a row with a lease that is renewed, and a lock on a file of the data folder. Whether another server lives, `orphan` finds
//! out.

use super::database::Database;
use super::error::StoreError;
use super::files::FileStore;
use std::fs::File;
use std::time::Duration;
use tokio::task::JoinHandle;

/// This process.
#[derive(Debug)]
pub(super) struct Server {
    id: String,
    /// Locked as long as it is open.
    _lock: File,
    heartbeat: JoinHandle<()>,
}

impl Server {
    /// Registers this process and begins to renew its lease.
    pub(super) async fn register(database: &Database, files: &FileStore, lease: Duration) -> Result<Self, StoreError> {
        let (id, lock) = files.lock_server().await?;
        let lease_ms = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
        let now = database.now(database.pool()).await?;
        let insert = "INSERT INTO servers (id, installation, started_ms, lease_until_ms) VALUES ($1, $2, $3, $4)";
        let insert =
            sqlx::query(insert).bind(&id).bind(files.installation()).bind(now).bind(now.saturating_add(lease_ms));
        insert.execute(database.pool()).await.map_err(StoreError::of("to register a server"))?;
        let heartbeat = tokio::spawn(renew(database.clone(), id.clone(), lease, lease_ms));
        Ok(Self { id, _lock: lock, heartbeat })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Removes the registration.
    pub(super) async fn leave(&self, database: &Database) {
        self.heartbeat.abort();
        let gone = sqlx::query("DELETE FROM servers WHERE id = $1").bind(&self.id).execute(database.pool()).await;
        if let Err(error) = gone {
            tracing::warn!(%error, "the registration of this server could not be removed; it lapses by itself");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

async fn renew(database: Database, id: String, lease: Duration, lease_ms: i64) {
    loop {
        tokio::time::sleep(lease / 3).await;
        let renewed = async {
            let until = database.now(database.pool()).await?.saturating_add(lease_ms);
            let renew = sqlx::query("UPDATE servers SET lease_until_ms = $2 WHERE id = $1").bind(&id).bind(until);
            renew.execute(database.pool()).await.map_err(StoreError::of("to renew a lease"))
        };
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "the lease of this server could not be renewed; it is tried again");
        }
    }
}
