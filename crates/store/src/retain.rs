//! Removing jobs: one by its number, and all that the rules of retention select.
//!
//! Owns the order: first the row, then the folder. A crash in between leaves a folder without a row, which the next start removes.

use super::View;
use super::error::StoreError;
use super::row::{self, count};
use runcell_model::job::{JobId, Retained, RetentionReason, RetentionRules};

impl View {
    /// Removes a job that has ended, with its files.
    ///
    /// # Errors
    /// [`StoreError::NotEnded`] where it waits or runs, [`StoreError::Elsewhere`] where its files are not here.
    pub async fn remove(&self, id: JobId) -> Result<(), StoreError> {
        let remove = "DELETE FROM jobs WHERE id = $1 AND installation = $2 \
                      AND state NOT IN ('pending', 'running') AND ($3 IS NULL OR tenant = $3)";
        let installation = self.store.installation();
        let remove = sqlx::query(remove).bind(id.get()).bind(installation).bind(self.tenant());
        if !self.store.change(remove).await? {
            let job = self.get(id).await?;
            if job.installation != installation {
                return Err(StoreError::Elsewhere { id, installation: job.installation });
            }
            return Err(StoreError::NotEnded { id, state: job.state });
        }
        self.store.tell(id, None);
        Ok(self.store.files().remove_job(id).await?)
    }

    /// The ended jobs of this installation that the rules would remove now, the oldest first, and why. Removes nothing.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn expired(&self, rules: &RetentionRules) -> Result<Vec<(JobId, RetentionReason)>, StoreError> {
        let ended = "SELECT id, COALESCE(finished_ms, created_ms), out_bytes FROM jobs \
                     WHERE installation = $1 AND state NOT IN ('pending', 'running') AND ($2 IS NULL OR tenant = $2)";
        let rows = sqlx::query(ended).bind(self.store.installation()).bind(self.tenant());
        let rows = rows.fetch_all(self.store.database().pool()).await;
        let rows = rows.map_err(StoreError::of("to list jobs"))?;
        let retained = rows.iter().map(|one| {
            let (id, finished_ms) = (row::id(row::get(one, 0)?)?, row::get(one, 1)?);
            Ok(Retained { id, finished_ms, bytes: count(row::get(one, 2)?) })
        });
        let retained = retained.collect::<Result<Vec<_>, StoreError>>()?;
        Ok(rules.remove(&retained, self.store.now_ms().await?))
    }
}
