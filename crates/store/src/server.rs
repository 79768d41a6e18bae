//! The servers that share the store, whether they live, and the jobs of dead ones.
//!
//! Owns the registration of this process: a row with a lease that it renews, and a lock on a file of the data folder, which the
//! kernel releases at the moment the process dies. The lock is exact and immediate; the lease counts on file systems without
//! locks, or if the lock's file is gone.

use super::Store;
use super::database::Database;
use super::error::StoreError;
use super::files::FileStore;
use super::row::{self, columns};
use runcell_model::job::{JobId, JobRecord};
use std::collections::BTreeMap;
use std::fs::File;
use std::time::Duration;
use tokio::task::JoinHandle;

/// A job whose server is dead.
#[derive(Debug, Clone, PartialEq)]
pub struct Orphan {
    /// The job, which is `running`.
    pub job: JobRecord,
    /// The server that ran it.
    pub server: String,
}

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

impl Store {
    /// The running jobs of this installation whose server is dead. Nothing is changed: [`Store::adopt`] takes one over.
    ///
    /// # Errors
    /// [`StoreError`] where the database or the folder cannot be asked.
    pub async fn orphans(&self) -> Result<Vec<Orphan>, StoreError> {
        let running =
            concat!("SELECT ", columns!(), " FROM jobs WHERE state = 'running' AND installation = $1 ORDER BY id");
        let rows = sqlx::query(running).bind(self.installation()).fetch_all(self.database().pool()).await;
        let rows = rows.map_err(StoreError::of("to list jobs"))?;
        let mut known = BTreeMap::new();
        let mut orphans = Vec::new();
        for job in rows.iter().map(row::record) {
            let job = job?;
            let server = job.server.clone().unwrap_or_default();
            if server == self.server_id() {
                continue;
            }
            let alive = match known.get(&server) {
                Some(alive) => *alive,
                None => self.is_alive(&server).await?,
            };
            known.insert(server.clone(), alive);
            if !alive {
                orphans.push(Orphan { job, server });
            }
        }
        Ok(orphans)
    }

    /// Takes over a job of a dead server, with its container and attempt as they are. Of several servers that try, one succeeds.
    ///
    /// # Errors
    /// [`StoreError::NotOurs`] or [`StoreError::Moved`] where another was faster.
    pub async fn adopt(&self, orphan: &Orphan) -> Result<(), StoreError> {
        let id: JobId = orphan.job.id;
        let adopt = "UPDATE jobs SET server = $3 WHERE id = $1 AND state = 'running' AND server = $2";
        if self.change(sqlx::query(adopt).bind(id.get()).bind(&orphan.server).bind(self.server_id())).await? {
            return Ok(());
        }
        let found = self.everything().get(id).await?.state;
        if found == orphan.job.state {
            return Err(StoreError::NotOurs { id });
        }
        Err(StoreError::Moved { id, expected: orphan.job.state, found })
    }

    /// Whether a server lives, by its lock or, without one, by its lease.
    ///
    /// # Errors
    /// [`StoreError`] where the database or the folder cannot be asked.
    pub async fn is_alive(&self, server: &str) -> Result<bool, StoreError> {
        if let Some(locked) = self.files().is_locked(server).await? {
            return Ok(locked);
        }
        let now = self.database().now(self.database().pool()).await?;
        let lease = sqlx::query("SELECT 1 FROM servers WHERE id = $1 AND lease_until_ms > $2").bind(server).bind(now);
        let row = lease.fetch_optional(self.database().pool()).await.map_err(StoreError::of("to look a server up"))?;
        Ok(row.is_some())
    }
}
