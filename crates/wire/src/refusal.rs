//! Why nothing was done, as JSON: one shape for every face.
//!
//! Owns the shape and the reasons. What an error means was decided by the service; each face has its own exit code or status
//! for each reason.

use runcell_model::spec::ValidationError;
use runcell_service::{FileError, InvalidJob, InvalidRequest, Preparation, ServiceError, StoreError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// When to ask again for something that is being prepared, in milliseconds.
const PREPARE_RETRY_MS: u64 = 5_000;

/// Why a program was not run, or something else was not done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RefusalJson {
    status: RefusedStatus,
    /// The kind of remedy.
    pub reason: RefusalReason,
    /// The same in words.
    pub message: String,
    /// Every input that does not fit: field, name, type, expected, actual, message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Map<String, Value>>")]
    pub errors: Vec<ValidationError>,
    /// `preparing`: the runtime or the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// `preparing`: how much of the preparation is done, from 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100))]
    pub percent: Option<u8>,
    /// `preparing`: what is being done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// `preparing` and `busy`: when the same call is worth another try, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// The one status of something that was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum RefusedStatus {
    NotRun,
}

/// The kind of remedy for a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// Correct the call.
    Invalid,
    /// Prove who you are.
    Unauthenticated,
    /// Ask as somebody who may.
    Forbidden,
    /// Name something that there is.
    NotFound,
    /// Use another method of HTTP.
    WrongMethod,
    /// Send it faster.
    TooSlow,
    /// Something is in another state than the call needs, or a key was used for something else.
    Conflict,
    /// It has changed since it was read: read it again.
    Changed,
    /// Send less.
    TooLarge,
    /// Ask for a part that there is.
    OutOfRange,
    /// Send it as another media type.
    WrongType,
    /// Use a name of the server that its configuration knows.
    WrongHost,
    /// Remove something first, or come back later: the tenant has as much as it may.
    Quota,
    /// Call again: the runtime or image is being prepared, which happens once.
    Preparing,
    /// Call again later.
    Busy,
    /// Something is missing on the machine; the message says what to do.
    Unavailable,
    /// A fault of the server.
    Internal,
}

impl RefusalJson {
    /// A refusal for a reason, in words.
    #[must_use]
    pub fn new(reason: RefusalReason, message: String) -> Self {
        let (runtime, percent, step, retry_after_ms) = (None, None, None, None);
        let (status, errors) = (RefusedStatus::NotRun, Vec::new());
        Self { status, reason, message, errors, runtime, percent, step, retry_after_ms }
    }

    /// A call that cannot be understood.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(RefusalReason::Invalid, message.into())
    }

    /// A fault of ours.
    #[must_use]
    pub fn fault(message: impl Into<String>) -> Self {
        Self::new(RefusalReason::Internal, message.into())
    }

    /// A preparation that took longer than a call waits.
    #[must_use]
    pub fn preparing(preparation: &Preparation, waited: Duration) -> Self {
        let (subject, status) = (preparation.subject(), preparation.status());
        let percent = status.fraction.map(percent);
        let done = percent.map(|percent| format!(", {percent} %")).unwrap_or_default();
        let of = status.step_count.map(|count| format!("step {} of {count}: ", status.step_number)).unwrap_or_default();
        let message = format!(
            "{subject} is being prepared{done}: call again in a few seconds. This happens once, before its first use; now: \
             {of}{}. Waited {} s.",
            status.step,
            waited.as_secs(),
        );
        Self {
            runtime: Some(subject.to_owned()),
            percent,
            step: Some(status.step),
            retry_after_ms: Some(PREPARE_RETRY_MS),
            ..Self::new(RefusalReason::Preparing, message)
        }
    }
}

/// A share from 0 to 1 in whole percent.
#[must_use]
pub fn percent(share: f64) -> u8 {
    format!("{:.0}", share * 100.0).parse().unwrap_or(0)
}

impl From<ServiceError> for RefusalJson {
    fn from(error: ServiceError) -> Self {
        let (reason, retry_after_ms) = match &error {
            ServiceError::Invalid(invalid) => (reason(invalid), None),
            ServiceError::Forbidden(_) => (RefusalReason::Forbidden, None),
            ServiceError::NotFound(_) => (RefusalReason::NotFound, None),
            ServiceError::Unauthenticated(_) => (RefusalReason::Unauthenticated, None),
            ServiceError::Limited(limited) => (RefusalReason::Busy, Some(limited.retry_after_ms)),
            ServiceError::Busy { retry_after_ms, .. } => (RefusalReason::Busy, Some(*retry_after_ms)),
            ServiceError::Unavailable(_) => (RefusalReason::Unavailable, None),
            ServiceError::Internal(_) => (RefusalReason::Internal, None),
        };
        let message = error.chain();
        let errors = match error {
            ServiceError::Invalid(InvalidRequest::Job(invalid)) => match *invalid {
                InvalidJob::Inputs(errors) => errors,
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        Self { errors, retry_after_ms, ..Self::new(reason, message) }
    }
}

/// The kind of remedy for a request that is wrong.
fn reason(invalid: &InvalidRequest) -> RefusalReason {
    match invalid {
        InvalidRequest::File(FileError::TooLarge { .. } | FileError::TooMany { .. }) => RefusalReason::TooLarge,
        InvalidRequest::File(FileError::NotText(_)) => RefusalReason::WrongType,
        InvalidRequest::Account(account) if account.is_conflict() => RefusalReason::Conflict,
        InvalidRequest::ImageInUse(_) => RefusalReason::Conflict,
        InvalidRequest::Job(job) => match &**job {
            InvalidJob::State(StoreError::Quota { .. }) => RefusalReason::Quota,
            InvalidJob::State(_) => RefusalReason::Conflict,
            InvalidJob::ResultTooLarge { .. } => RefusalReason::TooLarge,
            _ => RefusalReason::Invalid,
        },
        _ => RefusalReason::Invalid,
    }
}

/// The answer of a call that may be refused.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Reply<T> {
    /// It was done; how a program fared is in the outcome.
    Done(T),
    /// It was not done.
    Refused(RefusalJson),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_says_when_to_come_back() {
        let refusal = RefusalJson::from(ServiceError::Busy { queued: 7, retry_after_ms: 1000 });
        let json = serde_json::to_value(Reply::<()>::Refused(refusal)).expect("serialises");
        assert_eq!((&json["status"], &json["reason"]), (&"not_run".into(), &"busy".into()));
        assert_eq!(json["retry_after_ms"], 1000);
    }

    #[test]
    fn shares_become_whole_percent() {
        assert_eq!([0.0, 0.426, 0.99, 1.0].map(percent), [0, 43, 99, 100]);
    }
}
