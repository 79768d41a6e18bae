//! The languages that there are, and preparing them.
//!
//! Owns the routes of runtimes.

use crate::admission::Who;
use crate::answer::{Answer, described, json};
use crate::event::EVENT_STREAM;
use crate::extract::Path;
use crate::making;
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{get, post_with};
use aide::openapi::{ReferenceOr, StatusCode as Status};
use aide::transform::TransformOperation;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use runcell_model::caller::Operation;
use runcell_model::runtime::RuntimeRef;
use runcell_service::{Preparation, Ready, ServiceError};
use runcell_wire::{RefusalReason, RuntimeJson, RuntimeListJson, VersionsJson};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const TAG: &str = "runtimes";

#[derive(Debug, Deserialize, JsonSchema)]
struct RuntimePath {
    /// The runtime: `python`, `ruby@3.3`.
    name: String,
}

/// A runtime that is ready.
#[derive(Debug, Serialize, JsonSchema)]
struct PreparedJson {
    /// The runtime.
    runtime: String,
    /// Always `ready`.
    state: &'static str,
}

pub(crate) fn rows() -> Vec<Row> {
    let path = "/api/runtimes/{name}";
    vec![
        Row::new(
            "/api/runtimes",
            Operation::ReadRuntimes,
            ("listRuntimes", TAG, "The languages that run in cells and in containers."),
            get(list),
        ),
        Row::new(path, Operation::ReadRuntimes, ("getRuntime", TAG, "A runtime and its versions."), get(one)),
        Row::new(
            "/api/runtimes/{name}/prepare",
            Operation::PrepareRuntimes,
            ("prepareRuntime", TAG, "Prepare a runtime ahead of its first run; with events as it goes."),
            post_with(prepare, describe_prepare),
        )
        .unhurried(),
    ]
}

fn describe_prepare(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let words = "It is ready; or events `progress`, then `done` or `problem`.";
    let response = ReferenceOr::Item(described::<PreparedJson>(words));
    operation.inner_mut().responses.get_or_insert_default().responses.insert(Status::Code(200), response);
    crate::document::also(operation.inner_mut(), 200, EVENT_STREAM, words);
    operation
}

async fn list(State(app): State<App>, Who(caller): Who) -> Result<Answer<RuntimeListJson>, Problem> {
    let (service, asking) = (app.service.clone(), caller.clone());
    // It reads many files.
    let read = tokio::task::spawn_blocking(move || service.runtimes(&asking).list()).await;
    let runtimes = read.map_err(|error| ServiceError::Internal(error.to_string()))??;
    let images = app.service.images(&caller);
    let container_languages = images.languages().iter().map(Into::into).collect();
    let runtimes = runtimes.into_iter().map(RuntimeJson::from).collect();
    Ok(Answer::new(RuntimeListJson { runtimes, container_languages }))
}

async fn one(
    State(app): State<App>,
    Who(caller): Who,
    Path(RuntimePath { name }): Path<RuntimePath>,
) -> Result<Answer<VersionsJson>, Problem> {
    let runtime = reference(&name)?;
    let service = app.service.clone();
    let read = tokio::task::spawn_blocking(move || service.runtimes(&caller).get(&runtime)).await;
    let versions = read.map_err(|error| ServiceError::Internal(error.to_string()))??;
    Ok(Answer::new(VersionsJson { versions: versions.into_iter().map(RuntimeJson::from).collect() }))
}

fn reference(name: &str) -> Result<RuntimeRef, Problem> {
    name.parse()
        .map_err(|error| Problem::new(RefusalReason::NotFound, format!("{error}; GET /api/runtimes lists them")))
}

async fn prepare(
    State(app): State<App>,
    Who(caller): Who,
    Path(RuntimePath { name }): Path<RuntimePath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<NoApi<Response>, Problem> {
    let preparation = app.service.runtimes(&caller).prepare(&reference(&name)?)?;
    let done = |preparation: &Preparation, _: &Ready| PreparedJson {
        runtime: preparation.subject().to_owned(),
        state: "ready",
    };
    let answer = making::answer(&app, &headers, preparation, done, |prepared| json(StatusCode::OK, &prepared)).await?;
    Ok(NoApi(answer))
}
