//! Answers to requests that were not done: problem+json, made from the one refusal of all faces.
//!
//! Owns the headers of it. Reasons and statuses are in `crates/wire`.

use crate::schema;
use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as ResponseDoc, StatusCode as Status};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use runcell_wire::{PROBLEM_TYPE, ProblemJson, RefusalJson, RefusalReason};

/// A refusal on its way to the client.
#[derive(Debug)]
pub(crate) struct Problem {
    refusal: Box<RefusalJson>,
    with_message: bool,
}

/// Put beside an answer, so that the id of the request can be added when the answer leaves.
#[derive(Debug, Clone)]
pub(crate) struct Pending(Box<ProblemJson>);

impl Problem {
    /// A refusal for a reason, in words.
    pub(crate) fn new(reason: RefusalReason, message: impl Into<String>) -> Self {
        RefusalJson::new(reason, message.into()).into()
    }

    /// A request that cannot be understood.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(RefusalReason::Invalid, message)
    }

    /// The same with its words under a second name, as gorun's clients read them.
    pub(crate) fn with_message(mut self) -> Self {
        self.with_message = true;
        self
    }

    /// A server that ends: another one may do it, or this one a little later.
    pub(crate) fn draining() -> Self {
        let mut refusal = RefusalJson::new(RefusalReason::Unavailable, "the server is being stopped: try again".into());
        refusal.retry_after_ms = Some(5000);
        refusal.into()
    }
}

impl<E: Into<RefusalJson>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self { refusal: Box::new(error.into()), with_message: false }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut problem = ProblemJson::from(*self.refusal);
        if self.with_message {
            problem.message = Some(problem.detail.clone());
        }
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(ms) = problem.retry_after_ms {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000).max(1)));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Pending(Box::new(problem)));
        response
    }
}

/// Writes the body of a problem, with the id of its request.
pub(crate) fn written(response: Response, request_id: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let Some(Pending(mut problem)) = parts.extensions.remove::<Pending>() else {
        return Response::from_parts(parts, body);
    };
    problem.request_id = Some(request_id.to_owned());
    if problem.status >= 500 && problem.reason == RefusalReason::Internal {
        tracing::error!(request_id, problem = %problem.detail, "a fault");
    }
    let json = serde_json::to_vec(&*problem).unwrap_or_default();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
    Response::from_parts(parts, json.into())
}

/// A method that a path does not take. The router has said which it takes.
pub(crate) async fn wrong_method(method: axum::http::Method) -> Problem {
    Problem::new(RefusalReason::WrongMethod, format!("{method} is no method of this path: the header Allow names them"))
}

/// A path that there is not.
pub(crate) async fn unknown_path(uri: axum::http::Uri) -> Problem {
    let path: String = uri.path().chars().take(200).collect();
    Problem::new(RefusalReason::NotFound, format!("there is no path {path:?}; /api/docs describes those there are"))
}

/// How a refusal is described.
pub(crate) fn described() -> ResponseDoc {
    let description = "Nothing was done; `reason` and `detail` say why.".to_owned();
    ResponseDoc { description, ..schema::content::<ProblemJson>(PROBLEM_TYPE) }
}

impl OperationOutput for Problem {
    type Inner = ProblemJson;

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<ResponseDoc> {
        Some(described())
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<Status>, ResponseDoc)> {
        Self::operation_response(ctx, operation).map(|response| (None, response)).into_iter().collect()
    }
}
