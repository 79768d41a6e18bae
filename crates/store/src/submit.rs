//! Accepts a job: its row and its folder appear together, or not at all.
//!
//! Owns the order of steps. The folder is staged aside with everything in it; then, in one transaction under the lock, the
//! places are counted, the key is looked up, the row is inserted, the folder is renamed to the row's number, and the row
//! is committed. A crash leaves a folder that no row names; [`super::reconcile`] removes it.

use super::Store;
use super::database::WriteTransaction;
use super::error::StoreError;
use super::files::StagedJob;
use super::row::{self, columns, count};
use runcell_model::caller::Tenant;
use runcell_model::job::{JobRecord, JobRequest, JobState};
use sqlx::Row;

/// An accepted job.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// Its record.
    pub job: JobRecord,
    /// `false` if the same request with the same key was accepted before.
    pub fresh: bool,
}

impl Store {
    /// Accepts a job with its staged folder. Goes on even if the caller no longer waits.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Tenant`], [`StoreError::Conflict`], [`StoreError::Invalid`]; nothing is kept then.
    pub async fn submit(&self, request: JobRequest, staged: StagedJob) -> Result<Submitted, StoreError> {
        request.check()?;
        let store = self.clone();
        let task = tokio::spawn(async move { store.submit_now(request, staged).await });
        task.await.map_err(|_| StoreError::Stopped)?
    }

    /// The job of an idempotency key, so that a caller can answer before it stages files.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the key was used for another request.
    pub async fn submitted(&self, request: &JobRequest) -> Result<Option<JobRecord>, StoreError> {
        let Some(key) = &request.idempotency_key else { return Ok(None) };
        let row =
            sqlx::query(BY_KEY).bind(request.tenant.as_str()).bind(key).fetch_optional(self.database().pool()).await;
        row.map_err(StoreError::of("to look a key up"))?.map(|row| same(key, request, row::record(&row)?)).transpose()
    }

    async fn submit_now(&self, request: JobRequest, staged: StagedJob) -> Result<Submitted, StoreError> {
        let mut write = self.database().write().await?;
        if let Some(key) = &request.idempotency_key {
            let row = sqlx::query(BY_KEY).bind(request.tenant.as_str()).bind(key).fetch_optional(&mut *write).await;
            if let Some(row) = row.map_err(StoreError::of("to look a key up"))? {
                return Ok(Submitted { job: same(key, &request, row::record(&row)?)?, fresh: false });
            }
        }
        self.check_places(&mut write).await?;
        self.check_quotas(&mut write, &request.tenant).await?;
        let job = self.insert(&mut write, &request).await?;
        staged.place(job.id).await?;
        write.commit().await.map_err(StoreError::of("to take in a job"))?;
        self.tell(job.id, Some(JobState::Pending));
        Ok(Submitted { job, fresh: true })
    }

    async fn check_places(&self, write: &mut WriteTransaction) -> Result<(), StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM jobs WHERE state = 'pending'").fetch_one(&mut **write).await;
        let pending = count(row.and_then(|row| row.try_get(0)).map_err(StoreError::of("to count jobs"))?);
        let max = self.inner.max_pending;
        if pending >= max { Err(StoreError::Full { pending, max }) } else { Ok(()) }
    }

    /// In the same transaction as the row, so that submits at the same time do not pass a quota together.
    async fn check_quotas(&self, write: &mut WriteTransaction, tenant: &Tenant) -> Result<(), StoreError> {
        let quotas = self.inner.quotas;
        if (quotas.queued_jobs, quotas.job_bytes) == (0, 0) {
            return Ok(());
        }
        let held = "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0) AS BIGINT), \
                    CAST(COALESCE(SUM(out_bytes), 0) AS BIGINT) FROM jobs WHERE tenant = $1";
        let held = sqlx::query(held).bind(tenant.as_str()).fetch_one(&mut **write).await;
        let held = held.map_err(StoreError::of("to count jobs"))?;
        let (pending, bytes) = (count(row::get(&held, 0)?), count(row::get(&held, 1)?));
        let over = |what, used, allowed| Err(StoreError::Tenant { what, used, allowed });
        if quotas.queued_jobs > 0 && pending >= quotas.queued_jobs {
            return over("jobs of this tenant that wait", pending, quotas.queued_jobs);
        }
        if quotas.job_bytes > 0 && bytes >= quotas.job_bytes {
            return over("bytes of this tenant's ended jobs (remove some)", bytes, quotas.job_bytes);
        }
        Ok(())
    }

    async fn insert(&self, write: &mut WriteTransaction, request: &JobRequest) -> Result<JobRecord, StoreError> {
        let now = self.database().now(&mut **write).await?;
        let insert = concat!(
            "INSERT INTO jobs (state, tenant, image, tool, priority, idempotency_key, request, installation, created_ms) ",
            "VALUES ('pending', $1, $2, $3, $4, $5, $6, $7, $8) RETURNING ",
            columns!()
        );
        let insert = sqlx::query(insert)
            .bind(request.tenant.as_str())
            .bind(&request.image)
            .bind(request.work.tool().unwrap_or_default())
            .bind(i64::from(request.priority))
            .bind(request.idempotency_key.as_deref())
            .bind(row::to_json(request)?)
            .bind(self.installation())
            .bind(now);
        let row = insert.fetch_one(&mut **write).await.map_err(StoreError::of("to insert a job"))?;
        row::record(&row)
    }
}

const BY_KEY: &str = concat!("SELECT ", columns!(), " FROM jobs WHERE tenant = $1 AND idempotency_key = $2");

/// The job of a key, if it was the same request.
fn same(key: &str, request: &JobRequest, job: JobRecord) -> Result<JobRecord, StoreError> {
    if job.request.asks_for_the_same(request) {
        Ok(job)
    } else {
        Err(StoreError::Conflict { key: key.to_owned(), id: job.id })
    }
}
