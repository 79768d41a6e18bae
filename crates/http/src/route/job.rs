//! Jobs: submitted, listed, looked at, stopped, removed.
//!
//! Owns the routes of jobs' records. What they write is in `log`, what they leave in `result`.

use crate::admission::Who;
use crate::answer::{Answer, Done, described, json};
use crate::download::{check_unchanged, names_tag};
use crate::extract::{Json, Path, Query};
use crate::keyed::key;
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{delete, get, get_with, post, post_with};
use aide::openapi::{ReferenceOr, StatusCode as Status};
use aide::transform::TransformOperation;
use axum::extract::State;
use axum::http::header::{ETAG, IF_NONE_MATCH, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use runcell_model::caller::{Caller, Operation};
use runcell_model::job::{JobFilter, JobId, JobOrder, JobRecord, JobState, MAX_PAGE};
use runcell_service::{Jobs, ServiceError, Submitted};
use runcell_wire::{CancelledJson, JobJson, SubmitJobJson};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const TAG: &str = "jobs";

/// A job in a path.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct JobPath {
    /// The job.
    #[schemars(with = "i64", range(min = 1))]
    pub(crate) id: JobId,
}

/// Which jobs are listed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct JobQuery {
    /// States, with commas between: pending, running, finished, errored, cancelled, timed_out.
    pub(crate) status: Option<String>,
    /// The tool, exactly.
    tool: Option<String>,
    /// The image, exactly.
    image: Option<String>,
    /// A text that the tool or the image holds.
    filter: Option<String>,
    /// `newest` (the default), `oldest`, or `queue`: as they take their turns.
    #[schemars(extend("enum" = ["newest", "oldest", "queue"]))]
    order: Option<String>,
    /// How many at most, 1 to 1000; 100 if nothing is said.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

/// Jobs, a page of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JobPageJson {
    /// How many are listed.
    count: usize,
    /// How many there are in all.
    total: u64,
    /// Those of this page.
    jobs: Vec<JobJson>,
    /// The cursor of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub(crate) fn rows(app: &App) -> Vec<Row> {
    let path = "/api/jobs/{id}";
    vec![
        Row::new(
            "/api/jobs",
            Operation::SubmitJobs,
            ("submitJob", TAG, "Submit a job: a tool of an image with its inputs."),
            post_with(submit, describe_submit),
        )
        .body(app.config.max_job_body_bytes),
        Row::new("/api/jobs", Operation::ReadJobs, ("listJobs", TAG, "List jobs, the newest first."), get(list)),
        Row::new(
            path,
            Operation::ReadJobs,
            ("getJob", TAG, "A job: how it is, and how it ended."),
            get_with(one, also_unchanged),
        ),
        Row::new(
            "/api/jobs/{id}/cancel",
            Operation::CancelJobs,
            ("cancelJob", TAG, "Stop a job that waits or runs."),
            post(cancel),
        ),
        Row::new(
            path,
            Operation::RemoveJobs,
            ("removeJob", TAG, "Remove a job that has ended, with its files."),
            delete(remove),
        ),
    ]
}

/// Says that an answer may be that nothing has changed.
pub(crate) fn also_unchanged(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let responses = operation.inner_mut().responses.get_or_insert_default();
    let unchanged = aide::openapi::Response { description: "It has not changed.".to_owned(), ..Default::default() };
    responses.responses.insert(Status::Code(304), ReferenceOr::Item(unchanged));
    operation
}

fn describe_submit(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let responses = operation.inner_mut().responses.get_or_insert_default();
    for (code, words) in [(201, "The job was taken in."), (200, "The same request with this key came before.")] {
        responses.responses.insert(Status::Code(code), ReferenceOr::Item(described::<JobJson>(words)));
    }
    crate::document::describe_key(operation.inner_mut());
    operation
}

async fn submit(
    State(app): State<App>,
    Who(caller): Who,
    NoApi(headers): NoApi<HeaderMap>,
    Json(given): Json<SubmitJobJson>,
) -> Result<NoApi<Response>, Problem> {
    let mut submit = given.submit()?;
    if let Some(key) = key(&headers)? {
        submit.idempotency_key = Some(key);
    }
    let jobs = running_jobs(&app, &caller).await?;
    let Submitted { job, fresh } = jobs.submit(submit).await?;
    let location = format!("/api/jobs/{}", job.id);
    let tag = tag(&job);
    let code = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    let answer = json(code, &with_position(&jobs, job).await?);
    Ok(NoApi(([(LOCATION, location), (ETAG, tag)], answer).into_response()))
}

/// The jobs, and that this process runs them.
pub(crate) async fn running_jobs(app: &App, caller: &Caller) -> Result<Jobs, ServiceError> {
    app.service.run_jobs().await?;
    app.service.jobs(caller).await
}

async fn list(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<JobQuery>,
) -> Result<Answer<JobPageJson>, Problem> {
    let filter = query.filter()?;
    let jobs = app.service.jobs(&caller).await?;
    let page = jobs.list(&filter).await?;
    let (count, end) = (page.jobs.len(), filter.offset + page.jobs.len() as u64);
    let next = (count > 0 && end < page.total).then(|| cursor(end));
    let mut shown = Vec::with_capacity(count);
    for job in page.jobs {
        shown.push(with_position(&jobs, job).await?);
    }
    Ok(Answer::new(JobPageJson { count, total: page.total, jobs: shown, next }))
}

/// A cursor is opaque to callers, so that lists can go on in another way some day.
fn cursor(offset: u64) -> String {
    format!("o{offset:x}")
}

impl JobQuery {
    pub(crate) fn filter(self) -> Result<JobFilter, Problem> {
        let states = self.status.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
        let states = states.map(state).collect::<Result<Vec<_>, _>>()?;
        let order = match self.order.as_deref() {
            None | Some("newest") => JobOrder::Newest,
            Some("oldest") => JobOrder::Oldest,
            Some("queue") => JobOrder::Queue,
            Some(other) => {
                return Err(Problem::invalid(format!("order: {other:?} is none of newest, oldest, queue")));
            }
        };
        let limit = self.limit.unwrap_or(100);
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(Problem::invalid(format!("limit = {limit}: 1 to {MAX_PAGE} are allowed")));
        }
        let offset = self.cursor.as_deref().map_or(Some(0), read_cursor);
        let offset = offset.ok_or_else(|| Problem::invalid("cursor: this is none of ours; begin without one"))?;
        Ok(JobFilter { states, image: self.image, tool: self.tool, text: self.filter, order, limit, offset })
    }
}

fn read_cursor(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix('o')?, 16).ok().filter(|offset| i64::try_from(*offset).is_ok())
}

fn state(text: &str) -> Result<JobState, Problem> {
    text.parse().map_err(|_| {
        Problem::invalid(format!(
            "status: {text:?} is none of pending, running, finished, errored, cancelled, timed_out"
        ))
    })
}

async fn one(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<JobAnswer, Problem> {
    let jobs = app.service.jobs(&caller).await?;
    let job = jobs.get(id).await?;
    let tag = tag(&job);
    if names_tag(&headers, IF_NONE_MATCH, &tag) {
        return Ok(JobAnswer::Same(tag));
    }
    Ok(JobAnswer::Job(Box::new(Answer::new(with_position(&jobs, job).await?).with(ETAG, tag))))
}

/// A job, or that it is as it was.
pub(crate) enum JobAnswer {
    Job(Box<Answer<JobJson>>),
    Same(String),
}

impl IntoResponse for JobAnswer {
    fn into_response(self) -> Response {
        match self {
            Self::Job(job) => job.into_response(),
            Self::Same(tag) => (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response(),
        }
    }
}

impl aide::OperationOutput for JobAnswer {
    type Inner = JobJson;

    fn inferred_responses(
        ctx: &mut aide::generate::GenContext,
        operation: &mut aide::openapi::Operation,
    ) -> Vec<(Option<Status>, aide::openapi::Response)> {
        Answer::<JobJson>::inferred_responses(ctx, operation)
    }
}

/// A text that changes whenever a job does. Its place in the queue changes without it.
fn tag(job: &JobRecord) -> String {
    let (state, cancel) = (job.state, u8::from(job.cancel_requested));
    format!("\"{}-{}-{state}-{cancel}-{}\"", job.id, job.attempt, job.finished_ms.unwrap_or(0))
}

/// A job as JSON, with its place in the queue.
pub(crate) async fn with_position(jobs: &Jobs, job: JobRecord) -> Result<JobJson, ServiceError> {
    let position = if job.state == JobState::Pending { jobs.queue_position(job.id).await? } else { None };
    Ok(JobJson::new(job, position))
}

async fn cancel(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
) -> Result<Answer<CancelledJson>, Problem> {
    let jobs = running_jobs(&app, &caller).await?;
    let outcome = jobs.cancel(id).await?;
    let job = with_position(&jobs, jobs.get(id).await?).await?;
    Ok(Answer::new(CancelledJson::new(&outcome, job)))
}

async fn remove(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<Done, Problem> {
    let jobs = app.service.jobs(&caller).await?;
    check_unchanged(&headers, &tag(&jobs.get(id).await?))?;
    jobs.remove(id).await?;
    Ok(Done)
}

/// Removes a job as gorun does it: one that has not ended is stopped first, and goes with the rules of retention.
pub(crate) async fn cancelled_or_removed(
    State(app): State<App>,
    Who(caller): Who,
    Path(JobPath { id }): Path<JobPath>,
) -> Result<Done, Problem> {
    let jobs = running_jobs(&app, &caller).await?;
    match jobs.get(id).await?.state.is_final() {
        true => jobs.remove(id).await?,
        false => drop(jobs.cancel(id).await?),
    }
    Ok(Done)
}
