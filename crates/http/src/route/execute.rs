//! Running a snippet: now, as a stream, or in the background.
//!
//! Owns the three ways to be answered. A run that is streamed or in the background is known by its id: it can be listened to
//! again, and stopped. One that is answered at once ends with its request.

use super::execution::{follow, location};
use super::upload::FilePath;
use crate::admission::Who;
use crate::answer::{described, json};
use crate::event::EVENT_STREAM;
use crate::extract::{self, Path, Query, read_json};
use crate::keyed::Unkept;
use crate::listen::Deaf;
use crate::live::{LiveRun, Narrator};
use crate::making::wants_events;
use crate::outcome::{self, ExecutedJson, encoded};
use crate::problem::Problem;
use crate::row::Row;
use crate::run::run;
use crate::snippet::{self, Asked};
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::post_with;
use aide::openapi::{ReferenceOr, StatusCode as Status};
use aide::transform::TransformOperation;
use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use runcell_model::caller::{Caller, Operation};
use runcell_model::execution::{ExecutionEnd, ExecutionId, ExecutionState, FinishedExecution};
use runcell_service::{RunRequest, Stdin};
use runcell_wire::{ExecuteFileArguments, ProblemJson, RunCodeArguments, StartedJson};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

const TAG: &str = "runs";

/// How a run is begun.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ExecuteQuery {
    /// `later`: stdin is sent while the program runs, as it asks for it; needs events, or the background.
    stdin: Option<String>,
}

impl ExecuteQuery {
    /// Whether stdin is sent later.
    fn is_later(&self, request: &RunRequest, way: Way) -> Result<bool, Problem> {
        let has_stdin = !matches!(&request.stdin, Stdin::Bytes(bytes) if bytes.is_empty());
        match self.stdin.as_deref() {
            None => Ok(false),
            Some("later") if way == Way::Now => {
                let words =
                    "stdin=later: ask for events (Accept: text/event-stream) or the background (Prefer: respond-async)";
                Err(Problem::invalid(words))
            }
            Some("later") if has_stdin => Err(Problem::invalid("stdin=later: the request has a stdin already")),
            Some("later") => Ok(true),
            Some(other) => Err(Problem::invalid(format!("stdin: {other:?} is not `later`"))),
        }
    }
}

/// How a client wants to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Now,
    Stream,
    Background,
}

pub(crate) fn rows(app: &App) -> Vec<Row> {
    let most = app.config.max_body_bytes;
    let row = |path, words, router| Row::new(path, Operation::RunCode, words, router).body(most).unhurried();
    let words = (
        "execute",
        TAG,
        "Run a snippet, and answer its outcome; as events, or in the background (Prefer: respond-async).",
    );
    let stream = ("executeStream", TAG, "Run a snippet, and stream what it does as events.");
    let file = ("executeFile", TAG, "Run an uploaded file.");
    vec![
        row("/api/execute", words, post_with(execute, describe_snippet)).keyed(Unkept::None),
        row("/api/execute/stream", stream, post_with(execute_stream, describe_snippet)).keyed(Unkept::None),
        row("/api/files/{id}/execute", file, post_with(execute_file, describe)).keyed(Unkept::None),
    ]
}

fn describe_snippet(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let words = "The arguments as JSON, in the field `request`; each other field is a file in /work.";
    crate::form::describe::<RunCodeArguments>(operation.inner_mut(), "request", words);
    describe(operation)
}

fn describe(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let inner = operation.inner_mut();
    let words = "The outcome; or events: `started`, `progress`, `output`, `stdin`, then `outcome` or `problem`.";
    let responses = inner.responses.get_or_insert_default();
    responses.responses.insert(Status::Code(200), ReferenceOr::Item(described::<ExecutedJson>(words)));
    let accepted = described::<StartedJson>("It runs; Location says where its outcome will be.");
    responses.responses.insert(Status::Code(202), ReferenceOr::Item(accepted));
    crate::document::also(inner, 200, EVENT_STREAM, words);
    operation
}

fn way(headers: &HeaderMap) -> Way {
    let prefers = |value: &axum::http::HeaderValue| value.to_str().is_ok_and(|text| text.contains("respond-async"));
    if headers.get_all("prefer").iter().any(prefers) {
        Way::Background
    } else if wants_events(headers) {
        Way::Stream
    } else {
        Way::Now
    }
}

async fn execute(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<ExecuteQuery>,
    NoApi(request): NoApi<Request>,
) -> Result<NoApi<Response>, Problem> {
    let way = way(request.headers());
    let asked = snippet::read(request, app.service.policy()).await?;
    answer(&app, caller, asked, (way, &query)).await
}

async fn execute_stream(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<ExecuteQuery>,
    NoApi(request): NoApi<Request>,
) -> Result<NoApi<Response>, Problem> {
    let asked = snippet::read(request, app.service.policy()).await?;
    answer(&app, caller, asked, (Way::Stream, &query)).await
}

async fn execute_file(
    State(app): State<App>,
    Who(caller): Who,
    Path(FilePath { id }): Path<FilePath>,
    Query(query): Query<ExecuteQuery>,
    NoApi(request): NoApi<Request>,
) -> Result<NoApi<Response>, Problem> {
    let way = way(request.headers());
    let body = extract::body(request, &()).await?;
    let mut given: Map<String, Value> = if body.is_empty() { Map::new() } else { read_json(&body)? };
    given.insert("file_id".to_owned(), id.into());
    let arguments: ExecuteFileArguments = read_json(&serde_json::to_vec(&given).unwrap_or_default())?;
    let (file, bytes) = app.service.uploads(&caller).await?.read(arguments.file_id()).await?;
    let text_bytes = arguments.text_bytes();
    let asked = Asked { request: arguments.request(file, bytes, app.service.policy())?, text_bytes };
    answer(&app, caller, asked, (way, &query)).await
}

/// Runs what was asked for, and answers in the way that the client wants.
async fn answer(
    app: &App,
    caller: Caller,
    asked: Asked,
    (way, query): (Way, &ExecuteQuery),
) -> Result<NoApi<Response>, Problem> {
    let later = query.is_later(&asked.request, way)?;
    if way == Way::Now {
        return Ok(NoApi(json(StatusCode::OK, &now(app, &caller, asked).await?)));
    }
    // Before it is answered that it runs, it is recorded that it does.
    let id = app.service.executions(&caller).await?.begin(&asked.request.runtime.to_string()).await?;
    let live = begin(app, caller, &id, asked, later)?;
    if way == Way::Stream {
        return Ok(NoApi(follow(app, live, 0)));
    }
    let started = StartedJson::new(id.to_string());
    Ok(NoApi(([(LOCATION, location(&id))], json(StatusCode::ACCEPTED, &started)).into_response()))
}

/// Runs a snippet, and tells what it does as events.
pub(crate) async fn streamed(app: &App, caller: Caller, asked: Asked) -> Result<NoApi<Response>, Problem> {
    answer(app, caller, asked, (Way::Stream, &ExecuteQuery::default())).await
}

/// Runs a snippet while its client waits.
pub(crate) async fn now(app: &App, caller: &Caller, asked: Asked) -> Result<ExecutedJson, Problem> {
    let (executions, began) = (app.service.executions(caller).await?, Instant::now());
    let (id, runtime) = (executions.new_id()?, asked.request.runtime.to_string());
    let outcome = run(app, caller, asked.request, &mut Deaf, &app.gate.ending()).await?;
    let (state, bytes) = (outcome::state(&outcome), outcome::weight(&outcome));
    let answer = encoded(app, caller, &id, outcome, asked.text_bytes).await;
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let end = outcome::recorded(state, &answer, bytes);
    executions.record(FinishedExecution { id, runtime, took_ms, end })?;
    Ok(answer)
}

/// Begins a run that can be listened to, and goes on without its client.
fn begin(app: &App, caller: Caller, id: &ExecutionId, mut asked: Asked, later: bool) -> Result<Arc<LiveRun>, Problem> {
    let Some(work) = app.gate.enter() else { return Err(Problem::draining()) };
    let stop = app.gate.ending().child_token();
    let live = app.live.begin(id, &caller, stop.clone());
    if later {
        asked.request.stdin = live.stdin_later();
    }
    live.say("started", &StartedJson::new(id.to_string()));
    let (app, id, driven) = (app.clone(), id.clone(), live.clone());
    let driving = async move {
        drive(&app, &caller, &id, asked, (&driven, &stop)).await;
        app.live.end(&id);
        drop(work);
    };
    tokio::spawn(driving.in_current_span());
    Ok(live)
}

async fn drive(
    app: &App,
    caller: &Caller,
    id: &ExecutionId,
    asked: Asked,
    (live, stop): (&Arc<LiveRun>, &CancellationToken),
) {
    let mut narrator = Narrator::new(live.clone());
    let ended = run(app, caller, asked.request, &mut narrator, stop).await;
    // It may still have half a character to tell.
    drop(narrator);
    let end = match ended {
        Ok(outcome) => {
            let (state, bytes) = (outcome::state(&outcome), outcome::weight(&outcome));
            let answer = encoded(app, caller, id, outcome, asked.text_bytes).await;
            let end = outcome::recorded(state, &answer, bytes);
            kept(app, caller, id, end).await;
            return live.finish("outcome", &answer);
        }
        Err(refusal) => ProblemJson::from(refusal),
    };
    kept(app, caller, id, outcome::recorded(ExecutionState::Refused, &end, 0)).await;
    live.finish("problem", &end);
}

/// Records an end, before anybody hears of it.
async fn kept(app: &App, caller: &Caller, id: &ExecutionId, end: ExecutionEnd) {
    let ended = async { app.service.executions(caller).await?.end(id, end).await };
    if let Err(error) = ended.await {
        tracing::error!(%id, error = error.chain(), "the end of a run could not be recorded");
    }
}
