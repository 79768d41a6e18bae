//! Tools in containers and their jobs, from the question which tools there are to the results of one.
//!
//! Owns who is asked when: the engine for images and containers, `spec` for what a tool takes, the store for everything that
//! outlives the process. In reading order: `catalog` (which tools there are), `submit` (taking a job in), `schedule` (whose
//! turn it is), `drive` (one job from its turn to its end), `ending` (what an end means), `adopt` (what a dead process
//! left), `log` (reading along). [`Jobs`] is the door.
//!
//! **Invariant:** a job that was taken in has an end some day, whatever dies in between: every step is in the store before
//! its consequence, and whoever runs jobs next takes over what is left.

mod adopt;
mod catalog;
mod drive;
mod ending;
mod error;
mod log;
mod schedule;
mod submit;

pub use catalog::{InspectedImage, ToolEntry, ToolFault, ToolList};
pub use error::{InvalidJob, Missing};
pub use log::{LogFollower, LogStream};
pub use runcell_store::{
    CancelOutcome, Preview, ResultFile, ResultKind, ResultList, ResultSummary, Submitted, ZipSummary,
};
pub use schedule::{Runner, RunnerEnd};
pub use submit::{Dataset, JobSubmit, LocalFile};

use super::engine::Engine;
use super::error::{ServiceError, Unavailable};
use runcell_model::config::{Config, JobsConfig};
use runcell_model::job::{JobChange, JobFilter, JobId, JobPage, JobRecord, JobState, RetentionReason, RetentionRules};
use runcell_store::{Store, StoreConfig};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

/// Whose jobs and files are those of the person at this machine: of the shell and of assistants on standard streams.
pub const LOCAL_OWNER: &str = "local";

/// How often a state is asked for that another process may change.
const POLL: Duration = Duration::from_millis(250);

/// Tools in containers and their jobs. Clones are the same.
#[derive(Debug, Clone)]
pub struct Jobs {
    store: Store,
    engine: Arc<Engine>,
    config: Arc<JobsConfig>,
}

impl Jobs {
    pub(super) async fn open(config: &Config, engine: Arc<Engine>) -> Result<Self, ServiceError> {
        let data_dir = config.data_dir.clone().ok_or(Unavailable::NoDataDir)?;
        let jobs = config.jobs.clone();
        let (url, max_pending) = (jobs.database.clone(), jobs.max_pending);
        let store = Store::open(StoreConfig { url, max_pending, ..StoreConfig::new(data_dir) }).await?;
        Ok(Self { store, engine, config: Arc::new(jobs) })
    }

    /// A job.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is none of this number.
    pub async fn get(&self, id: JobId) -> Result<JobRecord, ServiceError> {
        Ok(self.store.get(id).await?)
    }

    /// The jobs that a filter means, a page of them.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn list(&self, filter: &JobFilter) -> Result<JobPage, ServiceError> {
        Ok(self.store.list(filter).await?)
    }

    /// How many jobs there are in each state.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn counts(&self, owner: Option<&str>) -> Result<BTreeMap<JobState, u64>, ServiceError> {
        Ok(self.store.counts(owner).await?)
    }

    /// How many jobs take their turn before this one; none where it does not wait.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such job.
    pub async fn queue_position(&self, id: JobId) -> Result<Option<u64>, ServiceError> {
        Ok(self.store.queue_position(id).await?)
    }

    /// Stops a job: at once where it waits; where it runs, whoever runs it stops it within a moment.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such job.
    pub async fn cancel(&self, id: JobId) -> Result<CancelOutcome, ServiceError> {
        Ok(self.store.cancel(id).await?)
    }

    /// Removes a job that has ended, with its files.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where it waits or runs.
    pub async fn remove(&self, id: JobId) -> Result<(), ServiceError> {
        Ok(self.store.remove(id).await?)
    }

    /// The ended jobs that rules would remove now, and why. Removes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn expired(&self, rules: &RetentionRules) -> Result<Vec<(JobId, RetentionReason)>, ServiceError> {
        Ok(self.store.expired(rules).await?)
    }

    /// Removes the ended jobs that rules mean; those that were removed, and why.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn prune(&self, rules: &RetentionRules) -> Result<Vec<(JobId, RetentionReason)>, ServiceError> {
        let expired = self.store.expired(rules).await?;
        for (id, _) in &expired {
            match self.remove(*id).await {
                // Somebody else was faster.
                Err(ServiceError::NotFound(_)) => {}
                removed => removed?,
            }
        }
        Ok(expired)
    }

    /// The site's rules of retention.
    #[must_use]
    pub fn retention(&self) -> RetentionRules {
        self.config.retention
    }

    /// What a job has left so far.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such job, or its files are gone.
    pub async fn results(&self, id: JobId) -> Result<ResultList, ServiceError> {
        self.store.get(id).await?;
        Ok(self.store.files().results(id).await?)
    }

    /// The beginning of a result as text.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such result, [`ServiceError::Invalid`] where it is no text.
    pub async fn preview(&self, id: JobId, rel_path: &str) -> Result<Preview, ServiceError> {
        self.store.get(id).await?;
        Ok(self.store.files().preview(id, rel_path).await?)
    }

    /// Opens a result for reading. The name is whatever a caller sent.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] or [`ServiceError::Invalid`] where it is none.
    pub async fn open_result(&self, id: JobId, rel_path: &str) -> Result<(ResultFile, std::fs::File), ServiceError> {
        self.store.get(id).await?;
        Ok(self.store.files().open_result(id, rel_path).await?)
    }

    /// Writes all results as a zip.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such job; [`ServiceError::Unavailable`] where the writer fails.
    pub async fn zip(&self, id: JobId, writer: impl Write + Send + 'static) -> Result<ZipSummary, ServiceError> {
        self.store.get(id).await?;
        Ok(self.store.files().zip_results(id, writer).await?)
    }

    /// The changes of jobs that this process makes, from now on.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<JobChange> {
        self.store.changes()
    }

    /// Waits until a job has ended, whoever runs it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where it was removed.
    pub async fn wait(&self, id: JobId) -> Result<JobRecord, ServiceError> {
        let mut changes = self.changes();
        loop {
            let job = self.store.get(id).await?;
            if job.state.is_final() {
                return Ok(job);
            }
            changed(&mut changes, id, POLL).await;
        }
    }

    /// Waits until a job is in another state than `known`, or begun once more; whoever changed it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where it was removed.
    pub async fn next_change(&self, known: &JobRecord) -> Result<JobRecord, ServiceError> {
        let mut changes = self.changes();
        loop {
            let job = self.store.get(known.id).await?;
            if (job.state, job.attempt, job.cancel_requested) != (known.state, known.attempt, known.cancel_requested) {
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
        Ok(self.store.is_scheduled().await?)
    }

    /// The store, for those parts of the service that keep uploaded files in it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Gives up being known as a process that runs jobs. To be called last.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

/// Waits until a job changes, or for a while: other processes are not heard.
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
