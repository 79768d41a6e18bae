//! How the server is, for load balancers and people.
//!
//! Owns the answer. It is open to everybody, so it says nothing about anybody.

use crate::admission::Access;
use crate::answer::json;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use runcell_model::caller::Operation;
use schemars::JsonSchema;
use serde::Serialize;

/// How the server is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HealthJson {
    /// `ok`, or `draining` while the server is being stopped.
    status: &'static str,
    /// The version of runcell.
    version: &'static str,
    /// Whether the server is being stopped: it takes no new work.
    draining: bool,
    /// Worker processes that run snippets.
    workers: usize,
}

pub(crate) fn rows() -> Vec<Row> {
    let words = ("getHealth", "system", "How the server is; 503 while it is being stopped.");
    vec![Row::new("/health", Operation::ReadSystem, words, get_with(health, describe)).access(Access::Always)]
}

fn describe(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    operation
}

async fn health(State(app): State<App>) -> NoApi<Response> {
    let draining = app.gate.is_draining();
    let workers = app.service.system(&app.server).workers().map_or(0, |workers| workers.len());
    let status = if draining { "draining" } else { "ok" };
    let health = HealthJson { status, version: env!("CARGO_PKG_VERSION"), draining, workers };
    let code = if draining { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    NoApi(json(code, &health))
}
