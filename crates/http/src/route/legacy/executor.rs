//! The MCP Docker Executor's shapes: a run, its stream, its record, and running a file.
//!
//! Owns both directions. What of a run a cell can do is done in a cell; the rest asks for a container, as the executor did for
//! everything. Images, packages and the rest of the files have shapes that ours include.

use crate::admission::Who;
use crate::answer::Answer;
use crate::extract::{self, Json, Path, read_json};
use crate::keyed::Unkept;
use crate::problem::Problem;
use crate::route::execute::{now, streamed};
use crate::route::upload::FilePath;
use crate::row::Row;
use crate::snippet::Asked;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{get, post};
use axum::extract::{Request, State};
use axum::response::Response;
use runcell_model::caller::{Caller, Operation};
use runcell_model::execution::{ExecutionRecord, ExecutionState};
use runcell_model::limits::{LimitKind, LimitsRequest};
use runcell_model::runtime::RuntimeRef;
use runcell_service::{BackendChoice, RunRequest, Stdin};
use runcell_wire::{OutcomeJson, StatusJson, language_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// A run as the executor's clients ask for it; of a file without the code, and without the language where the upload named it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ExecutorRequest {
    language: Option<String>,
    code: Option<String>,
    image_id: Option<String>,
    /// Programs start in /work, whatever is named here.
    working_directory: Option<String>,
    environment_variables: BTreeMap<String, String>,
    resource_limits: Option<ResourceLimits>,
    input_data: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ResourceLimits {
    memory_mb: Option<u64>,
    /// The configuration says how many processors a container has.
    cpu_cores: Option<f64>,
    timeout_seconds: Option<u64>,
    network_enabled: bool,
}

/// A run as the executor's clients get it.
#[derive(Debug, Serialize, JsonSchema)]
struct ExecutorAnswer {
    execution_id: String,
    /// `running`, `completed`, `failed` or `timeout`.
    status: &'static str,
    stdout: String,
    stderr: String,
    exit_code: Option<u64>,
    error_message: Option<String>,
    execution_time_seconds: f64,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ExecutionPath {
    id: String,
}

pub(super) fn rows(app: &App) -> Vec<Row> {
    let most = app.config.max_body_bytes;
    let row = |path, words, router| {
        Row::new(path, Operation::RunCode, ("executor", "old", words), router)
            .body(most)
            .keyed(Unkept::None)
            .unhurried()
    };
    let record = ("executorExecution", "old", "As /api/executions/{id}, in the executor's shape.");
    vec![
        row("/execute", "As /api/execute, in the executor's shape.", post(execute)),
        row("/execute/stream", "As /api/execute/stream, asked for in the executor's shape.", post(execute_stream)),
        row("/files/{id}/execute", "As /api/files/{id}/execute, in the executor's shape.", post(execute_file)),
        Row::new("/executions/{id}", Operation::ReadExecutions, record, get(execution)),
    ]
}

async fn execute(
    State(app): State<App>,
    Who(caller): Who,
    Json(given): Json<ExecutorRequest>,
) -> Result<Answer<ExecutorAnswer>, Problem> {
    let request = given.snippet(&app, &caller)?;
    answered(&app, &caller, request).await
}

async fn execute_stream(
    State(app): State<App>,
    Who(caller): Who,
    Json(given): Json<ExecutorRequest>,
) -> Result<NoApi<Response>, Problem> {
    let request = given.snippet(&app, &caller)?;
    streamed(&app, caller, Asked { request, text_bytes: None }).await
}

async fn execute_file(
    State(app): State<App>,
    Who(caller): Who,
    Path(FilePath { id }): Path<FilePath>,
    NoApi(request): NoApi<Request>,
) -> Result<Answer<ExecutorAnswer>, Problem> {
    let body = extract::body(request, &()).await?;
    let mut given: ExecutorRequest = if body.is_empty() { ExecutorRequest::default() } else { read_json(&body)? };
    let (file, bytes) = app.service.uploads(&caller).await?.read(&id).await?;
    let named = || language_of(&file.media_type).map(str::to_owned);
    let Some(language) = given.language.take().or_else(named) else {
        return Err(Problem::invalid("language: it was not named with the upload, so name it here"));
    };
    let request = given.request(&app, &caller, &language, bytes)?;
    answered(&app, &caller, request).await
}

async fn execution(
    State(app): State<App>,
    Who(caller): Who,
    Path(ExecutionPath { id }): Path<ExecutionPath>,
) -> Result<Answer<ExecutorAnswer>, Problem> {
    let id = id.parse().map_err(|error| Problem::invalid(format!("{error}")))?;
    Ok(Answer::new(app.service.executions(&caller).await?.get(&id).await?.into()))
}

async fn answered(app: &App, caller: &Caller, request: RunRequest) -> Result<Answer<ExecutorAnswer>, Problem> {
    let executed = now(app, caller, Asked { request, text_bytes: None }).await?;
    Ok(Answer::new(ExecutorAnswer::new(executed.execution_id, executed.outcome)))
}

impl ExecutorRequest {
    /// A run of the code that was sent.
    fn snippet(mut self, app: &App, caller: &Caller) -> Result<RunRequest, Problem> {
        let missing = |name: &str| Problem::invalid(format!("the body is wrong: missing field `{name}`"));
        let language = self.language.take().ok_or_else(|| missing("language"))?;
        let code = self.code.take().ok_or_else(|| missing("code"))?;
        self.request(app, caller, &language, code.into_bytes())
    }

    fn request(self, app: &App, caller: &Caller, language: &str, code: Vec<u8>) -> Result<RunRequest, Problem> {
        let runtime: RuntimeRef = language.parse().map_err(|error| Problem::invalid(format!("language: {error}")))?;
        let asked = self.resource_limits.unwrap_or_default();
        let limits = [
            (LimitKind::Memory, asked.memory_mb.map(|mb| mb.saturating_mul(1 << 20))),
            (LimitKind::WallTime, asked.timeout_seconds.map(|seconds| seconds.saturating_mul(1000))),
        ];
        let limits = limits.into_iter().filter_map(|(kind, value)| Some((kind, value?)));
        let in_cell =
            self.image_id.is_none() && !asked.network_enabled && app.service.runtimes(caller).get(&runtime).is_ok();
        let mut request = RunRequest::new(runtime, code);
        request.limits = limits.fold(LimitsRequest::default(), |all, (kind, value)| all.with(kind, value));
        request.backend = if in_cell { BackendChoice::Auto } else { BackendChoice::Container };
        (request.env, request.image) = (self.environment_variables, self.image_id);
        request.network = asked.network_enabled;
        request.stdin = Stdin::Bytes(self.input_data.unwrap_or_default().into_bytes());
        Ok(request)
    }
}

impl ExecutorAnswer {
    fn new(execution_id: String, outcome: OutcomeJson) -> Self {
        let status = match (outcome.status, outcome.exit_code) {
            (StatusJson::Completed, Some(0)) => "completed",
            (StatusJson::TimedOut, _) => "timeout",
            _ => "failed",
        };
        let limit = outcome.limit.map(|limit| format!("stopped by the limit {limit}"));
        Self {
            execution_id,
            status,
            stdout: outcome.stdout,
            stderr: outcome.stderr,
            exit_code: outcome.exit_code.map(u64::from),
            error_message: outcome.message.or(limit),
            execution_time_seconds: Duration::from_micros(outcome.usage.wall_us).as_secs_f64(),
        }
    }
}

impl From<ExecutionRecord> for ExecutorAnswer {
    /// A run of any face: what it answered was kept in our shape.
    fn from(record: ExecutionRecord) -> Self {
        let status = match record.state {
            ExecutionState::Running => "running",
            ExecutionState::Completed => "completed",
            ExecutionState::TimedOut => "timeout",
            ExecutionState::Failed | ExecutionState::Cancelled | ExecutionState::Refused | ExecutionState::Lost => {
                "failed"
            }
        };
        let outcome = record.outcome.unwrap_or_default();
        let text = |name: &str| outcome[name].as_str().map(str::to_owned);
        let limit = || text("limit").map(|limit| format!("stopped by the limit {limit}"));
        let of_usage = outcome.pointer("/usage/wall_us").and_then(Value::as_u64).map(Duration::from_micros);
        let of_record = record.ended_ms.and_then(|ended| u64::try_from(ended.saturating_sub(record.started_ms)).ok());
        Self {
            execution_id: record.id.to_string(),
            status,
            stdout: text("stdout").unwrap_or_default(),
            stderr: text("stderr").unwrap_or_default(),
            exit_code: outcome["exit_code"].as_u64(),
            // Of a run that was refused, the words of the refusal.
            error_message: text("message").or_else(|| text("detail")).or_else(limit),
            execution_time_seconds: of_usage.or(of_record.map(Duration::from_millis)).unwrap_or_default().as_secs_f64(),
        }
    }
}
