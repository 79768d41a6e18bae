//! Jobs whose server is dead.
//!
//! Owns how they are found and taken over, and whether a server lives: by its lock, which the kernel releases at the moment the
//! process dies, or by its lease on file systems without locks.

use super::Store;
use super::error::StoreError;
use super::row::{self, columns};
use runcell_model::job::{JobId, JobRecord};
use std::collections::BTreeMap;

/// A job whose server is dead.
#[derive(Debug, Clone, PartialEq)]
pub struct Orphan {
    /// The job, which is `running`.
    pub job: JobRecord,
    /// The server that ran it.
    pub server: String,
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
