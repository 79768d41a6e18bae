//! The transitions of a job: its end, a retry, a cancel, and notes while it runs.
//!
//! Owns that each transition happens once, and only from the state that the caller expects. A server can change a job only as long
//! as it runs that job: a server that was taken for dead and comes back changes nothing.

use super::error::StoreError;
use super::row;
use super::{Store, View};
use runcell_model::caller::Scope;
use runcell_model::job::{JobEnd, JobId, JobProgress, JobRecord, JobState, JobUsage};
use serde_json::Value;
use sqlx::query::Query;
use sqlx::{Any, any::AnyArguments};

/// The effect of a request to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelOutcome {
    /// The job had not begun and never will.
    Cancelled,
    /// The job runs; its server is asked to stop it.
    Requested,
    /// The job had ended before, in this state.
    Ended(JobState),
}

impl Store {
    /// Records the end of a job that this server runs.
    ///
    /// # Errors
    /// [`StoreError::Moved`] or [`StoreError::NotOurs`] where it is no longer this server's to end.
    pub async fn finish(
        &self,
        id: JobId,
        end: &JobEnd,
        usage: &JobUsage,
        gotap_metadata: Option<&Value>,
    ) -> Result<(), StoreError> {
        JobState::Running.check(end.state())?;
        let now = self.database().now(self.database().pool()).await?;
        let finish = "UPDATE jobs SET state = $3, ending = $4, job_usage = $5, out_bytes = $6, gotap_metadata = $7, \
                      finished_ms = $8 WHERE id = $1 AND state = 'running' AND server = $2";
        let finish = sqlx::query(finish)
            .bind(id.get())
            .bind(self.server_id())
            .bind(end.state().name())
            .bind(row::to_json(end)?)
            .bind(row::to_json(usage)?)
            .bind(i64::try_from(usage.out_bytes).unwrap_or(i64::MAX))
            .bind(gotap_metadata.map(row::to_json).transpose()?)
            .bind(now);
        self.change_ours(id, finish).await?;
        self.tell(id, Some(end.state()));
        Ok(())
    }

    /// Records that a job which waits cannot be run: `errored`, with the reason.
    ///
    /// # Errors
    /// [`StoreError::Moved`] where it no longer waits.
    pub async fn refuse(&self, id: JobId, message: &str) -> Result<(), StoreError> {
        let end = JobEnd::Failed { message: message.to_owned(), infrastructure: false };
        if self.end_pending(&Scope::All, id, &end).await? {
            return Ok(());
        }
        Err(StoreError::Moved { id, expected: JobState::Pending, found: self.everything().get(id).await?.state })
    }

    /// Puts a job that this server runs back into the queue, to be tried again after `delay_ms`. One that is to be
    /// cancelled is not tried again.
    ///
    /// # Errors
    /// [`StoreError::Moved`] or [`StoreError::NotOurs`] where it is no longer this server's, or is to be cancelled.
    pub async fn retry(&self, id: JobId, delay_ms: u64) -> Result<(), StoreError> {
        let now = self.database().now(self.database().pool()).await?;
        let later = now.saturating_add(i64::try_from(delay_ms).unwrap_or(i64::MAX));
        let retry = "UPDATE jobs SET state = 'pending', server = NULL, container_id = NULL, progress = NULL, not_before_ms = $3 \
                     WHERE id = $1 AND state = 'running' AND server = $2 AND cancel_requested = 0";
        self.change_ours(id, sqlx::query(retry).bind(id.get()).bind(self.server_id()).bind(later)).await?;
        self.tell(id, Some(JobState::Pending));
        Ok(())
    }

    /// The jobs that this server runs and that are to be stopped. Requests of other processes are found here.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn cancel_requests(&self) -> Result<Vec<JobId>, StoreError> {
        let asked = "SELECT id FROM jobs WHERE state = 'running' AND server = $1 AND cancel_requested = 1 ORDER BY id";
        let rows = sqlx::query(asked).bind(self.server_id()).fetch_all(self.database().pool()).await;
        rows.map_err(StoreError::of("to list jobs"))?.iter().map(|one| row::id(row::get(one, 0)?)).collect()
    }

    /// Records the container and the image's id of a job that this server runs. To be called before the container is started, so
    /// that it can be found after a crash.
    ///
    /// # Errors
    /// [`StoreError::Moved`] or [`StoreError::NotOurs`] where it is no longer this server's.
    pub async fn set_container(&self, id: JobId, container_id: &str, image_id: &str) -> Result<(), StoreError> {
        let set =
            "UPDATE jobs SET container_id = $3, image_id = $4 WHERE id = $1 AND state = 'running' AND server = $2";
        let set = sqlx::query(set).bind(id.get()).bind(self.server_id()).bind(container_id).bind(image_id);
        self.change_ours(id, set).await
    }

    /// Records the usage so far of a job that this server runs.
    ///
    /// # Errors
    /// [`StoreError::Moved`] or [`StoreError::NotOurs`] where it is no longer this server's.
    pub async fn set_usage(&self, id: JobId, usage: &JobUsage) -> Result<(), StoreError> {
        let set = "UPDATE jobs SET job_usage = $3, out_bytes = $4 WHERE id = $1 AND state = 'running' AND server = $2";
        let bytes = i64::try_from(usage.out_bytes).unwrap_or(i64::MAX);
        let set = sqlx::query(set).bind(id.get()).bind(self.server_id()).bind(row::to_json(usage)?).bind(bytes);
        self.change_ours(id, set).await
    }

    /// Records how far a job that this server runs says it is; `None` where it says nothing any more.
    ///
    /// # Errors
    /// [`StoreError::Moved`] or [`StoreError::NotOurs`] where it is no longer this server's.
    pub async fn set_progress(&self, id: JobId, progress: Option<&JobProgress>) -> Result<(), StoreError> {
        let set = "UPDATE jobs SET progress = $3 WHERE id = $1 AND state = 'running' AND server = $2";
        let progress = progress.map(row::to_json).transpose()?;
        self.change_ours(id, sqlx::query(set).bind(id.get()).bind(self.server_id()).bind(progress)).await?;
        self.tell(id, Some(JobState::Running));
        Ok(())
    }

    async fn end_pending(&self, scope: &Scope, id: JobId, end: &JobEnd) -> Result<bool, StoreError> {
        JobState::Pending.check(end.state())?;
        let now = self.database().now(self.database().pool()).await?;
        let change = "UPDATE jobs SET state = $2, ending = $3, finished_ms = $4 \
                      WHERE id = $1 AND state = 'pending' AND ($5 IS NULL OR tenant = $5)";
        let change = sqlx::query(change).bind(id.get()).bind(end.state().name()).bind(row::to_json(end)?).bind(now);
        let change = change.bind(scope.tenant());
        let done = self.change(change).await?;
        if done {
            self.tell(id, Some(end.state()));
        }
        Ok(done)
    }

    /// Runs a change of one row. Returns whether it changed one.
    pub(super) async fn change(&self, change: Query<'_, Any, AnyArguments>) -> Result<bool, StoreError> {
        let done = change.execute(self.database().pool()).await.map_err(StoreError::of("to change a job"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Runs a change of a job that this server runs.
    async fn change_ours(&self, id: JobId, change: Query<'_, Any, AnyArguments>) -> Result<(), StoreError> {
        if self.change(change).await? {
            return Ok(());
        }
        let JobRecord { state, server, .. } = self.everything().get(id).await?;
        if state == JobState::Running && server.as_deref() != Some(self.server_id()) {
            return Err(StoreError::NotOurs { id });
        }
        Err(StoreError::Moved { id, expected: JobState::Running, found: state })
    }
}

impl View {
    /// Stops a job: at once where it waits, by asking its server where it runs.
    ///
    /// # Errors
    /// [`StoreError::NoJob`] where the view has no such job.
    pub async fn cancel(&self, id: JobId) -> Result<CancelOutcome, StoreError> {
        loop {
            let job = self.get(id).await?;
            if job.state.is_final() {
                return Ok(CancelOutcome::Ended(job.state));
            }
            if job.state == JobState::Pending && self.store.end_pending(&self.scope, id, &JobEnd::Cancelled).await? {
                return Ok(CancelOutcome::Cancelled);
            }
            let ask = "UPDATE jobs SET cancel_requested = 1 \
                       WHERE id = $1 AND state = 'running' AND ($2 IS NULL OR tenant = $2)";
            if self.store.change(sqlx::query(ask).bind(id.get()).bind(self.tenant())).await? {
                self.store.tell(id, Some(JobState::Running));
                return Ok(CancelOutcome::Requested);
            }
            // It was changed between the look and the change: look again. Each turn means that somebody else got on.
        }
    }
}
