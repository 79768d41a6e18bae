//! A job as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change. No path of the host is in it.

use super::time::rfc3339;
use runcell_model::job::{DataSource, JobEnd, JobProgress, JobRecord, JobState, JobUsage, JobWork};
use runcell_service::CancelOutcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobJson {
    /// Its number.
    pub id: i64,
    /// `pending`, `running`, `finished`, `errored`, `cancelled` or `timed_out`.
    pub status: String,
    /// The tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The command, where it is one and no tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    /// The image.
    pub image: String,
    /// The id of the image that it runs with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// Its parameters, with defaults.
    pub parameters: Map<String, Value>,
    /// Its datasets: the id of an uploaded file, or the names of files that came with it.
    pub data: BTreeMap<String, Value>,
    /// The names of its own variables. Their values are not shown: they may be secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<String>,
    /// The host folders that it sees, by the names of the configuration, and where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<String>,
    /// Jobs of higher priority go first.
    pub priority: i32,
    /// `pending`: how many jobs take their turn before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_position: Option<u64>,
    /// How far it says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<JobProgressJson>,
    /// When it was submitted.
    pub created_at: String,
    /// When its last attempt began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// How often it was started.
    pub attempt: u32,
    /// Whether somebody asked for it to be stopped.
    pub cancel_requested: bool,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<JobEndJson>,
    /// The resources that it used.
    pub usage: JobUsage,
    /// Its limits, by name.
    pub limits: BTreeMap<String, u64>,
    /// The metadata that `gotap` recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gotap_metadata: Option<Value>,
}

/// How far a job says it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobProgressJson {
    /// The part that is done, from 0 to 1.
    pub fraction: f64,
    /// Its present work, in its own words.
    pub text: String,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobEndJson {
    /// The same in words.
    pub message: String,
    /// The exit code of the tool, where it ended by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// The limit that stopped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The amount that the limit allows, in its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<u64>,
    /// The amount that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
}

/// Jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobListJson {
    /// How many there are in all.
    pub total: u64,
    /// Those of this page.
    pub jobs: Vec<JobJson>,
}

/// A job that was to be stopped.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct CancelledJson {
    /// `cancelled`: it waited, and is over. `requested`: it runs, and is being stopped. `ended`: it had ended before.
    pub outcome: String,
    /// How it is now.
    pub job: JobJson,
}

impl CancelledJson {
    /// The result of the wish to stop a job, and how the job is now.
    #[must_use]
    pub fn new(outcome: &CancelOutcome, job: JobJson) -> Self {
        let outcome = match outcome {
            CancelOutcome::Cancelled => "cancelled",
            CancelOutcome::Requested => "requested",
            CancelOutcome::Ended(_) => "ended",
        };
        Self { outcome: outcome.to_owned(), job }
    }
}

impl JobJson {
    /// Whether it is over.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.status.parse::<JobState>().is_ok_and(JobState::is_final)
    }

    /// Its work for people: `image::tool`, or the image and the beginning of the command.
    #[must_use]
    pub fn title(&self) -> String {
        let work = match (&self.tool, &self.command) {
            (Some(tool), _) => JobWork::Tool(tool.clone()),
            (None, words) => JobWork::Command(words.clone().unwrap_or_default()),
        };
        work.title(&self.image)
    }

    /// The shape of a record, and its place in the queue where it waits.
    #[must_use]
    pub fn new(job: JobRecord, queue_position: Option<u64>) -> Self {
        let request = job.request;
        Self {
            id: job.id.get(),
            status: job.state.name().to_owned(),
            tool: request.work.tool().map(str::to_owned),
            command: request.work.command().map(<[String]>::to_vec),
            image: request.image,
            image_id: job.image_id.or(request.image_id),
            parameters: request.parameters,
            data: request.data.iter().map(|(name, source)| (name.clone(), data(source))).collect(),
            env: request.env.into_keys().collect(),
            mounts: request.mounts.iter().map(ToString::to_string).collect(),
            priority: request.priority,
            queue_position,
            progress: job.progress.map(|JobProgress { fraction, text }| JobProgressJson { fraction, text }),
            created_at: rfc3339(job.created_ms),
            started_at: job.started_ms.map(rfc3339),
            finished_at: job.finished_ms.map(rfc3339),
            attempt: job.attempt,
            cancel_requested: job.cancel_requested,
            end: job.end.as_ref().map(JobEndJson::from),
            usage: job.usage,
            limits: request.limits.iter().map(|(kind, value)| (kind.to_string(), value)).collect(),
            gotap_metadata: job.gotap_metadata,
        }
    }
}

fn data(source: &DataSource) -> Value {
    match source {
        DataSource::File(id) => id.as_str().into(),
        DataSource::Given(name) => name.as_str().into(),
        DataSource::GivenFiles(names) => names.as_slice().into(),
        DataSource::GivenFolder(name) => format!("{name}/").into(),
    }
}

impl From<&JobEnd> for JobEndJson {
    fn from(end: &JobEnd) -> Self {
        let message = end.to_string();
        let (exit_code, limit, allowed, used) = match end {
            JobEnd::Exited { exit_code } => (Some(*exit_code), None, None, None),
            JobEnd::Limit { limit, allowed, used } => (None, Some(limit.to_string()), Some(*allowed), Some(*used)),
            JobEnd::TimedOut { allowed_ms } => (None, Some("wall_ms".to_owned()), Some(*allowed_ms), None),
            JobEnd::Cancelled | JobEnd::Failed { .. } => (None, None, None, None),
        };
        Self { message, exit_code, limit, allowed, used }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::job::JobLimitKind;

    #[test]
    fn ends_name_their_numbers() {
        let limit = JobEnd::Limit { limit: JobLimitKind::MemoryBytes, allowed: 1, used: 2 };
        let json = serde_json::to_value(JobEndJson::from(&limit)).expect("serialises");
        let message = "stopped by memory_bytes: 1 allowed, 2 used";
        assert_eq!(json, serde_json::json!({ "message": message, "limit": "memory_bytes", "allowed": 1, "used": 2 }));
        let json = serde_json::to_value(JobEndJson::from(&JobEnd::TimedOut { allowed_ms: 5 })).expect("serialises");
        assert_eq!((&json["limit"], &json["allowed"]), (&"wall_ms".into(), &5.into()));
    }
}
