//! The door of jobs: submitting one, following it, and reading what it left.
//!
//! Owns what a caller may ask of jobs, each within the rows of its view. In reading order: `submission` and `submit` (taking a
//! job in), `target` (what it means), `work` (what runs jobs), `schedule` (whose turn it is), `drive` (one job from its turn to its
//! end), `program` (what is started for it), `progress` (how far it says it is), `ending` (what an end means), `adopt` (what a dead
//! process left), `log` and `log_times` (reading along with one, also from a time on), `watch` (following all).
//!
//! **Invariant:** a job that was taken in has an end some day, whatever dies in between: every step is in the store before
//! its consequence, and whoever runs jobs next takes over what is left.

mod adopt;
mod drive;
mod ending;
mod error;
mod log;
mod log_times;
mod program;
mod progress;
mod schedule;
mod submission;
mod submit;
mod target;
mod watch;
mod work;

pub use error::InvalidJob;
pub use log::{LogFollower, LogStream};
pub use runcell_store::{
    CancelOutcome, Preview, ResultFile, ResultKind, ResultList, ResultSummary, Submitted, ZipSummary,
};
pub use schedule::{Runner, RunnerEnd};
pub use submission::{Dataset, JobSubmit, LocalFile};
pub use watch::{JobNews, JobWatch};
pub(crate) use work::{Site, Work};

use crate::error::ServiceError;
use crate::trail::Trail;
use runcell_model::caller::{Caller, Operation};
use runcell_model::job::{JobChange, JobFilter, JobId, JobPage, JobRecord, JobState, RetentionReason, RetentionRules};
use runcell_store::View;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;
use tokio::sync::broadcast;
use work::POLL;

/// Jobs, for one caller. Clones are the same.
#[derive(Debug, Clone)]
pub struct Jobs {
    work: Work,
    view: View,
    caller: Caller,
    trail: Trail,
}

impl Jobs {
    pub(crate) fn new(work: Work, caller: &Caller, trail: Trail) -> Self {
        Self { view: work.store.view(caller.scope()), work, caller: caller.clone(), trail }
    }

    /// A job.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the caller has no job of this number.
    pub async fn get(&self, id: JobId) -> Result<JobRecord, ServiceError> {
        self.caller.may(Operation::ReadJobs)?;
        Ok(self.view.get(id).await?)
    }

    /// The jobs that a filter selects, a page of them.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn list(&self, filter: &JobFilter) -> Result<JobPage, ServiceError> {
        self.caller.may(Operation::ReadJobs)?;
        Ok(self.view.list(filter).await?)
    }

    /// How many jobs there are in each state.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn counts(&self) -> Result<BTreeMap<JobState, u64>, ServiceError> {
        self.caller.may(Operation::ReadJobs)?;
        Ok(self.view.counts().await?)
    }

    /// How many jobs take their turn before this one, those of others included; `None` where it does not wait.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the caller has no such job.
    pub async fn queue_position(&self, id: JobId) -> Result<Option<u64>, ServiceError> {
        self.caller.may(Operation::ReadJobs)?;
        Ok(self.view.queue_position(id).await?)
    }

    /// Stops a job: at once where it waits; where it runs, whoever runs it stops it within a moment.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the caller has no such job.
    pub async fn cancel(&self, id: JobId) -> Result<CancelOutcome, ServiceError> {
        let act = self.trail.begin(&self.caller, Operation::CancelJobs, &id.to_string())?;
        act.during(async { Ok(self.view.cancel(id).await?) }).await
    }

    /// Removes a job that has ended, with its files.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where it waits or runs.
    pub async fn remove(&self, id: JobId) -> Result<(), ServiceError> {
        let act = self.trail.begin(&self.caller, Operation::RemoveJobs, &id.to_string())?;
        act.during(async { Ok(self.view.remove(id).await?) }).await
    }

    /// The ended jobs that rules would remove now, and why. Removes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn expired(&self, rules: &RetentionRules) -> Result<Vec<(JobId, RetentionReason)>, ServiceError> {
        // Nothing is changed, but the answer is a list of what would be.
        let act = self.trail.begin(&self.caller, Operation::PruneJobs, "dry run")?;
        act.during(async { Ok(self.view.expired(rules).await?) }).await
    }

    /// Removes the ended jobs that rules select; answers those that were removed, and why.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn prune(&self, rules: &RetentionRules) -> Result<Vec<(JobId, RetentionReason)>, ServiceError> {
        let act = self.trail.begin(&self.caller, Operation::PruneJobs, "")?;
        act.during(self.work.prune(&self.view, rules)).await
    }

    /// The site's rules of retention.
    #[must_use]
    pub fn retention(&self) -> RetentionRules {
        self.work.site.jobs.retention
    }

    /// The files that a job has left so far.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the caller has no such job, or its files are gone.
    pub async fn results(&self, id: JobId) -> Result<ResultList, ServiceError> {
        self.get(id).await?;
        Ok(self.work.store.files().results(id).await?)
    }

    /// The beginning of a result as text.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such result, [`ServiceError::Invalid`] where it is no text.
    pub async fn preview(&self, id: JobId, rel_path: &str) -> Result<Preview, ServiceError> {
        self.get(id).await?;
        Ok(self.work.store.files().preview(id, rel_path).await?)
    }

    /// Opens a result for reading. The name is whatever a caller sent.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] or [`ServiceError::Invalid`] where it names no result.
    pub async fn open_result(&self, id: JobId, rel_path: &str) -> Result<(ResultFile, std::fs::File), ServiceError> {
        self.get(id).await?;
        Ok(self.work.store.files().open_result(id, rel_path).await?)
    }

    /// Writes all results as a zip.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the caller has no such job; [`ServiceError::Unavailable`] where the writer fails.
    pub async fn zip(&self, id: JobId, writer: impl Write + Send + 'static) -> Result<ZipSummary, ServiceError> {
        self.get(id).await?;
        Ok(self.work.store.files().zip_results(id, writer).await?)
    }

    /// Waits until a job has ended, whoever runs it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where it was removed.
    pub async fn wait(&self, id: JobId) -> Result<JobRecord, ServiceError> {
        let mut changes = self.work.store.changes();
        loop {
            let job = self.get(id).await?;
            if job.state.is_final() {
                return Ok(job);
            }
            changed(&mut changes, id, POLL).await;
        }
    }

    /// Waits until a job is in another state than `known`, begun once more, or says that it is further; whoever changed it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where it was removed.
    pub async fn next_change(&self, known: &JobRecord) -> Result<JobRecord, ServiceError> {
        let mut changes = self.work.store.changes();
        loop {
            let job = self.get(known.id).await?;
            let now = (job.state, job.attempt, job.cancel_requested);
            if now != (known.state, known.attempt, known.cancel_requested) || job.progress != known.progress {
                return Ok(job);
            }
            changed(&mut changes, known.id, POLL).await;
        }
    }

    /// Whether a process, this one or another, runs jobs that wait.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the data folder cannot be used.
    pub async fn is_scheduled(&self) -> Result<bool, ServiceError> {
        Ok(self.work.store.is_scheduled().await?)
    }
}

impl Work {
    async fn prune(&self, view: &View, rules: &RetentionRules) -> Result<Vec<(JobId, RetentionReason)>, ServiceError> {
        let expired = view.expired(rules).await?;
        for (id, _) in &expired {
            match view.remove(*id).await.map_err(ServiceError::from) {
                // Somebody else was faster.
                Err(ServiceError::NotFound(_)) => {}
                removed => removed?,
            }
        }
        Ok(expired)
    }
}

/// Waits until a job changes in this process, or for a while: changes by other processes send no signal.
async fn changed(changes: &mut broadcast::Receiver<JobChange>, id: JobId, patience: Duration) {
    let heard = async {
        loop {
            match changes.recv().await {
                Ok(change) if change.id != id => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
            }
        }
    };
    // Either way it is looked again.
    let _elapsed = tokio::time::timeout(patience, heard).await;
}
