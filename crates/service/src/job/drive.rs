//! One job from its turn to its end.
//!
//! Owns the order of steps: the container is made, its id is noted, it ends, the end is recorded, and only then is the
//! container removed. So whenever this process dies, the next finds either the container or the recorded end.

use super::adopt::Adopted;
use super::ending::{end_of, end_of_error, failed, measured, usage_of};
use super::log_times::LogClock;
use super::progress::ProgressReader;
use super::work::Work;
use runcell_docker::{
    ContainerEvent, ContainerState, ContainerUsage, Docker, DockerError, Hold, RunningTool, ToolOutcome,
};
use runcell_model::job::{JobEnd, JobLimitKind, JobRecord, JobUsage};
use runcell_store::StoreError;
use runcell_telemetry::metric;
use serde_json::Value;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long the store may be away when an end is to be recorded; the container is kept meanwhile.
const RECORD_TRIES: u32 = 120;
/// The wait before the first further attempt, in milliseconds; each one after it waits twice as long.
const RETRY_MS: u64 = 500;

/// The two signals that end the work on a job here.
#[derive(Debug, Clone, Default)]
pub(super) struct JobSignals {
    /// It is to be stopped.
    pub(super) cancel: CancellationToken,
    /// This process ends: the job is to go on without it.
    pub(super) detach: CancellationToken,
}

/// How far this process came with a job.
pub(super) enum Driven {
    /// It ended so.
    Ended(Box<Ended>),
    /// It goes on without us.
    Detached,
}

/// An end that is not recorded yet.
pub(super) struct Ended {
    end: JobEnd,
    usage: JobUsage,
    metadata: Option<Value>,
    hold: Option<Hold>,
}

impl From<JobEnd> for Driven {
    fn from(end: JobEnd) -> Self {
        Self::Ended(Box::new(Ended { end, usage: JobUsage::default(), metadata: None, hold: None }))
    }
}

impl Work {
    /// Runs a job whose turn it is.
    pub(super) async fn run(&self, job: &JobRecord, signals: &JobSignals) -> Driven {
        match self.begin(job, signals).await {
            Ok(Some(tool)) => self.see_through(job, (tool, false), signals).await,
            Ok(None) if signals.detach.is_cancelled() => self.put_back(job).await,
            Ok(None) => self.unbegun(job, JobEnd::Cancelled).await,
            Err(end) => self.unbegun(job, end).await,
        }
    }

    /// The end of a job whose tool never ran: what was told of its preparation is over.
    async fn unbegun(&self, job: &JobRecord, end: JobEnd) -> Driven {
        self.say(job, None).await;
        end.into()
    }

    /// Watches a job that a dead process began.
    pub(super) async fn resume(&self, adopted: &Adopted, signals: &JobSignals) -> Driven {
        let Adopted { job, container } = adopted;
        let Some(container) = container else {
            return failed("the process that ran it died, and its container is gone", true).into();
        };
        let resumed = async {
            let docker = self.engine.get().await.map_err(|error| failed(&error.to_string(), true))?;
            let mut tool = self.tool_run(job).await?;
            // One that has ended by itself was in time, as far as anybody knows.
            if container.state == ContainerState::Running {
                tool.confinement.wall = self.time_left(job).await?;
            }
            let running =
                docker.resume_tool(&tool, container.container_id.clone()).map_err(|error| end_of_error(&error))?;
            Ok::<_, JobEnd>(running)
        };
        let mut driven = match resumed.await {
            Ok(tool) => self.see_through(job, (tool, true), signals).await,
            Err(end) => return end.into(),
        };
        // The measured time began when it was taken over.
        if let Driven::Ended(ended) = &mut driven
            && let (Ok(now), Some(started)) = (self.store.now_ms().await, job.started_ms)
        {
            ended.usage.wall_ms = ended.usage.wall_ms.max(u64::try_from(now.saturating_sub(started)).unwrap_or(0));
        }
        driven
    }

    /// Starts the tool. Returns `None` if a signal came before it started.
    async fn begin(&self, job: &JobRecord, signals: &JobSignals) -> Result<Option<RunningTool>, JobEnd> {
        let starting = async {
            let docker = self.engine.get().await.map_err(|error| failed(&error.to_string(), true))?;
            let tool = self.tool_run(job).await?;
            if job.attempt > 1 {
                let renewed = self.store.files().renew_out(job.id).await;
                renewed.map_err(|error| failed(&error.to_string(), false))?;
            }
            docker.start_tool(tool).await.map_err(|error| end_of_error(&error))
        };
        tokio::select! {
            biased;
            () = signals.cancel.cancelled() => Ok(None),
            () = signals.detach.cancelled() => Ok(None),
            tool = starting => tool.map(Some),
        }
    }

    /// Watches a tool to its end; `resumed` says whether a process before this one began to.
    async fn see_through(
        &self,
        job: &JobRecord,
        (mut tool, resumed): (RunningTool, bool),
        signals: &JobSignals,
    ) -> Driven {
        let hold = tool.hold();
        let stop = tool.canceller();
        let (mut progress, mut clock) = (ProgressReader::new(self, job), LogClock::start(self, job, resumed).await);
        loop {
            tokio::select! {
                biased;
                () = signals.detach.cancelled() => {
                    tool.detach();
                    return Driven::Detached;
                }
                () = signals.cancel.cancelled(), if !stop.is_cancelled() => stop.cancel(),
                () = progress.due() => {
                    progress.look().await;
                    clock.look().await;
                }
                event = tool.next_event() => match event {
                    Some(ContainerEvent::Created { container_id }) => self.note(job, &container_id, tool.image()).await,
                    Some(ContainerEvent::Usage(usage)) => self.measure(job, &usage).await,
                    Some(_) => {}
                    None => break,
                },
            }
        }
        let outcome = tool.outcome().await;
        progress.look().await;
        clock.look().await;
        match outcome {
            Ok(outcome) => Driven::Ended(Box::new(self.ended(job, &outcome, hold).await)),
            Err(error) => {
                hold.release().await;
                end_of_error(&error).into()
            }
        }
    }

    async fn ended(&self, job: &JobRecord, outcome: &ToolOutcome, hold: Hold) -> Ended {
        let end = end_of(outcome, &job.request.limits);
        let metadata = self.store.files().job(job.id).gotap_metadata().await.unwrap_or_default();
        if let Some(fault) = &outcome.log_fault {
            tracing::warn!(job = %job.id, fault, "the logs of a job are not whole");
        }
        Ended { end, usage: usage_of(outcome, metadata.as_ref()), metadata, hold: Some(hold) }
    }

    /// Notes the container. Where that fails, its marks still lead to it.
    async fn note(&self, job: &JobRecord, container_id: &str, image_id: &str) {
        if let Err(error) = self.store.set_container(job.id, container_id, image_id).await {
            tracing::warn!(job = %job.id, %error, "the container of a job was not noted");
        }
    }

    /// Records the usage so far, for whoever looks at the job.
    async fn measure(&self, job: &JobRecord, usage: &ContainerUsage) {
        if let Err(error) = self.store.set_usage(job.id, &measured(usage)).await {
            tracing::debug!(job = %job.id, %error, "the usage of a job was not recorded");
        }
    }

    /// Records an end, or puts the job back to be tried again. Returns what keeps its container, which is not needed any more.
    pub(super) async fn record(&self, job: &JobRecord, ended: Ended) -> Option<Hold> {
        let Ended { mut end, usage, metadata, hold } = ended;
        for tried in 0..RECORD_TRIES {
            let recorded = if end.is_retryable() && job.attempt <= job.request.retries {
                self.store.retry(job.id, RETRY_MS << job.attempt.min(10)).await
            } else {
                self.store.finish(job.id, &end, &usage, metadata.as_ref()).await
            };
            match recorded {
                Ok(()) => {
                    metric::job(end.state().name(), Duration::from_millis(usage.wall_ms));
                    return hold;
                }
                Err(StoreError::Moved { found, .. }) if end.is_retryable() && !found.is_final() => {
                    // It is to be cancelled, and not to be tried again.
                    end = JobEnd::Cancelled;
                }
                Err(StoreError::NotOurs { .. } | StoreError::Moved { .. } | StoreError::NoJob(_)) => return hold,
                Err(error) => {
                    tracing::warn!(job = %job.id, %error, tried, "the end of a job is not recorded yet");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
        hold
    }

    /// Gives back a job that was not begun.
    async fn put_back(&self, job: &JobRecord) -> Driven {
        if let Err(error) = self.store.retry(job.id, 0).await {
            tracing::warn!(job = %job.id, %error, "a job was not put back; the next process that runs jobs finds it");
        }
        Driven::Detached
    }

    /// The rest of the time of a job that was taken over.
    async fn time_left(&self, job: &JobRecord) -> Result<Duration, JobEnd> {
        let now = self.store.now_ms().await.map_err(|error| failed(&error.to_string(), true))?;
        let gone = now.saturating_sub(job.started_ms.unwrap_or(now));
        let left = job.request.limits.get(JobLimitKind::WallMs).saturating_sub(u64::try_from(gone).unwrap_or(0));
        Ok(Duration::from_millis(left.max(1)))
    }
}

/// Whether the engine answers.
pub(super) async fn answers(docker: &Docker) -> Result<(), DockerError> {
    if docker.answers().await {
        return Ok(());
    }
    Err(DockerError::EngineLost { doing: "answer".to_owned(), message: docker.address().to_owned() })
}
