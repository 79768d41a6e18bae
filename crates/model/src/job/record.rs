//! Everything that is known of a job.
//!
//! Owns the shape that the store keeps and the faces show.

use super::JobId;
use super::end::{JobEnd, JobUsage};
use super::progress::JobProgress;
use super::request::JobRequest;
use super::state::JobState;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that is known of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobRecord {
    /// Its number.
    pub id: JobId,
    /// Where it is in its life.
    pub state: JobState,
    /// The request.
    pub request: JobRequest,
    /// Why it ended; none before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<JobEnd>,
    /// The resources that it used so far.
    #[serde(default)]
    pub usage: JobUsage,
    /// How far it says it is; of one that has ended, what it said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<JobProgress>,
    /// How often it was started.
    pub attempt: u32,
    /// Whether somebody asked for it to be stopped; whoever runs it does that.
    #[serde(default)]
    pub cancel_requested: bool,
    /// The id of the image that it ran with: tags move, ids do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// Its container; the one of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_id: Option<String>,
    /// The server that runs it, or ran it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The installation in whose data folder its files lie.
    pub installation: String,
    /// When it was submitted.
    pub created_ms: i64,
    /// When its last attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<i64>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_ms: Option<i64>,
    /// The metadata that `gotap` wrote into `_metadata.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gotap_metadata: Option<Value>,
}

/// That a job has changed, for those who follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobChange {
    /// Which job.
    pub id: JobId,
    /// Its state now; none when it was removed.
    pub state: Option<JobState>,
}
