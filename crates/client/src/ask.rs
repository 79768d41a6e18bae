//! A request as it is asked for.
//!
//! Owns its parts. Who asks, and to whom it is sent, is the client's business.

use crate::body::Upload;
use bytes::Bytes;
use http::Method;
use serde::Serialize;

/// A request.
pub struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) events: bool,
    /// Whether the answer may come as late as it will.
    pub(crate) patient: bool,
    pub(crate) body: Body,
}

/// The body of a request.
pub(crate) enum Body {
    Bytes(Option<(&'static str, Bytes)>),
    Upload(Box<Upload>),
}

impl Ask {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), events: false, patient: false, body: Body::Bytes(None) }
    }

    /// A request for something.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// A request that changes something.
    #[must_use]
    pub fn post(path: impl Into<String>, json: &impl Serialize) -> Self {
        let json = serde_json::to_vec(json).unwrap_or_default();
        Self { body: Body::Bytes(Some(("application/json", json.into()))), ..Self::new(Method::POST, path) }
    }

    /// A request that sends bytes to whoever reads them when they will.
    #[must_use]
    pub fn bytes(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        let body = Body::Bytes(Some(("application/octet-stream", bytes.into())));
        Self { patient: true, body, ..Self::new(Method::POST, path) }
    }

    /// A request that removes or stops something.
    #[must_use]
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// A request that sends a file.
    #[must_use]
    pub fn upload(path: impl Into<String>, upload: Upload) -> Self {
        Self { body: Body::Upload(Box::new(upload)), ..Self::new(Method::POST, path) }
    }

    /// The same request with a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}
