//! Answers of handlers: JSON with a status, or nothing.
//!
//! Owns the shapes and how they are described. Streams and files have files of their own.

use crate::problem::Problem;
use crate::schema;
use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as ResponseDoc, StatusCode as Status};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use runcell_wire::RefusalReason;
use schemars::JsonSchema;
use serde::Serialize;

/// JSON with the status `CODE`.
pub(crate) struct Answer<T, const CODE: u16 = 200> {
    value: T,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// Nothing but that it was done.
pub(crate) struct Done;

impl<T, const CODE: u16> Answer<T, CODE> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, headers: Vec::new() }
    }

    /// The same with a header. A value that cannot be one is left out.
    pub(crate) fn with(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        self.headers.extend(HeaderValue::from_str(value.as_ref()).ok().map(|value| (name, value)));
        self
    }
}

/// JSON as an answer.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(json) => (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response(),
        Err(error) => Problem::new(RefusalReason::Internal, error.to_string()).into_response(),
    }
}

impl<T: Serialize, const CODE: u16> IntoResponse for Answer<T, CODE> {
    fn into_response(self) -> Response {
        let mut response = json(StatusCode::from_u16(CODE).unwrap_or_default(), &self.value);
        response.headers_mut().extend(self.headers);
        response
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// How JSON of a type is described as an answer.
pub(crate) fn described<T: JsonSchema>(description: &str) -> ResponseDoc {
    ResponseDoc { description: description.to_owned(), ..schema::content::<T>("application/json") }
}

impl<T: JsonSchema, const CODE: u16> OperationOutput for Answer<T, CODE> {
    type Inner = T;

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<ResponseDoc> {
        Some(described::<T>("Done."))
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<Status>, ResponseDoc)> {
        let response = Self::operation_response(ctx, operation);
        response.map(|response| (Some(Status::Code(CODE)), response)).into_iter().collect()
    }
}

impl OperationOutput for Done {
    type Inner = ();

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<ResponseDoc> {
        Some(ResponseDoc { description: "Done.".to_owned(), ..ResponseDoc::default() })
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<Status>, ResponseDoc)> {
        let response = Self::operation_response(ctx, operation);
        response.map(|response| (Some(Status::Code(204)), response)).into_iter().collect()
    }
}
