//! Recorded runs as JSON.
//!
//! Owns the public shape. The outcome in it is the JSON that the face answered with.

use crate::time::rfc3339;
use runcell_model::execution::ExecutionRecord;
use runcell_model::page::Page;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A recorded run.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionJson {
    /// Its id.
    pub execution_id: String,
    /// The runtime or language.
    pub runtime: String,
    /// `running`, `completed`, `failed`, `timed_out`, `cancelled`, `refused` or `lost`.
    pub state: String,
    /// The name of the user who asked for it.
    pub user: String,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// The answer; absent in lists, and where it was too long to keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Value>,
}

impl From<ExecutionRecord> for ExecutionJson {
    fn from(run: ExecutionRecord) -> Self {
        Self {
            execution_id: run.id.to_string(),
            runtime: run.runtime,
            state: run.state.name().to_owned(),
            user: run.user,
            started_at: rfc3339(run.started_ms),
            ended_at: run.ended_ms.map(rfc3339),
            outcome: run.outcome,
        }
    }
}

/// A page of recorded runs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExecutionListJson {
    /// How many are here.
    pub count: usize,
    /// The runs, the newest first, without their outcomes.
    pub executions: Vec<ExecutionJson>,
    /// The cursor of the page after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl From<Page<ExecutionRecord>> for ExecutionListJson {
    fn from(page: Page<ExecutionRecord>) -> Self {
        let executions: Vec<ExecutionJson> = page.items.into_iter().map(Into::into).collect();
        Self { count: executions.len(), executions, next: page.next }
    }
}
