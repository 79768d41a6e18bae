//! Following all jobs of a caller: each change is reported once, whoever made it.
//!
//! Owns how changes are gathered and their bounds. Changes by this process arrive at once. Those by other processes send no
//! signal: the follower looks at the jobs that run and at the counts of states every few seconds, and where the counts show more
//! changes than were reported, lists are read again.

use super::Jobs;
use crate::error::ServiceError;
use runcell_model::caller::Operation;
use runcell_model::job::{JobChange, JobFilter, JobId, JobProgress, JobRecord, JobState, JobUsage, MAX_PAGE};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};
use tokio::time::{Instant, sleep, sleep_until};

/// The time between two looks for changes by other processes.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// How long changes are gathered after the first one.
const GATHER: Duration = Duration::from_millis(150);
/// The most jobs that are reported one by one.
const MOST: usize = 100;

/// A change, or several.
#[derive(Debug)]
pub enum JobNews {
    /// These jobs, as they are now.
    Changed(Vec<JobRecord>),
    /// More jobs than are reported one by one, or some are gone: lists are to be read again.
    Many,
}

/// A follower of all jobs of a caller.
#[derive(Debug)]
pub struct JobWatch {
    jobs: Jobs,
    changes: broadcast::Receiver<JobChange>,
    look_at: Instant,
    /// The jobs that ran at the last look.
    running: BTreeMap<JobId, Seen>,
    counts: BTreeMap<JobState, u64>,
    /// Whether counts have changed since lists were read, and changes of this process may or may not explain it.
    unexplained: bool,
    /// Whether this process has changed something since the last look.
    received: bool,
}

/// The parts of a running job that may change.
#[derive(Debug, PartialEq)]
struct Seen {
    attempt: u32,
    cancel_requested: bool,
    progress: Option<JobProgress>,
    usage: JobUsage,
}

impl From<&JobRecord> for Seen {
    fn from(job: &JobRecord) -> Self {
        let JobRecord { attempt, cancel_requested, .. } = *job;
        Self { attempt, cancel_requested, progress: job.progress.clone(), usage: job.usage }
    }
}

impl Jobs {
    /// Follows all jobs of the caller from now on.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn watch(&self) -> Result<JobWatch, ServiceError> {
        self.caller.may(Operation::ReadJobs)?;
        let changes = self.work.store.changes();
        let mut watch = JobWatch {
            counts: self.view.counts().await?,
            jobs: self.clone(),
            changes,
            look_at: Instant::now() + LOOK_EVERY,
            running: BTreeMap::new(),
            unexplained: false,
            received: false,
        };
        watch.changed_while_running().await?;
        Ok(watch)
    }
}

impl JobWatch {
    /// Waits for the next news.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store does not answer.
    pub async fn next(&mut self) -> Result<JobNews, ServiceError> {
        loop {
            let news = tokio::select! {
                change = self.changes.recv() => self.gather(change).await?,
                () = sleep_until(self.look_at) => self.look().await?,
            };
            match news {
                JobNews::Changed(jobs) if jobs.is_empty() => {}
                news => return Ok(news),
            }
        }
    }

    /// Gathers the changes of a moment, and reads their jobs once. A future that is dropped meanwhile loses them.
    async fn gather(&mut self, first: Result<JobChange, RecvError>) -> Result<JobNews, ServiceError> {
        self.received = true;
        let (mut ids, mut lost) = (BTreeSet::new(), false);
        let mut note = |change: Result<JobChange, RecvError>| match change {
            Ok(JobChange { id, state: Some(_) }) => drop(ids.insert(id)),
            // A job that is gone cannot be read; whose it was is not known.
            Ok(JobChange { state: None, .. }) | Err(_) => lost = true,
        };
        note(first);
        sleep(GATHER).await;
        loop {
            match self.changes.try_recv() {
                Ok(change) => note(Ok(change)),
                Err(TryRecvError::Lagged(missed)) => note(Err(RecvError::Lagged(missed))),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        if lost || ids.len() > MOST {
            return Ok(JobNews::Many);
        }
        self.read(ids).await
    }

    /// Jobs as they are now. Those of other tenants, and those that are gone, are not found.
    async fn read(&self, ids: impl IntoIterator<Item = JobId>) -> Result<JobNews, ServiceError> {
        let mut jobs = Vec::new();
        for id in ids {
            match self.jobs.get(id).await {
                Ok(job) => jobs.push(job),
                Err(ServiceError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(JobNews::Changed(jobs))
    }

    /// Looks for changes by other processes.
    async fn look(&mut self) -> Result<JobNews, ServiceError> {
        self.look_at = Instant::now() + LOOK_EVERY;
        let changed = self.changed_while_running().await?;
        let counts = self.jobs.view.counts().await?;
        self.unexplained |= counts != self.counts;
        self.counts = counts;
        // As long as this process changes jobs, and reports it, the counts prove nothing.
        let quiet = !std::mem::take(&mut self.received);
        if quiet && std::mem::take(&mut self.unexplained) {
            return Ok(JobNews::Many);
        }
        self.read(changed).await
    }

    /// The jobs that ran at the last look or run now, and have changed in between.
    async fn changed_while_running(&mut self) -> Result<Vec<JobId>, ServiceError> {
        let filter = JobFilter { states: vec![JobState::Running], limit: MAX_PAGE, ..JobFilter::default() };
        let page = self.jobs.view.list(&filter).await?;
        let now: BTreeMap<JobId, Seen> = page.jobs.iter().map(|job| (job.id, Seen::from(job))).collect();
        let before = std::mem::replace(&mut self.running, now);
        let gone = before.keys().filter(|id| !self.running.contains_key(*id));
        let changed = self.running.iter().filter(|(id, seen)| before.get(*id) != Some(seen)).map(|(id, _)| id);
        Ok(changed.chain(gone).copied().take(MOST).collect())
    }
}
