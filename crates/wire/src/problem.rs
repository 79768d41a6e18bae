//! A refusal as a problem of HTTP (RFC 9457).
//!
//! Owns the one table of reasons and statuses. What an error means was decided by the service; its words are those of every
//! face.

use super::refusal::{RefusalJson, RefusalReason};
use runcell_model::spec::ValidationError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The media type of a problem.
pub const PROBLEM_TYPE: &str = "application/problem+json";

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemJson {
    /// Always `about:blank`: `reason` says what can be done about it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status of the answer.
    #[schemars(range(min = 400, max = 599))]
    pub status: u16,
    /// The fault: the value that is wrong, the values that are allowed, and the remedy.
    pub detail: String,
    /// The same, where gorun's clients asked: they read it under this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The kind of remedy.
    pub reason: RefusalReason,
    /// The id of the request, which is in the log too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Every input that does not fit: field, name, type, expected, actual, message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Map<String, Value>>")]
    pub errors: Vec<ValidationError>,
    /// `preparing`: the runtime or the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// `preparing`: how much of the preparation is done, from 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// `preparing`: what is being done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// When the same request is worth another try, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl RefusalReason {
    /// The status of HTTP that says the same, and its words.
    #[must_use]
    pub fn status(self) -> (u16, &'static str) {
        match self {
            Self::Invalid => (400, "Bad Request"),
            Self::Unauthenticated => (401, "Unauthorized"),
            Self::Forbidden => (403, "Forbidden"),
            Self::NotFound => (404, "Not Found"),
            Self::WrongMethod => (405, "Method Not Allowed"),
            Self::TooSlow => (408, "Request Timeout"),
            Self::Conflict => (409, "Conflict"),
            Self::Changed => (412, "Precondition Failed"),
            Self::TooLarge => (413, "Content Too Large"),
            Self::OutOfRange => (416, "Range Not Satisfiable"),
            Self::WrongType => (415, "Unsupported Media Type"),
            Self::WrongHost => (421, "Misdirected Request"),
            Self::Busy | Self::Quota => (429, "Too Many Requests"),
            Self::Internal => (500, "Internal Server Error"),
            Self::Preparing | Self::Unavailable => (503, "Service Unavailable"),
        }
    }
}

impl From<RefusalJson> for ProblemJson {
    fn from(refusal: RefusalJson) -> Self {
        let (status, title) = refusal.reason.status();
        Self {
            kind: "about:blank".to_owned(),
            title: title.to_owned(),
            status,
            detail: refusal.message,
            message: None,
            reason: refusal.reason,
            request_id: None,
            errors: refusal.errors,
            runtime: refusal.runtime,
            percent: refusal.percent,
            step: refusal.step,
            retry_after_ms: refusal.retry_after_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_service::ServiceError;

    #[test]
    fn a_full_queue_is_a_429_that_says_when_to_come_back() {
        let refusal = RefusalJson::from(ServiceError::Busy { queued: 7, retry_after_ms: 1000 });
        let json = serde_json::to_value(ProblemJson::from(refusal)).expect("serialises");
        assert_eq!(
            (&json["status"], &json["reason"], &json["retry_after_ms"]),
            (&429.into(), &"busy".into(), &1000.into())
        );
        assert!(json["detail"].as_str().is_some_and(|detail| detail.contains("7 are waiting")));
        assert!(json.get("errors").is_none() && json["type"] == "about:blank");
    }
}
