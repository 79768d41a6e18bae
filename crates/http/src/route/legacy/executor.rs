//! `/execute` of the MCP Docker Executor: its request and its answer.
//!
//! Owns both shapes. What of them a cell can do is done in a cell; the rest asks for a container, as the executor did for
//! everything.

use crate::admission::Who;
use crate::answer::Answer;
use crate::extract::Json;
use crate::problem::Problem;
use crate::route::execute::now;
use crate::row::Row;
use crate::snippet::Asked;
use crate::state::App;
use aide::axum::routing::post;
use axum::extract::State;
use runcell_model::caller::{Caller, Operation};
use runcell_model::limits::{LimitKind, LimitsRequest};
use runcell_service::{BackendChoice, RunRequest, Stdin};
use runcell_wire::{OutcomeJson, StatusJson};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A run as the executor's clients ask for it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExecutorRequest {
    language: String,
    code: String,
    image_id: Option<String>,
    /// Programs start in /work, whatever is named here.
    #[expect(dead_code, reason = "clients send it")]
    working_directory: Option<String>,
    #[serde(default)]
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
    /// `completed`, `failed` or `timeout`.
    status: &'static str,
    stdout: String,
    stderr: String,
    exit_code: Option<u32>,
    error_message: Option<String>,
    execution_time_seconds: f64,
}

pub(super) fn rows() -> Vec<Row> {
    let words = ("executorExecute", "old", "As /api/execute, in the executor's shape.");
    vec![Row::new("/execute", Operation::RunCode, words, post(execute)).body(8 << 20).unhurried()]
}

async fn execute(
    State(app): State<App>,
    Who(caller): Who,
    Json(given): Json<ExecutorRequest>,
) -> Result<Answer<ExecutorAnswer>, Problem> {
    let request = given.request(&app, &caller)?;
    let executed = now(&app, &caller, Asked { request, text_bytes: None }).await?;
    Ok(Answer::new(ExecutorAnswer::new(executed.execution_id, executed.outcome)))
}

impl ExecutorRequest {
    fn request(self, app: &App, caller: &Caller) -> Result<RunRequest, Problem> {
        let runtime = self.language.parse().map_err(|error| Problem::invalid(format!("language: {error}")))?;
        let asked = self.resource_limits.unwrap_or_default();
        let limits = [
            (LimitKind::Memory, asked.memory_mb.map(|mb| mb.saturating_mul(1 << 20))),
            (LimitKind::WallTime, asked.timeout_seconds.map(|seconds| seconds.saturating_mul(1000))),
        ];
        let limits = limits.into_iter().filter_map(|(kind, value)| Some((kind, value?)));
        let in_cell =
            self.image_id.is_none() && !asked.network_enabled && app.service.runtimes(caller).get(&runtime).is_ok();
        let mut request = RunRequest::new(runtime, self.code);
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
            exit_code: outcome.exit_code,
            error_message: outcome.message.or(limit),
            execution_time_seconds: std::time::Duration::from_micros(outcome.usage.wall_us).as_secs_f64(),
        }
    }
}
