//! A job: one run of a tool, or of an image and a command, in a container, with inputs, results and a record. Vocabulary
//! without I/O.
//!
//! Owns the words ([`JobRequest`], [`JobRecord`], [`JobState`] and its transitions, [`JobEnd`], [`JobLimits`]) and what can
//! be said about them without looking anywhere: which transitions are legal, what a filter means, what retention would
//! remove. Who stores, runs and cleans up is elsewhere.
//!
//! **Invariant:** times are milliseconds since the Unix epoch, of the database's clock; durations come from a monotonic one.

mod end;
mod filter;
mod limit;
mod log_start;
mod progress;
mod record;
mod request;
mod retention;
mod state;
mod work;

pub use end::{JobEnd, JobUsage};
pub use filter::{JobFilter, JobOrder, JobPage, MAX_PAGE};
pub use limit::{JobLimitKind, JobLimitPolicy, JobLimits, JobLimitsRequest};
pub use log_start::{LogStart, LogStartError};
pub use progress::{JobProgress, MAX_PROGRESS_BYTES, PROGRESS_FILE};
pub use record::{JobChange, JobRecord};
pub use request::{DataSource, FileId, InvalidJobRequest, JobRequest, NetworkAccess};
pub use retention::{Retained, RetentionReason, RetentionRules};
pub use state::{IllegalTransition, JobState};
pub use work::{InvalidWork, JobWork};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The number of a job: positive, given by the database, typed by people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct JobId(i64);

/// A number or text that is no job's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no number of a job: a whole number from 1 is expected")]
pub struct JobIdError(String);

impl JobId {
    /// The number.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for JobId {
    type Error = JobIdError;

    fn try_from(number: i64) -> Result<Self, JobIdError> {
        if number > 0 { Ok(Self(number)) } else { Err(JobIdError(number.to_string())) }
    }
}

impl From<JobId> for i64 {
    fn from(id: JobId) -> Self {
        id.0
    }
}

impl FromStr for JobId {
    type Err = JobIdError;

    fn from_str(text: &str) -> Result<Self, JobIdError> {
        let refused = || JobIdError(text.chars().take(40).collect());
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        Self::try_from(text.parse::<i64>().map_err(|_| refused())?).map_err(|_| refused())
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_positive_numbers() {
        assert_eq!("12".parse::<JobId>().map(JobId::get), Ok(12));
        for text in ["0", "-1", "+1", "1.0", "", " 1", "x", "99999999999999999999", "１"] {
            let error = text.parse::<JobId>().expect_err(text);
            assert!(error.to_string().contains("from 1 is expected"), "{error}");
        }
        assert_eq!(serde_json::from_str::<JobId>("7").expect("a number").to_string(), "7");
        serde_json::from_str::<JobId>("0").expect_err("not positive");
    }
}
