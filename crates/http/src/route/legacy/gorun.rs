//! gorun's shapes: runs, their results, and files.
//!
//! Owns both directions. A run is a job of ours: it is queued when it is made, so that starting it finds it queued or under way. Of
//! paths of the host there are none: where gorun tells one, the id of the file or its address here is told, which is good for
//! the same.

use crate::admission::Who;
use crate::answer::Answer;
use crate::extract::{Json, Path, Query};
use crate::keyed::Unkept;
use crate::problem::Problem;
use crate::route::job::{JobPath, JobQuery, cancelled_or_removed, running_jobs, with_position};
use crate::route::upload::{FileQuery, listed, receive};
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{delete, get, post};
use axum::extract::{Request, State};
use runcell_model::caller::Operation;
use runcell_service::UploadedFile;
use runcell_wire::{JobJson, ResultListJson, SubmitJobJson, UploadJson, rfc3339};
use schemars::JsonSchema;
use serde::Serialize;

/// A run as gorun has it: ours, with its names beside.
#[derive(Debug, Serialize, JsonSchema)]
struct RunJson {
    /// The tool; empty where it is a command.
    name: String,
    docker_image: String,
    error_message: Option<String>,
    #[serde(flatten)]
    job: JobJson,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RunListJson {
    count: usize,
    /// The states that were asked for; empty for all.
    status: String,
    runs: Vec<RunJson>,
}

/// A file as gorun has it.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(non_snake_case, reason = "gorun's names")]
struct FileJson {
    name: String,
    relPath: String,
    absPath: String,
    size: u64,
    lastModified: String,
    /// The same as the executor and we have it.
    #[serde(flatten)]
    upload: Option<UploadJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FileListJson {
    count: usize,
    files: Vec<FileJson>,
}

/// A file that was taken in, as gorun answers: `path` is what `data` of a run names.
#[derive(Debug, Serialize, JsonSchema)]
struct AddedJson {
    path: String,
    size: u64,
    name: String,
    #[serde(rename = "type")]
    media_type: String,
    #[serde(flatten)]
    upload: UploadJson,
}

pub(super) fn rows(app: &App) -> Vec<Row> {
    let row = |path, operation, router| Row::new(path, operation, ("gorun", "old", "gorun's shape."), router);
    let (run, results) = ("/runs/{id}", "/runs/{id}/results");
    vec![
        row("/runs", Operation::SubmitJobs, post(submit)).body(app.config.max_job_body_bytes).keyed(Unkept::None),
        row("/runs", Operation::ReadJobs, get(list)),
        row(run, Operation::ReadJobs, get(one)),
        row(run, Operation::RemoveJobs, delete(cancelled_or_removed)),
        row("/runs/{id}/start", Operation::SubmitJobs, post(one)),
        row(results, Operation::ReadJobs, get(job_results)),
        row("/files", Operation::WriteUploads, post(add)).body(crate::route::upload::longest(app)).unhurried(),
        row("/files", Operation::ReadUploads, get(files)),
    ]
}

async fn submit(
    State(app): State<App>,
    Who(caller): Who,
    Json(given): Json<SubmitJobJson>,
) -> Result<Answer<RunJson, 201>, Problem> {
    let submit = given.submit().map_err(|refusal| Problem::from(refusal).with_message())?;
    let jobs = running_jobs(&app, &caller).await?;
    let submitted = jobs.submit(submit).await.map_err(|error| Problem::from(error).with_message())?;
    Ok(Answer::new(with_position(&jobs, submitted.job).await?.into()))
}

async fn list(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<JobQuery>,
) -> Result<Answer<RunListJson>, Problem> {
    let status = query.status.clone().unwrap_or_default();
    let jobs = app.service.jobs(&caller).await?;
    let mut runs = Vec::new();
    for job in jobs.list(&query.filter()?).await?.jobs {
        runs.push(with_position(&jobs, job).await?.into());
    }
    Ok(Answer::new(RunListJson { count: runs.len(), status, runs }))
}

async fn one(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
) -> Result<Answer<RunJson>, Problem> {
    let jobs = app.service.jobs(&caller).await?;
    Ok(Answer::new(with_position(&jobs, jobs.get(id).await?).await?.into()))
}

async fn job_results(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
) -> Result<Answer<FileListJson>, Problem> {
    let list: ResultListJson = app.service.jobs(&caller).await?.results(id).await?.into();
    let file = |file: runcell_wire::ResultJson| FileJson {
        absPath: format!("/api/jobs/{id}/results/{}", file.path),
        name: file.name,
        relPath: file.path,
        size: file.size,
        lastModified: file.modified_at,
        upload: None,
    };
    Ok(Answer::new(FileListJson { count: list.count, files: list.files.into_iter().map(file).collect() }))
}

async fn add(
    State(app): State<App>,
    Who(caller): Who,
    NoApi(request): NoApi<Request>,
) -> Result<Answer<AddedJson, 201>, Problem> {
    let file = receive(&app, &caller, request).await?;
    Ok(Answer::new(AddedJson {
        path: file.id.to_string(),
        size: file.size,
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        upload: file.into(),
    }))
}

async fn files(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<FileQuery>,
) -> Result<Answer<FileListJson>, Problem> {
    let files: Vec<FileJson> = listed(&app, &caller, query).await?.into_iter().map(Into::into).collect();
    Ok(Answer::new(FileListJson { count: files.len(), files }))
}

impl From<UploadedFile> for FileJson {
    fn from(file: UploadedFile) -> Self {
        Self {
            name: file.name.clone(),
            relPath: file.id.to_string(),
            absPath: file.id.to_string(),
            size: file.size,
            lastModified: rfc3339(file.created_ms),
            upload: Some(file.into()),
        }
    }
}

impl From<JobJson> for RunJson {
    fn from(job: JobJson) -> Self {
        let failed = job.status != "finished";
        Self {
            name: job.tool.clone().unwrap_or_default(),
            docker_image: job.image.clone(),
            error_message: job.end.as_ref().filter(|_| failed).map(|end| end.message.clone()),
            job,
        }
    }
}
