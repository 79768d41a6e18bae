//! The steps of every request, whatever its path: an id, the check of its host, headers of safety, a line of the log.
//!
//! Owns the order. Who asks and whether they may is `admission`'s, as that differs by route.

use crate::host;
use crate::peer::Peer;
use crate::problem::{self, Problem};
use crate::request_id::X_REQUEST_ID;
use crate::state::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use runcell_model::caller::Tenant;
use runcell_telemetry::metric;
use runcell_telemetry::trace::{self, TRACEPARENT, TRACESTATE};
use std::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

/// The tenant that was served, for the log; beside an answer until it leaves.
#[derive(Debug, Clone)]
pub(crate) struct Served(pub(crate) Tenant);

/// Headers for browsers, where a handler has not set others: nothing of an answer is a page.
const SAFE: [(HeaderName, HeaderValue); 6] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Serves a request.
pub(crate) async fn outer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = app.ids.of(request.headers());
    let peer = request.extensions().get::<Peer>().copied().unwrap_or(Peer { address: None, secure: false });
    let peer = peer.behind(&app.config.trusted_proxies, request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let checked = host::check(request.uri(), request.headers(), &app.config.allowed_hosts);
    let ambiguous = [CONTENT_LENGTH, TRANSFER_ENCODING].iter().all(|name| request.headers().contains_key(name));
    request.extensions_mut().insert(peer);
    request.extensions_mut().insert(id.clone());
    let (route, named) = (matched(&request), named_trace(request.headers()));
    // Of the highest level, so that every line of the log below it says whose request it is about.
    let span = tracing::error_span!("request", id = %id.0, tenant = Empty, otel.kind = "server");
    if let Some((parent, state)) = &named {
        trace::continue_from(&span, parent, state.as_deref());
    }
    // A reader of the request's headers continues from here: the protocol of assistants does.
    if let Some(own) = trace::traceparent(&span).and_then(|text| HeaderValue::from_str(&text).ok()) {
        request.headers_mut().insert(TRACEPARENT, own);
        trace::describe(
            &span,
            &[("http.request.method", method.as_str()), ("http.route", &route), ("url.path", &path)],
        );
    }
    let response = match checked {
        // Another program on the way may see the end of the body elsewhere than we do.
        Ok(()) if ambiguous => {
            let words = "the request has both Content-Length and Transfer-Encoding: send one of them";
            ([(CONNECTION, "close")], Problem::invalid(words)).into_response()
        }
        Ok(()) => next.run(request).instrument(span.clone()).await,
        Err(problem) => problem.into_response(),
    };
    let mut response = problem::written(response, &id.0);
    add_headers(response.headers_mut(), peer.secure);
    response.headers_mut().insert(X_REQUEST_ID, id.header());
    let served = response.extensions_mut().remove::<Served>();
    let tenant = served.as_ref().map_or("-", |served| served.0.as_str());
    let (status, took) = (response.status().as_u16(), began.elapsed());
    metric::http_request(known(&method), &route, status, took);
    trace::describe(&span, &[("http.response.status_code", &status.to_string())]);
    let ms = took.as_millis();
    span.in_scope(|| tracing::info!(target: "access", %method, path, status, ms, tenant, "served"));
    response
}

/// The pattern of the route that a request goes to, as metrics and traces have it: never the path itself.
fn matched(request: &Request) -> String {
    let pattern = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    // The router's own sign for what is below a path.
    pattern.split("/{*__private").next().unwrap_or(pattern).to_owned()
}

/// A method as metrics have it: there is no end of others.
fn known(method: &Method) -> &'static str {
    let all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    all.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

/// The trace that a request is a part of.
fn named_trace(headers: &HeaderMap) -> Option<(String, Option<String>)> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Some((text(TRACEPARENT)?, text(TRACESTATE)))
}

fn add_headers(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in SAFE {
        headers.entry(name).or_insert(value);
    }
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}
