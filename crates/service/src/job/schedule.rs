//! Whose turn it is, and who runs.
//!
//! Owns the loop of a process that runs jobs: it takes jobs by priority as long as it has places, stops those that are to
//! be cancelled (whoever asked), takes over what dead processes left, and keeps to the rules of retention. Several processes
//! may do so at once, each with its own places; a job is run by one.

use super::adopt::Adopted;
use super::drive::{Driven, JobSignals, answers};
use super::ending::failed;
use super::work::{POLL, Work};
use crate::error::ServiceError;
use runcell_model::job::{JobId, JobRecord, RetentionRules};
use runcell_store::Scheduling;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often it is looked for jobs of dead processes.
const ADOPT_EVERY: Duration = Duration::from_secs(3);
/// How often containers that nobody needs are looked for, and jobs that are to be removed.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// How long an engine that is away is left alone.
const ENGINE_PATIENCE: Duration = Duration::from_secs(1);
/// How long jobs that have just ended may take to be cleaned up after when the loop ends.
const LAST_CLEANING: Duration = Duration::from_secs(10);

/// How a process came to the end of running jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunnerEnd {
    /// Nothing is left to do.
    Drained,
    /// The scheduler is stopped. Jobs under way go on in their containers.
    Stopped,
    /// Another process does it already.
    Another,
}

/// The background task that runs jobs. Dropping it stops it as [`Runner::stop`] does, without waiting.
#[derive(Debug)]
pub struct Runner {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Runner {
    /// Stops taking jobs. Those under way go on in their containers; the next process that runs jobs takes them over.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "the task that runs jobs was lost");
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Work {
    /// Runs jobs in the background until it is stopped.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the data folder cannot be used.
    pub(crate) async fn runner(&self) -> Result<Runner, ServiceError> {
        let scheduling = self.store.begin_scheduling().await?;
        let (stop, scheduler) = (CancellationToken::new(), Scheduler::new(self.clone(), scheduling));
        let task = tokio::spawn({
            let stop = stop.clone();
            async move {
                let _stopped = scheduler.run(&stop, false).await;
            }
        });
        Ok(Runner { stop, task })
    }

    /// Runs jobs until no job is left or the scheduler is stopped. One process of an installation does so at a time.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the data folder cannot be used.
    pub(crate) async fn drain(&self, stop: &CancellationToken) -> Result<RunnerEnd, ServiceError> {
        loop {
            let Some(scheduling) = self.store.begin_running().await? else { return Ok(RunnerEnd::Another) };
            // The locks are gone when this returns; who submits from then on starts another process.
            let end = Scheduler::new(self.clone(), scheduling).run(stop, true).await;
            if end == RunnerEnd::Stopped || self.store.waiting().await? == 0 {
                return Ok(end);
            }
        }
    }
}

struct Scheduler {
    jobs: Work,
    _scheduling: Scheduling,
    places: Arc<Semaphore>,
    tasks: JoinSet<()>,
    active: Active,
    detach: CancellationToken,
    /// Told when a place is free.
    free: Arc<Notify>,
    adopt_at: Instant,
    tidy_at: Instant,
    engine_at: Instant,
}

/// The jobs under way, and what stops each.
#[derive(Debug, Clone, Default)]
struct Active(Arc<Mutex<HashMap<JobId, CancellationToken>>>);

impl Active {
    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Scheduler {
    fn new(jobs: Work, scheduling: Scheduling) -> Self {
        let now = Instant::now();
        Self {
            places: Arc::new(Semaphore::new(jobs.site.jobs.parallel())),
            jobs,
            _scheduling: scheduling,
            tasks: JoinSet::new(),
            active: Active::default(),
            detach: CancellationToken::new(),
            free: Arc::default(),
            adopt_at: now,
            tidy_at: now,
            engine_at: now,
        }
    }

    async fn run(mut self, stop: &CancellationToken, until_drained: bool) -> RunnerEnd {
        let mut changes = self.jobs.store.changes();
        let end = loop {
            let turn = tokio::select! {
                biased;
                () = stop.cancelled() => break RunnerEnd::Stopped,
                turn = self.turn() => turn,
            };
            let nothing = turn.unwrap_or_else(|error| {
                tracing::warn!(%error, "jobs cannot be run at the moment; it is tried again");
                false
            });
            if until_drained && nothing && self.is_drained().await {
                break RunnerEnd::Drained;
            }
            tokio::select! {
                () = stop.cancelled() => break RunnerEnd::Stopped,
                Some(_) = self.tasks.join_next(), if !self.tasks.is_empty() => {}
                () = self.free.notified() => {}
                // One that fell behind looks at once.
                _ = changes.recv() => while changes.try_recv().is_ok() {},
                () = tokio::time::sleep(POLL) => {}
            }
        };
        self.detach.cancel();
        let cleaned = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_CLEANING, cleaned).await.is_err() {
            tracing::warn!("jobs under way were left as they are; the next process that runs jobs takes them over");
        }
        end
    }

    /// Looks at everything once; whether nothing was there to be taken.
    async fn turn(&mut self) -> Result<bool, ServiceError> {
        for id in self.jobs.store.cancel_requests().await? {
            if let Some(cancel) = self.active.lock().get(&id) {
                cancel.cancel();
            }
        }
        if !self.engine_is_there().await {
            return Ok(false);
        }
        if Instant::now() >= self.adopt_at {
            for adopted in self.jobs.adopt().await? {
                let permit = self.places.clone().try_acquire_owned().ok();
                self.spawn(adopted.job.clone(), Some(adopted), permit);
            }
            self.adopt_at = Instant::now() + ADOPT_EVERY;
        }
        let nothing = self.fill().await?;
        if Instant::now() >= self.tidy_at {
            self.tidy();
            self.tidy_at = Instant::now() + TIDY_EVERY;
        }
        Ok(nothing)
    }

    /// Takes jobs as long as there are places; whether there was none left to take.
    async fn fill(&mut self) -> Result<bool, ServiceError> {
        while let Ok(permit) = self.places.clone().try_acquire_owned() {
            let Some(job) = self.jobs.store.claim_next().await? else { return Ok(true) };
            self.spawn(job, None, Some(permit));
        }
        Ok(false)
    }

    /// Whether the engine answers. One that does not is left alone for a while; jobs wait.
    async fn engine_is_there(&mut self) -> bool {
        if Instant::now() < self.engine_at {
            return false;
        }
        let found = match self.jobs.engine.get().await {
            Ok(docker) => answers(&docker).await.map_err(ServiceError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = &found {
            tracing::debug!(%error, "no engine; jobs wait");
            self.engine_at = Instant::now() + ENGINE_PATIENCE;
        }
        found.is_ok()
    }

    fn spawn(&mut self, job: JobRecord, adopted: Option<Adopted>, permit: Option<OwnedSemaphorePermit>) {
        let signals = JobSignals { detach: self.detach.clone(), ..JobSignals::default() };
        self.active.lock().insert(job.id, signals.cancel.clone());
        let (jobs, active, free) = (self.jobs.clone(), self.active.clone(), self.free.clone());
        self.tasks.spawn(async move {
            let id = job.id;
            let driving = tokio::spawn({
                let (jobs, job) = (jobs.clone(), job.clone());
                async move {
                    match adopted {
                        Some(adopted) => jobs.resume(&adopted, &signals).await,
                        None => jobs.run(&job, &signals).await,
                    }
                }
            });
            // A fault of ours must not leave a job without an end.
            let driven =
                driving.await.unwrap_or_else(|error| failed(&format!("an internal fault: {error}"), false).into());
            let hold = match driven {
                Driven::Ended(ended) => jobs.record(&job, *ended).await,
                Driven::Detached => None,
            };
            active.lock().remove(&id);
            drop(permit);
            free.notify_one();
            if let Some(hold) = hold {
                hold.release().await;
            }
        });
    }

    /// Removes containers that nobody needs and jobs that the rules mean, beside everything else.
    fn tidy(&mut self) {
        let jobs = self.jobs.clone();
        self.tasks.spawn(async move {
            let tidied = async {
                jobs.reap(&jobs.engine.get().await?).await?;
                if jobs.site.jobs.retention != RetentionRules::default() {
                    jobs.prune(&jobs.everything(), &jobs.site.jobs.retention).await?;
                }
                Ok::<_, ServiceError>(())
            };
            if let Err(error) = tidied.await {
                tracing::warn!(%error, "could not tidy up; it is tried again");
            }
        });
    }

    /// Whether nothing runs, nothing waits and nobody has died.
    async fn is_drained(&mut self) -> bool {
        if !self.active.lock().is_empty() {
            return false;
        }
        self.adopt_at = Instant::now();
        let store = &self.jobs.store;
        matches!((store.waiting().await, store.orphans().await), (Ok(0), Ok(orphans)) if orphans.is_empty())
    }
}
