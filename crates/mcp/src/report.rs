//! The structured result of a run tool: how the run ended, or why there was none.
//!
//! Owns the second of the two; the first is the outcome that all faces share.

use super::argument::ArgumentError;
use runcell_service::{ImageStatus, InvalidRequest, PrepareStatus, ServiceError};
use runcell_wire::OutcomeJson;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// When to ask again for a runtime that is being prepared, in milliseconds.
const PREPARE_RETRY_MS: u64 = 5_000;

/// The structured result of a run tool.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum RunReport {
    /// The program was run; how it fared is in the outcome.
    Ended(Box<OutcomeJson>),
    /// It was not run.
    NotRun(NotRunJson),
}

/// Why a program was not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct NotRunJson {
    status: NotRunStatus,
    /// What can be done about it.
    reason: Reason,
    /// The same in words.
    pub(super) message: String,
    /// `preparing`: the runtime or the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime: Option<String>,
    /// `preparing`: how much of the preparation is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u8>,
    /// `preparing`: what is being done.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
    /// `preparing` and `busy`: when the same call is worth another try, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
}

/// The one status of a program that was not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum NotRunStatus {
    NotRun,
}

/// What can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// Correct the call.
    Invalid,
    /// Choose a runtime that there is.
    NotFound,
    /// Call again: the runtime is being prepared, which happens once.
    Preparing,
    /// Call again later.
    Busy,
    /// Something is missing on the machine; the message says what to do.
    Unavailable,
    /// A fault of the server.
    Internal,
}

impl Reason {
    /// What can be done about an error of the service, and when in milliseconds, where waiting helps.
    pub(super) fn of(error: &ServiceError) -> (Self, Option<u64>) {
        match error {
            ServiceError::Invalid(_) => (Self::Invalid, None),
            ServiceError::NotFound(_) => (Self::NotFound, None),
            ServiceError::Busy { retry_after_ms, .. } => (Self::Busy, Some(*retry_after_ms)),
            ServiceError::Unavailable(_) => (Self::Unavailable, None),
            ServiceError::Internal(_) => (Self::Internal, None),
        }
    }
}

impl NotRunJson {
    fn new(reason: Reason, message: String) -> Self {
        let (runtime, percent, step, retry_after_ms) = (None, None, None, None);
        Self { status: NotRunStatus::NotRun, reason, message, runtime, percent, step, retry_after_ms }
    }

    /// A fault of ours.
    pub(super) fn fault(message: String) -> Self {
        Self::new(Reason::Internal, message)
    }

    /// A runtime whose preparation took longer than a call waits.
    pub(super) fn preparing(runtime: &str, status: &PrepareStatus, waited: Duration) -> Self {
        let percent = percent(status);
        let message = format!(
            "{runtime} is being prepared, {percent} %: call again in a few seconds. This happens once, before its first \
             use; step {} of {}: {}. Waited {} s.",
            status.step_number,
            status.step_count,
            status.step,
            waited.as_secs(),
        );
        Self {
            runtime: Some(runtime.to_owned()),
            percent: Some(percent),
            step: Some(status.step.clone()),
            retry_after_ms: Some(PREPARE_RETRY_MS),
            ..Self::new(Reason::Preparing, message)
        }
    }
}

impl NotRunJson {
    /// An image whose making took longer than a call waits.
    pub(super) fn making(name: &str, status: &ImageStatus, waited: Duration) -> Self {
        let message = format!(
            "The container image {name} is being made: call again in a few seconds. This happens once; now: {}. Waited {} s.",
            status.step,
            waited.as_secs(),
        );
        Self {
            runtime: Some(name.to_owned()),
            step: Some(status.step.clone()),
            retry_after_ms: Some(PREPARE_RETRY_MS),
            ..Self::new(Reason::Preparing, message)
        }
    }
}

/// The share that is done, in whole percent.
pub(super) fn percent(status: &PrepareStatus) -> u8 {
    format!("{:.0}", status.fraction * 100.0).parse().unwrap_or(0)
}

impl From<ServiceError> for NotRunJson {
    fn from(error: ServiceError) -> Self {
        let (reason, retry_after_ms) = Reason::of(&error);
        let message = match &error {
            // In the unit that the argument has.
            ServiceError::Invalid(InvalidRequest::Memory { runtime, asked, least }) => format!(
                "limits.memory_mib = {} is too little for {runtime}: it needs at least {}",
                asked >> 20,
                least >> 20
            ),
            error => chain(error),
        };
        Self { retry_after_ms, ..Self::new(reason, message) }
    }
}

impl From<ArgumentError> for NotRunJson {
    fn from(error: ArgumentError) -> Self {
        Self::new(Reason::Invalid, error.to_string())
    }
}

/// An error and its causes in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_that_is_being_prepared_tells_how_far_it_is() {
        let status = PrepareStatus {
            step: "compiling python (99 MB)".to_owned(),
            step_number: 3,
            step_count: 5,
            fraction: 0.43,
            bytes: 0,
            step_ms: 0,
        };
        let report = NotRunJson::preparing("python@3.15", &status, Duration::from_secs(20));
        assert!(report.message.starts_with("python@3.15 is being prepared, 43 %: call again in a few seconds."));
        let json = serde_json::to_value(RunReport::NotRun(report)).expect("serialises");
        assert_eq!((&json["status"], &json["reason"]), (&"not_run".into(), &"preparing".into()));
        assert_eq!((&json["percent"], &json["retry_after_ms"]), (&43.into(), &5000.into()));
    }

    #[test]
    fn a_full_queue_says_when_to_come_back() {
        let report = NotRunJson::from(ServiceError::Busy { queued: 7, retry_after_ms: 1000 });
        let json = serde_json::to_value(report).expect("serialises");
        assert_eq!((&json["reason"], &json["retry_after_ms"]), (&"busy".into(), &1000.into()));
    }
}
