//! What happens to every request, whatever its path: an id, the check of its host, headers of safety, a line of the log.
//!
//! Owns the order. Who asks and whether they may is `admission`'s, as that differs by route.

use crate::host;
use crate::peer::Peer;
use crate::problem::{self, Problem};
use crate::request_id::X_REQUEST_ID;
use crate::state::App;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use runcell_model::caller::Tenant;
use std::time::Instant;
use tracing::Instrument;

/// Who was served, for the log; beside an answer until it leaves.
#[derive(Debug, Clone)]
pub(crate) struct Served(pub(crate) Tenant);

/// What an answer says to browsers where its handler has not said something else: nothing of it is a page.
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
    let span = tracing::info_span!("request", id = %id.0);
    let response = match checked {
        // What another program on the way takes for the end of the body is not what we do.
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
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
    tracing::info!(target: "access", parent: &span, %method, path, status, ms, tenant, "served");
    response
}

fn add_headers(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in SAFE {
        headers.entry(name).or_insert(value);
    }
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}
