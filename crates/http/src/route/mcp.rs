//! `/mcp`: the Model Context Protocol over HTTP, and the document that says how to get in.
//!
//! Owns the nesting of that face's service: who may reach it, and that runs under way keep the server. The protocol is
//! `crates/mcp`'s.

use crate::admission::{Access, Rule, admit};
use crate::peer::Peer;
use crate::state::App;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use runcell_mcp::{HttpConfig, McpConfig, McpHttp, OverTls, Stopping};
use runcell_model::caller::Caller;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Where clients find the protocol.
const PATH: &str = "/mcp";

/// Where RFC 9728 has the document about it.
const METADATA: [&str; 2] = ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"];

/// The longest time that a call waits for a preparation: clients give up after 60 s.
const MOST_WAIT: Duration = Duration::from_secs(20);

/// Adds the paths of the protocol, for callers with a token.
pub(crate) fn add(router: Router<App>, app: &App) -> Router<App> {
    let prepare_wait = Duration::from_secs(app.config.prepare_seconds).min(MOST_WAIT);
    let config = McpConfig { prepare_wait, ..McpConfig::default() };
    nest(router, app, config, None)
}

/// Adds the paths of the protocol. `everybody` is who calls without a token; nobody has to show one then.
pub(crate) fn nest(router: Router<App>, app: &App, config: McpConfig, everybody: Option<Caller>) -> Router<App> {
    let stop = Stopping { draining: app.gate.draining(), ending: app.gate.ending() };
    // The names were checked before, by the same configuration.
    let http = HttpConfig {
        allowed_hosts: vec!["*".to_owned()],
        allowed_origins: app.config.allowed_origins.clone(),
        authorization_servers: app.service.issuer().map(str::to_owned).into_iter().collect(),
        ..HttpConfig::default()
    };
    let endpoint = runcell_mcp::http(app.service.clone(), config, http, stop);
    let service = Router::new().fallback_service(endpoint.clone()).layer(from_fn_with_state(app.clone(), kept));
    let service = match everybody {
        Some(caller) => service.layer(axum::Extension(caller)),
        None => {
            let rule = Rule { access: Access::Caller, deadline: None };
            let service = service.layer(from_fn_with_state((app.clone(), rule), admit));
            service.layer(from_fn_with_state(endpoint.clone(), challenged))
        }
    };
    let service = service.layer(from_fn(over_tls));
    let document = get(move |request: Request| {
        let (parts, _) = request.into_parts();
        std::future::ready(([(CONTENT_TYPE, "application/json")], endpoint.metadata(&parts).to_string()))
    });
    let document = document.layer(from_fn(over_tls));
    METADATA.iter().fold(router.nest_service(PATH, service), |router, path| router.route(path, document.clone()))
}

/// Tells the protocol's service how the client reached us.
async fn over_tls(mut request: Request, next: Next) -> Response {
    if request.extensions().get::<Peer>().is_some_and(|peer| peer.secure) {
        request.extensions_mut().insert(OverTls);
    }
    next.run(request).await
}

/// Says where the document is to whoever was not let in.
async fn challenged(State(endpoint): State<McpHttp>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let challenge = endpoint.challenge(&parts);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Keeps the server until the answer to a message has left.
async fn kept(State(app): State<App>, request: Request, next: Next) -> Response {
    // A stream that only watches keeps nothing.
    let work = (request.method() == Method::POST).then(|| app.gate.enter()).flatten();
    let response = next.run(request).await;
    response.map(|body| Body::new(Kept { body, _work: work }))
}

/// A body that is work under way.
struct Kept {
    body: Body,
    _work: Option<TaskTrackerToken>,
}

impl http_body::Body for Kept {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
