//! How a job ended and what it used.
//!
//! Owns the reasons and which state each means. **A tool that fails is not our error**: only [`JobEnd::Failed`] is.

use super::limit::JobLimitKind;
use super::state::JobState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobEnd {
    /// The tool ended by itself.
    Exited {
        /// Its exit code.
        exit_code: i64,
    },
    /// A limit other than time stopped it.
    Limit {
        /// The limit.
        limit: JobLimitKind,
        /// The amount that was allowed, in the unit of the limit.
        allowed: u64,
        /// The amount that was used.
        used: u64,
    },
    /// Its wall-clock limit stopped it.
    TimedOut {
        /// The time that was allowed, in milliseconds.
        allowed_ms: u64,
    },
    /// Somebody stopped it.
    Cancelled,
    /// It could not be run, or was lost on the way: no image, no engine, a full disk.
    Failed {
        /// The reason, in words for the one who submitted it.
        message: String,
        /// Whether the same job may well succeed another time: the infrastructure failed, not the job.
        infrastructure: bool,
    },
}

impl JobEnd {
    /// The state of a job that ended so.
    #[must_use]
    pub fn state(&self) -> JobState {
        match self {
            Self::Exited { exit_code: 0 } => JobState::Finished,
            Self::Exited { .. } | Self::Limit { .. } | Self::Failed { .. } => JobState::Errored,
            Self::TimedOut { .. } => JobState::TimedOut,
            Self::Cancelled => JobState::Cancelled,
        }
    }

    /// Whether trying again makes sense: only faults of the infrastructure are tried again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Failed { infrastructure: true, .. })
    }
}

impl fmt::Display for JobEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { exit_code } => write!(f, "ended with exit code {exit_code}"),
            Self::Limit { limit, allowed, used } => write!(f, "stopped by {limit}: {allowed} allowed, {used} used"),
            Self::TimedOut { allowed_ms } => write!(f, "stopped after {allowed_ms} ms"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Failed { message, .. } => f.write_str(message),
        }
    }
}

/// The resources that a job used. Those that are not known are 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(!default)]
pub struct JobUsage {
    // Of a monotonic clock.
    /// Time from its start to its end, in milliseconds.
    pub wall_ms: u64,
    /// Processor time, in milliseconds.
    pub cpu_ms: u64,
    /// The most memory at a time, in bytes.
    pub peak_memory_bytes: u64,
    /// Bytes read from devices.
    pub read_bytes: u64,
    /// Bytes written to devices.
    pub write_bytes: u64,
    /// Bytes on stdout and stderr.
    pub output_bytes: u64,
    /// Bytes of results.
    pub out_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_means_a_state() {
        let failed = |infrastructure| JobEnd::Failed { message: "no engine".into(), infrastructure };
        let memory = JobEnd::Limit { limit: JobLimitKind::MemoryBytes, allowed: 1, used: 2 };
        let cases = [
            (JobEnd::Exited { exit_code: 0 }, JobState::Finished, false, "ended with exit code 0"),
            (JobEnd::Exited { exit_code: 3 }, JobState::Errored, false, "ended with exit code 3"),
            (memory, JobState::Errored, false, "stopped by memory_bytes: 1 allowed, 2 used"),
            (JobEnd::TimedOut { allowed_ms: 5 }, JobState::TimedOut, false, "stopped after 5 ms"),
            (JobEnd::Cancelled, JobState::Cancelled, false, "cancelled"),
            (failed(false), JobState::Errored, false, "no engine"),
            (failed(true), JobState::Errored, true, "no engine"),
        ];
        for (end, state, retryable, words) in cases {
            assert_eq!((end.state(), end.is_retryable(), end.to_string().as_str()), (state, retryable, words));
            let json = serde_json::to_string(&end).expect("serialises");
            assert_eq!(serde_json::from_str::<JobEnd>(&json).expect("parses"), end, "{json}");
        }
    }
}
