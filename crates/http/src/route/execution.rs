//! Runs that are known by an id: how far they are, what they say, stopping them.
//!
//! Owns the routes. A stream that broke off goes on where it was: `Last-Event-ID` says which event was the last.

use crate::admission::Who;
use crate::answer::{Answer, Done};
use crate::event::{self, EVENT_STREAM, Events};
use crate::execution_id::ExecutionId;
use crate::extract::Path;
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
use runcell_wire::RefusalReason;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const TAG: &str = "runs";

#[derive(Debug, Deserialize, JsonSchema)]
struct ExecutionPath {
    /// The id of the run.
    id: String,
}

pub(crate) fn rows() -> Vec<Row> {
    let stream = get_with(stream, |mut operation| {
        let words = "Events: `started`, `progress`, `output`, then `outcome` or `problem`; each with an id.";
        crate::document::also(operation.inner_mut(), 200, EVENT_STREAM, words);
        operation
    });
    let path = "/api/executions/{id}";
    vec![
        Row::new(
            "/api/executions/{id}/progress",
            Operation::RunCode,
            ("getExecutionProgress", TAG, "How far a run is."),
            get(progress),
        ),
        Row::new(
            "/api/executions/{id}/stream",
            Operation::RunCode,
            ("streamExecution", TAG, "What a run says, from its beginning or after Last-Event-ID."),
            stream,
        )
        .unhurried(),
        Row::new(path, Operation::RunCode, ("cancelExecution", TAG, "Stop a run."), delete(cancel)),
    ]
}

/// Where a run is found.
pub(crate) fn location(id: &ExecutionId) -> String {
    format!("/api/executions/{id}")
}

fn find(app: &App, caller: &Caller, id: &str) -> Result<Arc<LiveRun>, Problem> {
    let found = id.parse().ok().and_then(|id: ExecutionId| app.live.find(&id, caller));
    let shown: String = id.chars().take(64).collect();
    found.ok_or_else(|| Problem::new(RefusalReason::NotFound, format!("there is no run {shown:?}")))
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
    find(&app, &caller, &id)?.cancel();
    Ok(Done)
}

async fn stream(
    State(app): State<App>,
    Who(caller): Who,
    Path(ExecutionPath { id }): Path<ExecutionPath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<NoApi<Response>, Problem> {
    let live = find(&app, &caller, &id)?;
    let heard = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    Ok(NoApi(follow(&app, live, heard.unwrap_or(0))))
}

/// A stream of what a run says after an event.
pub(crate) fn follow(app: &App, live: Arc<LiveRun>, heard: u64) -> Response {
    let (events, response) = event::stream();
    let closed = app.gate.closed();
    tokio::spawn(async move {
        tokio::select! {
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
