//! Admission: finds out who asks, and whether they may, before anything of a body is read.
//!
//! Owns the order: the server takes work, the caller is known, the role may do it, the rates allow it. The service checks the
//! role again.

use crate::identity;
use crate::outer::Served;
use crate::problem::Problem;
use crate::state::App;
use aide::OperationInput;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use runcell_model::caller::{Caller, Operation};
use runcell_service::{Admission, ServiceError};
use runcell_wire::RefusalReason;
use std::time::Duration;

/// The callers that may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody, also while the server ends.
    Always,
    /// Everybody.
    Open,
    /// Every caller: the handler says what it takes.
    Caller,
    /// Callers that may do this.
    May(Operation),
}

/// The checks before the handler of a route.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) access: Access,
    /// The time until the answer begins; `None` where a run or a file takes as long as it takes.
    pub(crate) deadline: Option<Duration>,
}

/// The caller of a request.
pub(crate) struct Who(pub(crate) Caller);

/// Lets a request in.
pub(crate) async fn admit(State((app, rule)): State<(App, Rule)>, mut request: Request, next: Next) -> Response {
    if rule.access == Access::Always {
        return next.run(request).await;
    }
    let Some(_work) = app.gate.enter() else { return Problem::draining().into_response() };
    let caller = match rule.access {
        Access::Always | Access::Open => None,
        Access::Caller | Access::May(_) => {
            match allowed(&app, request.headers(), request.extensions(), rule.access).await {
                Ok(caller) => Some(caller),
                Err(problem) => return problem.into_response(),
            }
        }
    };
    let admission = match caller.as_ref().map(|caller| app.service.admit(caller)).transpose() {
        Ok(admission) => admission,
        Err(error) => return Problem::from(error).into_response(),
    };
    if let Some(caller) = &caller {
        tracing::Span::current().record("tenant", caller.tenant.as_str());
    }
    let served = caller.as_ref().map(|caller| Served(caller.tenant.clone()));
    request.extensions_mut().extend(caller.map(extension).unwrap_or_default());
    let answering = next.run(request);
    let mut response = match rule.deadline {
        None => answering.await,
        Some(deadline) => match tokio::time::timeout(deadline, answering).await {
            Ok(response) => response,
            Err(_) => late(deadline).into_response(),
        },
    };
    if let Some(served) = served {
        response.extensions_mut().insert(served);
    }
    if let Some(admission) = admission.filter(|admission| admission.limit > 0) {
        add_rates(response.headers_mut(), &admission);
    }
    response
}

/// The rest of the tightest rate.
fn add_rates(headers: &mut HeaderMap, admission: &Admission) {
    headers.insert("ratelimit-limit", admission.limit.into());
    headers.insert("ratelimit-remaining", admission.remaining.into());
    headers.insert("ratelimit-reset", admission.reset_ms.div_ceil(1000).into());
}

fn extension(caller: Caller) -> Extensions {
    let mut extensions = Extensions::new();
    extensions.insert(caller);
    extensions
}

fn late(deadline: Duration) -> Problem {
    let message = format!("the request was not done within {} s (server.request_seconds)", deadline.as_secs());
    Problem::new(RefusalReason::TooSlow, message)
}

/// The caller, if the role may do it.
async fn allowed(app: &App, headers: &HeaderMap, extensions: &Extensions, access: Access) -> Result<Caller, Problem> {
    let caller = identity::identify(app, headers, extensions).await?;
    if let Access::May(operation) = access {
        caller.may(operation).map_err(ServiceError::from)?;
    }
    Ok(caller)
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || Problem::new(RefusalReason::Internal, "the route names no operation");
        parts.extensions.get::<Caller>().cloned().map(Self).ok_or_else(missing)
    }
}

impl OperationInput for Who {}
