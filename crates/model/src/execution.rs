//! Recorded runs: what is kept of a run after it was answered.
//!
//! Owns the states and the shape of a record. The outcome in it is the JSON that the face answered with.

use crate::caller::Tenant;
use crate::page::PageRequest;
use serde_json::Value;
use std::fmt;

/// The id of a recorded run: 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutionId(String);

/// A text that cannot be the id of a recorded run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no id of a recorded run: 32 hexadecimal digits are expected")]
pub struct ExecutionIdError(String);

impl ExecutionId {
    /// The id made of 16 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(bytes)))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ExecutionId {
    type Err = ExecutionIdError;

    fn from_str(text: &str) -> Result<Self, ExecutionIdError> {
        let good = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if good { Ok(Self(text.to_owned())) } else { Err(ExecutionIdError(text.chars().take(80).collect())) }
    }
}

impl TryFrom<String> for ExecutionId {
    type Error = ExecutionIdError;

    fn try_from(text: String) -> Result<Self, ExecutionIdError> {
        text.parse()
    }
}

impl fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Where a recorded run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExecutionState {
    /// It goes on, or waits for its turn.
    Running,
    /// The program ended by itself with 0.
    Completed,
    /// The program ended by itself with another code, crashed, or met a limit.
    Failed,
    /// It met the limit of its time.
    TimedOut,
    /// Somebody stopped it.
    Cancelled,
    /// It never began: the answer says why.
    Refused,
    /// The server that ran it died.
    Lost,
}

/// A text that names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no state of a run: running, completed, failed, timed_out, cancelled, refused and lost are")]
pub struct ExecutionStateError(String);

impl ExecutionState {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Running, Self::Completed, Self::Failed, Self::TimedOut, Self::Cancelled, Self::Refused, Self::Lost];

    /// Its name in JSON and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Lost => "lost",
        }
    }
}

impl std::str::FromStr for ExecutionState {
    type Err = ExecutionStateError;

    fn from_str(text: &str) -> Result<Self, ExecutionStateError> {
        let named = Self::ALL.into_iter().find(|state| state.name() == text);
        named.ok_or_else(|| ExecutionStateError(text.chars().take(80).collect()))
    }
}

impl fmt::Display for ExecutionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How a recorded run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionEnd {
    /// Where it is now; not [`ExecutionState::Running`].
    pub state: ExecutionState,
    /// The answer of the face.
    pub outcome: Option<Value>,
}

/// A run that is recorded after it has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct FinishedExecution {
    /// Its id, which the answer may have named already.
    pub id: ExecutionId,
    /// The runtime or language.
    pub runtime: String,
    /// How long it took, in milliseconds: it began so long before it is recorded.
    pub took_ms: u64,
    /// Its end.
    pub end: ExecutionEnd,
}

/// A recorded run.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionRecord {
    /// Its id.
    pub id: ExecutionId,
    /// Whose it is.
    pub tenant: Tenant,
    /// The name of the user who asked for it.
    pub user: String,
    /// The runtime or language.
    pub runtime: String,
    /// Where it is.
    pub state: ExecutionState,
    /// When it began, in milliseconds since the Unix epoch.
    pub started_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// The answer of the face; none in lists, and where it was too long to keep.
    pub outcome: Option<Value>,
}

/// Which recorded runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionFilter {
    /// How many, and from where on; the newest first.
    pub page: PageRequest,
    /// Those in one state.
    pub state: Option<ExecutionState>,
    /// Those of one runtime.
    pub runtime: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_names_and_ids_are_no_paths() {
        for state in ExecutionState::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
        "done".parse::<ExecutionState>().expect_err("no state");
        let id = ExecutionId::from_random([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in ["", "..", "../../etc/passwd", &"A".repeat(32), &"0".repeat(33)] {
            text.parse::<ExecutionId>().expect_err(text);
        }
    }
}
