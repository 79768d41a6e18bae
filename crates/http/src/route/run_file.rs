//! The files and outputs of a run, each whole or in ranges: those that were too large for its answer, and those of its record.
//!
//! Owns the routes. A browser saves them and never shows them.

use super::execution::read_id;
use crate::admission::Who;
use crate::download::{Content, Download};
use crate::extract::Path;
use crate::outcome::{file_name, output_name};
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use runcell_model::caller::{Caller, Operation, Scope};
use runcell_model::execution::{ExecutionId, ExecutionRecord};
use runcell_wire::{FileJson, OutcomeJson, RefusalReason};
use schemars::JsonSchema;
use serde::Deserialize;

/// A file of a run in a path.
#[derive(Debug, Deserialize, JsonSchema)]
struct RunFilePath {
    /// The id of the run.
    #[schemars(regex(pattern = "^[0-9a-f]{32}$"))]
    id: String,
    /// The path of the file, as the outcome has it.
    path: String,
}

/// An output of a run in a path.
#[derive(Debug, Deserialize, JsonSchema)]
struct OutputPath {
    /// The id of the run.
    #[schemars(regex(pattern = "^[0-9a-f]{32}$"))]
    id: String,
    /// `stdout` or `stderr`.
    #[schemars(extend("enum" = ["stdout", "stderr"]))]
    stream: String,
}

pub(super) fn rows() -> Vec<Row> {
    let file = ("getExecutionFile", "runs", "A file that a run has written, whole or a range of it.");
    let output = ("getExecutionOutput", "runs", "What a run has written to stdout or stderr, whole or a range of it.");
    let (read, describe) = (Operation::ReadExecutions, describe);
    vec![
        Row::new("/api/executions/{id}/files/{*path}", read, file, get_with(one_file, describe)).unhurried(),
        Row::new("/api/executions/{id}/outputs/{stream}", read, output, get_with(one_output, describe)).unhurried(),
    ]
}

fn describe(operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let mut operation = super::job::also_unchanged(operation);
    for (status, words) in [(200, "All of it."), (206, "A range of it.")] {
        crate::document::also(operation.inner_mut(), status, "*/*", words);
    }
    operation
}

async fn one_file(
    State(app): State<App>,
    Who(caller): Who,
    Path(RunFilePath { id, path }): Path<RunFilePath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<NoApi<Response>, Problem> {
    let id = read_id(&id)?;
    let shown = path.rsplit('/').next().unwrap_or_default();
    let found = match kept(&app, &caller, &id, shown, &file_name(&path)) {
        Some(kept) => Some(kept),
        None => {
            let recorded = recorded(&app, &caller, &id).await?;
            let file = recorded.and_then(|outcome| outcome.files.into_iter().find(|file| file.path == path));
            file.and_then(|file| of_record(&id, shown, file))
        }
    };
    Ok(NoApi(found.ok_or_else(|| gone(&id, &path))?.answer(&headers)?))
}

async fn one_output(
    State(app): State<App>,
    Who(caller): Who,
    Path(OutputPath { id, stream }): Path<OutputPath>,
    NoApi(headers): NoApi<HeaderMap>,
) -> Result<NoApi<Response>, Problem> {
    let id = read_id(&id)?;
    let shown = format!("{stream}.txt");
    let found = match kept(&app, &caller, &id, &shown, &output_name(&stream)) {
        Some(kept) => Some(kept),
        None => {
            let whole = |outcome: &OutcomeJson| outcome.more.iter().all(|more| more.name != stream);
            let recorded = recorded(&app, &caller, &id).await?.filter(whole);
            let text = recorded.and_then(|outcome| match &*stream {
                "stdout" => Some(outcome.stdout),
                "stderr" => Some(outcome.stderr),
                _ => None,
            });
            text.and_then(|text| of_record(&id, &shown, FileJson::new(shown.clone(), text.into_bytes())))
        }
    };
    Ok(NoApi(found.ok_or_else(|| gone(&id, &stream))?.answer(&headers)?))
}

fn gone(id: &ExecutionId, name: &str) -> Problem {
    let shown: String = name.chars().take(80).collect();
    let words = format!(
        "run {id} has no {shown:?} that is kept: of large outputs the latest are, and small ones are as long as the record of the run"
    );
    Problem::new(RefusalReason::NotFound, words)
}

/// A piece of a run that was kept because it was large.
fn kept(app: &App, caller: &Caller, id: &ExecutionId, shown: &str, name: &str) -> Option<Download> {
    let sees = |tenant: &_| match caller.scope() {
        Scope::All => true,
        Scope::Tenant(own) => own == tenant,
    };
    let piece = app.kept.find(|tenant, run| run == id && sees(tenant), name)?;
    Some(Download {
        name: shown.to_owned(),
        media_type: piece.media_type.clone(),
        size: piece.bytes,
        version: version(id, piece.bytes),
        content: Content::Piece(piece),
    })
}

/// The outcome in the record of a run.
async fn recorded(app: &App, caller: &Caller, id: &ExecutionId) -> Result<Option<OutcomeJson>, Problem> {
    let ExecutionRecord { outcome, .. } = app.service.executions(caller).await?.get(id).await?;
    // Of a run that was refused, it is the refusal.
    Ok(outcome.and_then(|outcome| serde_json::from_value(outcome).ok()))
}

fn of_record(id: &ExecutionId, shown: &str, file: FileJson) -> Option<Download> {
    let media_type = file.media_type.clone();
    let bytes = file.into_bytes().ok()?;
    let size = bytes.len() as u64;
    Some(Download {
        name: shown.to_owned(),
        media_type,
        size,
        version: version(id, size),
        content: Content::Bytes(bytes.into()),
    })
}

/// A file of a run never changes.
fn version(id: &ExecutionId, bytes: u64) -> String {
    format!("{id}-{bytes:x}")
}
