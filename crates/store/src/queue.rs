//! The queue: which job is next, and how many wait.
//!
//! Owns the order: higher priority first, then the lower number. No job is claimed twice, however many servers ask.

use super::error::StoreError;
use super::row::{self, columns, count};
use super::{Store, View};
use runcell_model::job::{JobId, JobRecord, JobState};
use sqlx::Row;
use std::collections::BTreeMap;
use tokio::sync::oneshot;

impl Store {
    /// Claims the next job and marks it as running on this server. Only jobs whose files lie in this installation are
    /// claimed. If the call is dropped, the job goes back to the queue.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn claim_next(&self) -> Result<Option<JobRecord>, StoreError> {
        let (sender, receiver) = oneshot::channel();
        let store = self.clone();
        tokio::spawn(async move {
            // The caller may have gone, or may go while the answer is on its way.
            if let Err(Ok(Some(job))) = sender.send(store.claim_now().await) {
                let _ = store.hand_back(&job).await;
            }
        });
        Claim { store: self, receiver }.await_it().await
    }

    async fn claim_now(&self) -> Result<Option<JobRecord>, StoreError> {
        let now = self.database().now(self.database().pool()).await?;
        let claim = sqlx::query(self.database().either(CLAIM_SQLITE, CLAIM_POSTGRES));
        let claim = claim.bind(self.server_id()).bind(now).bind(self.installation());
        // All rows are fetched, one at most, so that the statement has ended and is committed.
        let rows = claim.fetch_all(self.database().pool()).await.map_err(StoreError::of("to claim a job"))?;
        let Some(row) = rows.first() else { return Ok(None) };
        let job = row::record(row)?;
        self.tell(job.id, Some(JobState::Running));
        Ok(Some(job))
    }

    /// Puts a job that was just claimed back into the queue.
    async fn hand_back(&self, job: &JobRecord) -> Result<(), StoreError> {
        let back = "UPDATE jobs SET state = 'pending', server = NULL, started_ms = NULL, attempt = attempt - 1 \
                    WHERE id = $1 AND state = 'running' AND server = $2 AND attempt = $3";
        let back = sqlx::query(back).bind(job.id.get()).bind(self.server_id()).bind(i64::from(job.attempt));
        back.execute(self.database().pool()).await.map_err(StoreError::of("to hand a job back"))?;
        self.tell(job.id, Some(JobState::Pending));
        Ok(())
    }

    /// The number of waiting jobs of this installation, with those that wait for another try.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn waiting(&self) -> Result<u64, StoreError> {
        let waiting = sqlx::query("SELECT COUNT(*) FROM jobs WHERE state = 'pending' AND installation = $1");
        let row = waiting.bind(self.installation()).fetch_one(self.database().pool()).await;
        let waiting: i64 = row.and_then(|row| row.try_get(0)).map_err(StoreError::of("to count jobs"))?;
        Ok(count(waiting))
    }
}

impl View {
    /// The number of jobs before this one; `None` if it does not wait.
    ///
    /// # Errors
    /// [`StoreError::NoJob`] where there is no such job.
    pub async fn queue_position(&self, id: JobId) -> Result<Option<u64>, StoreError> {
        let job = self.get(id).await?;
        if job.state != JobState::Pending {
            return Ok(None);
        }
        let before = "SELECT COUNT(*) FROM jobs WHERE state = 'pending' AND installation = $1 \
                      AND (priority > $2 OR (priority = $2 AND id < $3))";
        let before = sqlx::query(before).bind(&job.installation).bind(i64::from(job.request.priority)).bind(id.get());
        let row = before.fetch_one(self.store.database().pool()).await;
        let before: i64 = row.and_then(|row| row.try_get(0)).map_err(StoreError::of("to count jobs"))?;
        Ok(Some(count(before)))
    }

    /// The number of jobs of the view in each state.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn counts(&self) -> Result<BTreeMap<JobState, u64>, StoreError> {
        let counts = "SELECT state, COUNT(*) FROM jobs WHERE ($1 IS NULL OR tenant = $1) GROUP BY state";
        let rows = sqlx::query(counts).bind(self.tenant()).fetch_all(self.store.database().pool()).await;
        let mut found: BTreeMap<JobState, u64> = JobState::ALL.iter().map(|state| (*state, 0)).collect();
        for row in rows.map_err(StoreError::of("to count jobs"))? {
            let state: String = row::get(&row, 0)?;
            let state = state.parse().map_err(|error| StoreError::Row(format!("{error}")))?;
            found.insert(state, count(row::get(&row, 1)?));
        }
        Ok(found)
    }
}

/// The wait for a claimed job. Dropping it returns a job that has arrived and was not taken.
struct Claim<'a> {
    store: &'a Store,
    receiver: oneshot::Receiver<Result<Option<JobRecord>, StoreError>>,
}

impl Claim<'_> {
    async fn await_it(mut self) -> Result<Option<JobRecord>, StoreError> {
        (&mut self.receiver).await.map_err(|_| StoreError::Stopped)?
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.receiver.close();
        if let Ok(Ok(Some(job))) = self.receiver.try_recv() {
            let store = self.store.clone();
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move { store.hand_back(&job).await });
            }
        }
    }
}

const CLAIM_SQLITE: &str = concat!(
    "UPDATE jobs SET state = 'running', server = $1, started_ms = $2, attempt = attempt + 1, container_id = NULL ",
    "WHERE state = 'pending' AND id = (SELECT id FROM jobs WHERE state = 'pending' AND installation = $3 ",
    "AND not_before_ms <= $2 ORDER BY priority DESC, id LIMIT 1) RETURNING ",
    columns!()
);

const CLAIM_POSTGRES: &str = concat!(
    "UPDATE jobs SET state = 'running', server = $1, started_ms = $2, attempt = attempt + 1, container_id = NULL ",
    "WHERE state = 'pending' AND id = (SELECT id FROM jobs WHERE state = 'pending' AND installation = $3 ",
    "AND not_before_ms <= $2 ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ",
    columns!()
);
