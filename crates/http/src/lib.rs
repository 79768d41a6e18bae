//! The face for programs and people: HTTP with OpenAPI.
//!
//! Owns the protocol: connections, routes, what a request is turned into and how its answer looks. What is run, and whether it
//! may be, is the service's business. In reading order: [`Address`], [`Listener`], `tls` and `server` (connections), `outer`,
//! `identity` and `admission` (what goes before a handler), `row` and `route` (the table of routes and the handlers),
//! `extract`, `answer` and `problem` (what a request brings and gets), `schema` and `document` (the description of it all),
//! `web` (the page's files), `gate` (how it ends).
//!
//! **Invariant:** every route names an operation of the table of rights, or says that it is open.

mod address;
mod admission;
mod answer;
mod document;
mod download;
mod error;
mod event;
mod extract;
mod form;
mod gate;
mod host;
mod identity;
mod keyed;
mod listen;
mod listener;
mod live;
mod making;
mod outcome;
mod outer;
mod page;
mod peer;
mod per_address;
mod pipe;
mod problem;
mod request_id;
mod route;
mod row;
mod run;
mod schema;
mod server;
mod snippet;
mod stalled;
mod state;
mod tls;
mod validity;
mod web;

pub use address::{Address, AddressError};
pub use error::HttpError;
pub use listener::Listener;
pub use peer::Peer;
pub use request_id::RequestId;
pub use tls::{CertificateError, check_certificate};
pub use validity::{CertificateState, Validity};

use runcell_mcp::McpConfig;
use runcell_model::caller::Caller;
use runcell_model::config::ServerConfig;
use runcell_service::Service;
use state::App;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Serves the API until `stop` is cancelled and the work that was under way has ended or was answered. The service is closed
/// then; jobs go on in their containers.
pub async fn serve(service: Arc<Service>, config: ServerConfig, listener: Listener, stop: CancellationToken) {
    let app = App::new(service.clone(), config, listener.certificate());
    tokio::select! {
        () = until_stopped(&app, route::router(&app), listener, stop) => {}
        () = service.keep_history() => {}
    }
    service.close().await;
}

/// Serves the Model Context Protocol alone, at `/mcp`, until `stop` is cancelled and the work that was under way has ended or was
/// answered. `everybody` is who calls where nobody has to show a token. The service stays open.
pub async fn serve_mcp(
    service: Arc<Service>,
    config: ServerConfig,
    (mcp, everybody): (McpConfig, Option<Caller>),
    listener: Listener,
    stop: CancellationToken,
) {
    let app = App::new(service, config, listener.certificate());
    until_stopped(&app, route::protocol(&app, mcp, everybody), listener, stop).await;
}

async fn until_stopped(app: &App, router: axum::Router, listener: Listener, stop: CancellationToken) {
    let (gate, patience) = (app.gate.clone(), Duration::from_secs(app.config.drain_seconds));
    tokio::spawn(async move {
        stop.cancelled().await;
        gate.drain(patience).await;
    });
    server::serve(app, router, listener).await;
}
