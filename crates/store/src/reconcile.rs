//! Making rows and folders agree after a crash.
//!
//! Owns the comparison. It holds the lock that submits and uploads hold while they move a folder or file to its path and insert
//! its row. So a folder without a row comes from a dead process, not from a submit under way.

use super::Store;
use super::error::StoreError;
use super::row;
use runcell_model::job::{FileId, JobId};
use std::collections::BTreeSet;

/// The result of a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Folders of jobs that no row names: their submit was never acknowledged, or their removal had begun.
    pub folders: usize,
    /// Uploaded files that no row names.
    pub files: usize,
    /// Waiting jobs whose folder is gone; their state is `errored` now.
    pub lost_jobs: usize,
    /// Dead servers without jobs.
    pub servers: usize,
}

impl Store {
    /// Makes rows and folders agree. [`Store::open`] calls it; a server may call it again from time to time.
    ///
    /// # Errors
    /// [`StoreError`] where the database or the folder cannot be used.
    pub async fn reconcile(&self) -> Result<Reconciled, StoreError> {
        let mut found = Reconciled::default();
        let mut write = self.database().write().await?;
        let doing = || StoreError::of("to list jobs");
        let jobs = sqlx::query("SELECT id, state FROM jobs WHERE installation = $1").bind(self.installation());
        let jobs = jobs.fetch_all(&mut *write).await.map_err(doing())?;
        let (mut known, mut waiting) = (BTreeSet::new(), BTreeSet::new());
        for one in &jobs {
            let id = row::id(row::get(one, 0)?)?;
            known.insert(id);
            if row::get::<String>(one, 1)? == "pending" {
                waiting.insert(id);
            }
        }
        let folders = self.files().job_folders().await?;
        for id in folders.difference(&known) {
            self.files().discard_job(*id).await?;
            found.folders += 1;
        }
        let files = sqlx::query("SELECT id FROM files WHERE installation = $1").bind(self.installation());
        let files = files.fetch_all(&mut *write).await.map_err(doing())?;
        let files = files.iter().map(|one| FileId::try_from(row::get::<String>(one, 0)?).map_err(StoreError::Invalid));
        found.files = self.files().discard_uploads(&files.collect::<Result<_, _>>()?).await?;
        drop(write);
        for id in waiting.difference(&folders) {
            found.lost_jobs += usize::from(self.lose(*id).await?);
        }
        found.servers = self.forget_servers().await?;
        self.files().empty_trash().await?;
        Ok(found)
    }

    /// Ends waiting jobs whose folder is gone: they cannot run.
    async fn lose(&self, id: JobId) -> Result<bool, StoreError> {
        match self.refuse(id, "its folder of inputs is gone from the data folder").await {
            Ok(()) => Ok(true),
            Err(StoreError::Moved { .. } | StoreError::NoJob(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes the staged folders of dead servers, and the rows of dead servers without jobs.
    async fn forget_servers(&self) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        let rows = sqlx::query("SELECT id FROM servers WHERE installation = $1").bind(self.installation());
        let rows = rows.fetch_all(self.database().pool()).await.map_err(StoreError::of("to list servers"))?;
        let mut servers = rows.iter().map(|one| row::get::<String>(one, 0)).collect::<Result<BTreeSet<_>, _>>()?;
        servers.extend(self.files().staging_servers().await?);
        for server in servers {
            if server == self.server_id() || self.is_alive(&server).await? {
                continue;
            }
            self.files().discard_staging(&server).await?;
            let idle = "DELETE FROM servers WHERE id = $1 AND NOT EXISTS \
                        (SELECT 1 FROM jobs WHERE state = 'running' AND server = $1)";
            if self.change(sqlx::query(idle).bind(&server)).await? {
                self.files().unlock_server(&server).await?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }
}
