//! Jobs: submitted, watched, stopped, removed, and what they left.
//!
//! Owns the two ways, and that somebody runs the jobs of this machine. How jobs are shown is the verb's business.

mod data;
mod runner;

pub(in crate::cli) use runner::run as run_queue;

use super::content::Content;
use crate::cli::CliError;
use runcell_client::{Ask, Client, Follow, path, query};
use runcell_model::job::{JobFilter, JobId, JobRecord, JobState, LogStart};
use runcell_service::{CancelOutcome, JobSubmit, LogStream, Service};
use runcell_wire::{CancelledJson, JobJson, JobListJson, ResultListJson, SubmitJobJson};
use std::fs::File;
use std::io;
use std::path::Path;

/// Jobs.
pub(in crate::cli) enum Jobs<'a> {
    Here { jobs: Box<runcell_service::Jobs>, service: &'a Service, config: Option<&'a Path> },
    There(&'a Client),
}

/// The place in a log to begin at; its beginning, if nothing is said.
#[derive(Debug, Default)]
pub(in crate::cli) struct LogBegin {
    /// A time, a duration or a position, as the user wrote it: a server counts durations by its own clock.
    pub(in crate::cli) since: Option<String>,
    /// So many lines before the end.
    pub(in crate::cli) tail: Option<u32>,
}

/// The path of a job, and what comes after it.
fn of(id: JobId, after: &str) -> String {
    format!("/api/jobs/{id}{after}")
}

/// A job of this machine with its place in the queue.
async fn json(jobs: &runcell_service::Jobs, job: JobRecord) -> Result<JobJson, CliError> {
    let position = if job.state == JobState::Pending { jobs.queue_position(job.id).await? } else { None };
    Ok(JobJson::new(job, position))
}

impl Jobs<'_> {
    /// Submits a job; whether it is a new one.
    pub(in crate::cli) async fn submit(&self, submit: JobSubmit) -> Result<(JobJson, bool), CliError> {
        match self {
            Self::Here { jobs, .. } => {
                let submitted = jobs.submit(submit).await?;
                Ok((json(jobs, submitted.job).await?, submitted.fresh))
            }
            Self::There(client) => {
                data::lent(client, submit, async |submit, data| {
                    let answer = client.send(Ask::post("/api/jobs", &SubmitJobJson::new(submit, data))).await?;
                    let fresh = answer.is_created();
                    Ok((client.read(answer).await?, fresh))
                })
                .await
            }
        }
    }

    /// Sees to it that somebody runs the jobs that wait.
    pub(in crate::cli) async fn see_to_it(&self) -> Result<(), CliError> {
        match self {
            Self::Here { jobs, config, .. } => runner::ensure(jobs, *config).await,
            Self::There(_) => Ok(()),
        }
    }

    /// Runs jobs while something is waited for, where nobody else does.
    pub(in crate::cli) async fn run_meanwhile<T>(
        &self,
        waiting: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        let Self::Here { jobs, service, config } = self else { return waiting.await };
        service.run_jobs().await?;
        let waited = waiting.await;
        // The other jobs that it began go on, watched by somebody else.
        service.stop_jobs().await;
        let waited = waited?;
        if jobs.counts().await?.iter().any(|(state, count)| !state.is_final() && *count > 0) {
            runner::ensure(jobs, *config).await?;
        }
        Ok(waited)
    }

    /// A job.
    pub(in crate::cli) async fn get(&self, id: JobId) -> Result<JobJson, CliError> {
        match self {
            Self::Here { jobs, .. } => json(jobs, jobs.get(id).await?).await,
            Self::There(client) => Ok(client.json(Ask::get(of(id, ""))).await?),
        }
    }

    /// The jobs of a filter, the latest first.
    pub(in crate::cli) async fn list(&self, filter: &JobFilter) -> Result<JobListJson, CliError> {
        match self {
            Self::Here { jobs, .. } => {
                let page = jobs.list(filter).await?;
                let mut list = JobListJson { total: page.total, jobs: Vec::new() };
                for job in page.jobs {
                    list.jobs.push(json(jobs, job).await?);
                }
                Ok(list)
            }
            Self::There(client) => {
                let states: Vec<String> = filter.states.iter().map(ToString::to_string).collect();
                let status = Some(states.join(",")).filter(|states| !states.is_empty());
                let limit = Some(filter.limit.to_string());
                let pairs = [("status", status), ("filter", filter.text.clone()), ("limit", limit)];
                Ok(client.json(Ask::get(query("/api/jobs", &pairs))).await?)
            }
        }
    }

    /// Waits for the end of a job.
    pub(in crate::cli) async fn wait(&self, id: JobId) -> Result<JobJson, CliError> {
        match self {
            Self::Here { jobs, .. } => json(jobs, jobs.wait(id).await?).await,
            Self::There(client) => {
                // Its output is not wanted, only that it has ended.
                let mut events = Follow::new(client, of(id, "/logs?follow=true&tail=0"));
                loop {
                    let event = events.next().await?;
                    if event.name == "end" {
                        return Ok(event.data()?);
                    }
                }
            }
        }
    }

    /// The output of a job; also what comes, until it has ended, where it is to be followed.
    pub(in crate::cli) async fn log(
        &self,
        id: JobId,
        (stream, follow): (LogStream, bool),
        begin: &LogBegin,
    ) -> Result<Content, CliError> {
        let start = begin.since.as_deref().map(str::parse::<LogStart>).transpose();
        let start = start.map_err(|error| CliError::Usage(error.to_string()))?;
        let client = match self {
            Self::Here { jobs, .. } => {
                let mut log = jobs.log(id, stream, follow).await?;
                if let Some(start) = start {
                    log.begin(start).await?;
                }
                if let Some(lines) = begin.tail {
                    log.begin_before_end(lines).await?;
                }
                return Ok(Content::Log(Box::new(log)));
            }
            Self::There(client) => client,
        };
        let name = match stream {
            LogStream::Stdout => "stdout",
            LogStream::Stderr => "stderr",
        };
        let pairs = [
            ("stream", Some(name.to_owned())),
            ("follow", Some(follow.to_string())),
            ("since", begin.since.clone()),
            ("tail", begin.tail.map(|lines| lines.to_string())),
        ];
        let path = query(&of(id, "/logs"), &pairs);
        Ok(match follow {
            true => Content::Told(Box::new(Follow::new(client, path))),
            false => Content::Answer(Box::new(client.send(Ask::get(path)).await?)),
        })
    }

    /// Stops a job.
    pub(in crate::cli) async fn cancel(&self, id: JobId) -> Result<CancelledJson, CliError> {
        match self {
            Self::Here { jobs, .. } => {
                let outcome = jobs.cancel(id).await?;
                if matches!(outcome, CancelOutcome::Requested) {
                    // Where whoever ran it is dead, somebody has to see to it.
                    self.see_to_it().await?;
                }
                Ok(CancelledJson::new(&outcome, self.get(id).await?))
            }
            Self::There(client) => Ok(client.json(Ask::post(of(id, "/cancel"), &())).await?),
        }
    }

    /// Removes a job that has ended.
    pub(in crate::cli) async fn remove(&self, id: JobId) -> Result<(), CliError> {
        match self {
            Self::Here { jobs, .. } => Ok(jobs.remove(id).await?),
            Self::There(client) => Ok(client.done(Ask::delete(of(id, ""))).await?),
        }
    }

    /// The files that a job has left.
    pub(in crate::cli) async fn results(&self, id: JobId) -> Result<ResultListJson, CliError> {
        match self {
            Self::Here { jobs, .. } => Ok(jobs.results(id).await?.into()),
            Self::There(client) => Ok(client.json(Ask::get(of(id, "/results"))).await?),
        }
    }

    /// One of them.
    pub(in crate::cli) async fn result(&self, id: JobId, name: &str) -> Result<Content, CliError> {
        match self {
            Self::Here { jobs, .. } => Ok(Content::File(jobs.open_result(id, name).await?.1)),
            Self::There(client) => {
                let answer = client.send(Ask::get(path(&of(id, "/results/"), name, ""))).await?;
                Ok(Content::Answer(Box::new(answer)))
            }
        }
    }

    /// Writes all of them into a zip.
    pub(in crate::cli) async fn zip(
        &self,
        id: JobId,
        file: File,
        failed: impl Fn(io::Error) -> CliError,
    ) -> Result<(), CliError> {
        match self {
            Self::Here { jobs, .. } => Ok(jobs.zip(id, io::BufWriter::new(file)).await.map(drop)?),
            Self::There(client) => {
                let answer = client.send(Ask::get(of(id, "/results.zip"))).await?;
                Content::Answer(Box::new(answer)).copy(file, failed).await
            }
        }
    }

    /// The jobs of this machine.
    ///
    /// # Errors
    /// [`CliError::Usage`] at a server.
    pub(in crate::cli) fn here(&self, what: &str) -> Result<&runcell_service::Jobs, CliError> {
        match self {
            Self::Here { jobs, .. } => Ok(jobs),
            Self::There(_) => Err(CliError::only_here(what)),
        }
    }
}
