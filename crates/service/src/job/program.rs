//! The program that is started for a job, and its image.
//!
//! Owns the translation from a record to a container's run: the image, which is pulled for a command where it is not here, the
//! program, the folders, the limits.

use super::ending::failed;
use super::work::Work;
use crate::error::{ServiceError, Unavailable};
use runcell_docker::{Confinement, FolderLimits, Mount, Network, ToolProgram, ToolRun, UserRule};
use runcell_model::job::{JobEnd, JobLimitKind, JobProgress, JobRecord, JobWork, NetworkAccess, PROGRESS_FILE};
use std::collections::BTreeMap;
use std::time::Duration;

/// Memory that a job may fill with files in `/tmp`, as a part of all its memory.
const TMP_PART: u64 = 4;

impl Work {
    /// The run of a job.
    pub(super) async fn tool_run(&self, job: &JobRecord) -> Result<ToolRun, JobEnd> {
        let (image, program) = self.program(job).await.map_err(|error| unready(&error))?;
        let mounts = self.mounts(job).await.map_err(|error| unready(&error))?;
        let folder = self.store.files().job(job.id);
        let limit = |kind| job.request.limits.get(kind);
        Ok(ToolRun {
            image,
            program,
            in_dir: folder.in_dir(),
            out_dir: folder.out_dir(),
            env: environment(job),
            mounts,
            confinement: self.confinement(job),
            limits: FolderLimits { bytes: limit(JobLimitKind::OutBytes), files: limit(JobLimitKind::OutFiles) },
            labels: self.labels(job),
        })
    }

    /// The id of the image, and what is started in it.
    async fn program(&self, job: &JobRecord) -> Result<(String, ToolProgram), ServiceError> {
        let request = &job.request;
        let image = request.image_id.as_deref().unwrap_or(&request.image);
        match &request.work {
            JobWork::Tool(name) => {
                let (image_id, known) = self.tools.look_into(image).await?;
                Ok((image_id, ToolProgram::Tool { name: name.clone(), gotap: known.gotap }))
            }
            JobWork::Command(words) => Ok((self.image(job, image).await?, ToolProgram::Command(words.clone()))),
        }
    }

    /// The id of the image of a command. While it is pulled, that is the progress of its job.
    async fn image(&self, job: &JobRecord, image: &str) -> Result<String, ServiceError> {
        let docker = self.engine.get().await?;
        let source = &self.site.source;
        if let Some(id) = source.find(&docker, image).await? {
            return Ok(id);
        }
        let pulling = JobProgress::new(0.0, &format!("pulling the image {image}"));
        self.say(job, Some(&pulling)).await;
        let id = source.fetch(&docker, image).await?;
        self.say(job, None).await;
        Ok(id)
    }

    /// Records how far a job is.
    pub(super) async fn say(&self, job: &JobRecord, progress: Option<&JobProgress>) {
        if let Err(error) = self.store.set_progress(job.id, progress).await {
            tracing::debug!(job = %job.id, %error, "the progress of a job was not recorded");
        }
    }

    async fn mounts(&self, job: &JobRecord) -> Result<Vec<Mount>, ServiceError> {
        let (mounts, requests) = (self.site.mounts.clone(), job.request.mounts.clone());
        let folders = tokio::task::spawn_blocking(move || mounts.folders(&requests)).await;
        Ok(folders.map_err(|error| ServiceError::Internal(error.to_string()))??)
    }

    fn confinement(&self, job: &JobRecord) -> Confinement {
        let limit = |kind| job.request.limits.get(kind);
        Confinement {
            memory_bytes: limit(JobLimitKind::MemoryBytes),
            cpu_millis: limit(JobLimitKind::CpuMillis),
            pids: limit(JobLimitKind::Pids),
            wall: Duration::from_millis(limit(JobLimitKind::WallMs)),
            output_bytes: limit(JobLimitKind::OutputBytes),
            tmpfs_bytes: limit(JobLimitKind::MemoryBytes) / TMP_PART,
            network: match job.request.network {
                NetworkAccess::None => Network::None,
                NetworkAccess::Full => Network::Default,
            },
            user: if self.site.jobs.keep_image_user { UserRule::Image } else { UserRule::NotRoot },
            ..Confinement::default()
        }
    }
}

/// The job's own variables, and ours, which go before them.
fn environment(job: &JobRecord) -> BTreeMap<String, String> {
    let mut env = job.request.env.clone();
    env.insert("RUNCELL_JOB".to_owned(), job.id.to_string());
    env.insert("RUNCELL_PROGRESS".to_owned(), format!("/out/{PROGRESS_FILE}"));
    env
}

/// Why a job cannot be started: what is wrong with its image or a mount lasts, what is wrong with the engine or the store may not.
fn unready(error: &ServiceError) -> JobEnd {
    let passing = matches!(error, ServiceError::Unavailable(_) | ServiceError::Busy { .. });
    failed(&error.to_string(), passing && !matches!(error, ServiceError::Unavailable(Unavailable::Mount(_))))
}
