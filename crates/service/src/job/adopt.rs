//! The remains of dead processes: jobs that nobody watches, containers that nobody wants.
//!
//! Owns the search for both. A job whose container is there goes on being watched, or has its end recorded, by whoever finds
//! it; one whose container is gone is tried again. Containers of ours that no job needs are removed.

use super::work::Work;
use crate::error::ServiceError;
use crate::tool::INSPECT;
use runcell_docker::{CleanUp, Docker, Labels, OwnedContainer};
use runcell_model::job::{JobId, JobRecord, JobState};
use runcell_store::StoreError;
use std::collections::HashSet;

/// The mark of containers that run jobs.
pub(super) const JOB: &str = "job";

/// A job that was taken over.
pub(super) struct Adopted {
    pub(super) job: JobRecord,
    /// Its container; none where that is gone.
    pub(super) container: Option<OwnedContainer>,
}

impl Work {
    /// The labels of the container of one attempt of a job. Containers of earlier attempts have other labels.
    pub(super) fn labels(&self, job: &JobRecord) -> Labels {
        Labels::new(self.store.installation(), JOB, format!("{}.{}", job.id, job.attempt))
    }

    /// Takes over the jobs of dead processes. Of several who try, one gets each.
    pub(super) async fn adopt(&self) -> Result<Vec<Adopted>, ServiceError> {
        let orphans = self.store.orphans().await?;
        let mut adopted = Vec::new();
        if orphans.is_empty() {
            return Ok(adopted);
        }
        let docker = self.engine.get().await?;
        for orphan in orphans {
            // Asked first: without an answer it stays an orphan.
            let container = docker.find_owned(&self.labels(&orphan.job)).await?;
            match self.store.adopt(&orphan).await {
                Ok(()) => {
                    tracing::info!(job = %orphan.job.id, found = container.is_some(), "took a job over");
                    adopted.push(Adopted { job: orphan.job, container });
                }
                Err(StoreError::NotOurs { .. } | StoreError::Moved { .. } | StoreError::NoJob(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(adopted)
    }

    /// Removes the containers of ours that nobody needs; says how many.
    pub(super) async fn reap(&self, docker: &Docker) -> Result<usize, ServiceError> {
        let owner = self.store.installation();
        // Listed before the jobs are looked up: the job of a container that is there is in the store.
        let found = docker.owned(owner).await?;
        let mut unwanted = HashSet::new();
        for container in found {
            if !self.is_wanted(&container.labels).await? {
                unwanted.insert(container.container_id);
            }
        }
        if unwanted.is_empty() {
            return Ok(0);
        }
        let decide = |container: &OwnedContainer| {
            if unwanted.contains(&container.container_id) { CleanUp::Remove } else { CleanUp::Keep }
        };
        let cleaned = docker.clean_up_owned(owner, decide).await?;
        for (container, error) in &cleaned.failed {
            tracing::warn!(container = container.container_id, %error, "a container that nobody needs stays");
        }
        Ok(cleaned.removed.len())
    }

    async fn is_wanted(&self, labels: &Labels) -> Result<bool, ServiceError> {
        match labels.kind.as_str() {
            JOB => {
                let Some((id, attempt)) = attempt_of(&labels.id) else { return Ok(false) };
                match self.everything().get(id).await {
                    Ok(job) => Ok(job.state == JobState::Running && job.attempt == attempt),
                    Err(StoreError::NoJob(_)) => Ok(false),
                    Err(error) => Err(error.into()),
                }
            }
            INSPECT => Ok(self.store.is_alive(&labels.id).await?),
            // Not of jobs.
            _ => Ok(true),
        }
    }
}

/// Which attempt of which job a mark means.
fn attempt_of(label: &str) -> Option<(JobId, u32)> {
    let (id, attempt) = label.split_once('.')?;
    Some((id.parse().ok()?, attempt.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_name_an_attempt() {
        assert_eq!(attempt_of("12.3").map(|(id, attempt)| (id.get(), attempt)), Some((12, 3)));
        for label in ["12", "12.", ".1", "0.1", "12.x", "12.1.1"] {
            assert_eq!(attempt_of(label), None, "{label}");
        }
    }
}
