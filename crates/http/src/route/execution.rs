//! Runs that are known by an id: how far they are, what they say, stopping them.
//!
//! Owns the routes. A stream that broke off goes on where it was: `Last-Event-ID` says which event was the last.

use crate::admission::Who;
use crate::answer::{Answer, Done};
use crate::event::{self, EVENT_STREAM, Events};
use crate::extract::{Path, Query};
use crate::live::{LiveRun, Next, ProgressJson};
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{delete, get, get_with};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use runcell_model::caller::{Caller, Operation};
use runcell_model::execution::{ExecutionFilter, ExecutionId, ExecutionState};
use runcell_model::page::PageRequest;
use runcell_wire::{ExecutionJson, ExecutionListJson, RefusalReason};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const TAG: &str = "runs";

/// A run in a path.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ExecutionPath {
    /// The id of the run.
    #[schemars(regex(pattern = "^[0-9a-f]{32}$"))]
    pub(crate) id: String,
}

/// Which runs are listed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ExecutionQuery {
    /// Those in one state: running, completed, failed, timed_out, cancelled, refused, lost.
    #[schemars(extend("enum" = ["running", "completed", "failed", "timed_out", "cancelled", "refused", "lost"]))]
    state: Option<String>,
    /// Those of one runtime.
    runtime: Option<String>,
    /// How many at most, 1 to 200; 50 if nothing is said.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

/// The page that a query asks for.
pub(crate) fn page(limit: Option<u32>, cursor: Option<String>) -> Result<PageRequest, Problem> {
    let page = PageRequest { limit: limit.unwrap_or(PageRequest::default().limit), cursor };
    if page.rows() == page.limit {
        return Ok(page);
    }
    Err(Problem::invalid(format!("limit = {}: 1 to {} are allowed", page.limit, runcell_model::page::MAX_ROWS)))
}

pub(crate) fn rows() -> Vec<Row> {
    let stream = get_with(stream, |mut operation| {
        let words = "Events: `started`, `progress`, `output`, `stdin`, then `outcome` or `problem`; each with an id.";
        crate::document::also(operation.inner_mut(), 200, EVENT_STREAM, words);
        operation
    });
    let path = "/api/executions/{id}";
    vec![
        Row::new(
            "/api/executions",
            Operation::ReadExecutions,
            ("listExecutions", TAG, "The runs that were recorded, the newest first, without their outcomes."),
            get(list),
        ),
        Row::new(
            path,
            Operation::ReadExecutions,
            ("getExecution", TAG, "A run that was recorded, with its outcome."),
            get(one),
        ),
        Row::new(
            "/api/executions/{id}/progress",
            Operation::ReadExecutions,
            ("getExecutionProgress", TAG, "How far a run is."),
            get(progress),
        ),
        Row::new(
            "/api/executions/{id}/stream",
            Operation::ReadExecutions,
            ("streamExecution", TAG, "What a run says, from its beginning or after Last-Event-ID."),
            stream,
        )
        .unhurried(),
        Row::new(
            path,
            Operation::RemoveExecutions,
            ("cancelExecution", TAG, "Stop a run; of one that has ended, remove the record."),
            delete(cancel),
        ),
    ]
}

/// Where a run is found.
pub(crate) fn location(id: &ExecutionId) -> String {
    format!("/api/executions/{id}")
}

/// A run that goes on, or ended a moment ago.
pub(crate) fn find(app: &App, caller: &Caller, id: &str) -> Result<Arc<LiveRun>, Problem> {
    let found = id.parse().ok().and_then(|id: ExecutionId| app.live.find(&id, caller));
    let shown: String = id.chars().take(64).collect();
    found.ok_or_else(|| Problem::new(RefusalReason::NotFound, format!("there is no run {shown:?}")))
}

async fn list(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<ExecutionQuery>,
) -> Result<Answer<ExecutionListJson>, Problem> {
    let state = query.state.as_deref().map(str::parse::<ExecutionState>).transpose();
    let state = state.map_err(|error| Problem::invalid(format!("state: {error}")))?;
    let filter = ExecutionFilter { page: page(query.limit, query.cursor)?, state, runtime: query.runtime };
    Ok(Answer::new(app.service.executions(&caller).await?.list(&filter).await?.into()))
}

async fn one(
    State(app): State<App>,
    Who(caller): Who,
    Path(ExecutionPath { id }): Path<ExecutionPath>,
) -> Result<Answer<ExecutionJson>, Problem> {
    Ok(Answer::new(app.service.executions(&caller).await?.get(&read_id(&id)?).await?.into()))
}

pub(super) fn read_id(text: &str) -> Result<ExecutionId, Problem> {
    text.parse().map_err(|error| Problem::invalid(format!("{error}")))
}

async fn progress(
    State(app): State<App>,
    Who(caller): Who,
    Path(ExecutionPath { id }): Path<ExecutionPath>,
) -> Result<Answer<ProgressJson>, Problem> {
    Ok(Answer::new(find(&app, &caller, &id)?.progress()))
}

async fn cancel(
    State(app): State<App>,
    Who(caller): Who,
    Path(ExecutionPath { id }): Path<ExecutionPath>,
) -> Result<Done, Problem> {
    let (executions, id) = (app.service.executions(&caller).await?, read_id(&id)?);
    match app.live.find(&id, &caller).filter(|live| !live.has_ended()) {
        Some(live) => executions.stop(&id, || live.cancel())?,
        None => {
            executions.remove(&id).await?;
            app.kept.forget(|_, run| *run == id);
        }
    }
    Ok(Done)
}

async fn stream(
    State(app): State<App>,
    Who(caller): Who,
    Path(ExecutionPath { id }): Path<ExecutionPath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<NoApi<Response>, Problem> {
    let heard = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    if let Ok(live) = find(&app, &caller, &id) {
        return Ok(NoApi(follow(&app, live, heard.unwrap_or(0))));
    }
    // Its events are gone; how it ended is not.
    let record = app.service.executions(&caller).await?.get(&read_id(&id)?).await?;
    let name = if record.state == ExecutionState::Refused { "problem" } else { "outcome" };
    let last = event::event(None, name, &record.outcome);
    let (events, response) = event::stream();
    tokio::spawn(async move { events.send(last).await });
    Ok(NoApi(response))
}

/// A stream of what a run says after an event.
pub(crate) fn follow(app: &App, live: Arc<LiveRun>, heard: u64) -> Response {
    let (events, response) = event::stream();
    let closed = app.gate.closed();
    tokio::spawn(async move {
        tokio::select! {
            // First: what was said before the end of the server is still told.
            biased;
            () = tell(&events, &live, heard) => {}
            () = events.gone() => {}
            () = closed.cancelled() => {}
        }
    });
    response
}

async fn tell(events: &Events, live: &LiveRun, mut heard: u64) {
    while let Next::Events(said, last) = live.after(heard).await {
        for event in said {
            if events.send(event).await.is_err() {
                return;
            }
        }
        heard = last;
    }
}
