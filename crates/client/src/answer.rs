//! Answers of a server, piece by piece.
//!
//! Owns the bounds on it: how long a server may be silent, and how much of an answer is taken.

use crate::error::ClientError;
use bytes::Bytes;
use http::HeaderMap;
use http::StatusCode;
use http::header::{CONTENT_TYPE, DATE, LOCATION};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use runcell_wire::{PROBLEM_TYPE, ProblemJson};
use std::error::Error;
use std::time::Duration;

/// The longest time between two pieces of an answer. A stream of events has one every 15 s at least.
pub(crate) const SILENCE: Duration = Duration::from_secs(60);
/// The most bytes of an answer that is read as a whole.
pub(crate) const MOST_JSON: usize = 64 << 20;
/// The most bytes of a problem.
const MOST_PROBLEM: usize = 1 << 20;
/// The most characters that are shown of an address that a server leads to.
const SHOWN: usize = 200;

/// A whole answer, as a stranger sees it.
#[derive(Debug)]
pub struct Seen {
    /// Its status.
    pub status: StatusCode,
    /// The server's time, as the header `Date` has it.
    pub date: Option<String>,
    /// Its body.
    pub body: Vec<u8>,
}

/// An answer that went well, its body still to come.
pub struct Answer {
    address: String,
    status: StatusCode,
    headers: HeaderMap,
    body: Incoming,
}

impl Answer {
    pub(crate) fn new(address: String, response: http::Response<Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        Self { address, status: parts.status, headers: parts.headers, body }
    }

    /// Whether something new was made.
    #[must_use]
    pub fn is_created(&self) -> bool {
        self.status == StatusCode::CREATED
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The media type, without its parameters.
    pub(crate) fn media_type(&self) -> &str {
        let value = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim()
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// # Errors
    /// [`ClientError`] where the connection breaks, or nothing comes.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, ClientError> {
        loop {
            let frame = tokio::time::timeout(SILENCE, self.body.frame()).await;
            let silent = |_| ClientError::Silent { address: self.address.clone(), seconds: SILENCE.as_secs() };
            match frame.map_err(silent)? {
                None => return Ok(None),
                Some(Err(error)) => return Err(broken(&self.address, &error)),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    /// The whole body, if it is no longer than that.
    pub(crate) async fn whole(&mut self, most: usize) -> Result<Vec<u8>, ClientError> {
        let mut all = Vec::new();
        while let Some(piece) = self.piece().await? {
            if all.len() + piece.len() > most {
                return Err(self.strange(format!("it has more than {most} bytes")));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }

    /// All of it, whatever its status.
    pub(crate) async fn seen(mut self) -> Result<Seen, ClientError> {
        let date = self.headers.get(DATE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Seen { status: self.status, date, body: self.whole(MOST_JSON).await? })
    }

    pub(crate) fn strange(&self, why: String) -> ClientError {
        ClientError::Strange { address: self.address.clone(), why, version: None }
    }

    /// The answer, or why it is none.
    pub(crate) async fn checked(mut self) -> Result<Self, ClientError> {
        if self.status.is_success() {
            return Ok(self);
        }
        if self.status.is_redirection() {
            let to = self.headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            let to = to.unwrap_or_default().chars().take(SHOWN).collect();
            return Err(ClientError::Elsewhere { address: self.address, to });
        }
        if self.media_type() == PROBLEM_TYPE {
            let body = self.whole(MOST_PROBLEM).await?;
            if let Ok(problem) = serde_json::from_slice::<ProblemJson>(&body) {
                return Err(ClientError::Refused(Box::new(problem)));
            }
        }
        Err(self.strange(format!("it is {} without a reason", self.status)))
    }
}

/// A connection that failed, in the words of whatever failed first.
pub(crate) fn broken(address: &str, error: &dyn Error) -> ClientError {
    ClientError::Broken { address: address.to_owned(), why: cause(error) }
}

pub(crate) fn cause(error: &dyn Error) -> String {
    let mut first = error;
    while let Some(source) = first.source() {
        first = source;
    }
    first.to_string()
}
