//! The stdin of a program, sent while it runs.
//!
//! Owns the route by which it is sent. A program that does not read holds its sender up, and nothing else.

use super::execution::{ExecutionPath, find};
use crate::admission::Who;
use crate::answer::Done;
use crate::extract::{self, Path, Query};
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::post_with;
use aide::openapi::{MediaType, ReferenceOr, RequestBody};
use aide::transform::TransformOperation;
use axum::extract::{Request, State};
use runcell_model::caller::Operation;
use runcell_wire::RefusalReason;
use schemars::JsonSchema;
use serde::Deserialize;

/// The most bytes of a piece.
const PIECE: u64 = 1 << 20;

/// A piece of stdin.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct StdinQuery {
    /// Whether this is the last piece; it may be empty.
    end: bool,
}

pub(crate) fn rows() -> Vec<Row> {
    let words =
        ("sendStdin", "runs", "Send a run that was begun with stdin=later more to read; answered once it can be read.");
    let route = post_with(send, describe);
    vec![Row::new("/api/executions/{id}/stdin", Operation::RunCode, words, route).body(PIECE).unhurried()]
}

fn describe(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let content = [("application/octet-stream".to_owned(), MediaType::default())].into_iter().collect();
    let body = RequestBody { description: Some("The bytes.".to_owned()), content, ..RequestBody::default() };
    operation.inner_mut().request_body = Some(ReferenceOr::Item(body));
    operation
}

async fn send(
    State(app): State<App>,
    Who(caller): Who,
    Path(ExecutionPath { id }): Path<ExecutionPath>,
    Query(query): Query<StdinQuery>,
    NoApi(request): NoApi<Request>,
) -> Result<Done, Problem> {
    let live = find(&app, &caller, &id)?;
    let closed =
        || Problem::new(RefusalReason::Conflict, "the run takes no stdin any more, or was not begun with stdin=later");
    let stdin = live.stdin().ok_or_else(closed)?;
    let bytes = extract::body(request, &()).await?;
    if !bytes.is_empty() {
        stdin.send(bytes.into()).await.map_err(|_| closed())?;
    }
    if query.end {
        live.end_stdin();
    }
    Ok(Done)
}
