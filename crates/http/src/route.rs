//! The routes: all rows of the table as one router, and what goes before them.
//!
//! Owns the order of layers. Each row is with its handler, in the files below.

mod account;
mod describe;
mod event;
mod execute;
mod execution;
mod health;
mod image;
mod job;
pub(crate) mod legacy;
mod limit;
mod log;
mod mcp;
mod metrics;
mod result;
mod run_file;
mod runtime;
mod stdin;
mod system;
mod tool;
mod upload;
mod web;

use crate::document;
use crate::outer::outer;
use crate::problem::{Problem, unknown_path, wrong_method};
use crate::request_id::X_REQUEST_ID;
use crate::row::Row;
use crate::schema;
use crate::state::App;
use aide::axum::ApiRouter;
use axum::Router;
use axum::extract::Extension;
use axum::http::header::{
    AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH,
    LOCATION, RANGE, RETRY_AFTER,
};
use axum::http::{HeaderValue, Method};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use describe::Document;
use runcell_mcp::McpConfig;
use runcell_model::caller::Caller;
use runcell_wire::RefusalReason;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::RequestBodyTimeoutLayer;

/// Answers below this size gain nothing, in bytes.
const LEAST_COMPRESSED: u64 = 1024;

/// Everything that the server answers.
pub(crate) fn router(app: &App) -> Router {
    schema::begin();
    let snippets = [
        execute::rows(app),
        execution::rows(),
        run_file::rows(),
        stdin::rows(),
        runtime::rows(),
        upload::rows(app),
        image::rows(),
    ];
    let jobs = [tool::rows(), job::rows(app), log::rows(), result::rows()];
    let rows = snippets.into_iter().chain(jobs).chain([
        account::rows(),
        limit::rows(),
        system::rows(),
        event::rows(),
        health::rows(),
        metrics::rows(app),
        describe::rows(),
    ]);
    let table = rows.flatten().fold(ApiRouter::new(), |table, row: Row| row.add(table, app));
    let mut api = document::frame();
    let router = web::add(legacy::add(mcp::add(table.finish_api(&mut api), app), app), app);
    layered(router.layer(Extension(Arc::new(Document::new(&document::finish(api))))), app)
}

/// The Model Context Protocol alone.
pub(crate) fn protocol(app: &App, config: McpConfig, everybody: Option<Caller>) -> Router {
    layered(mcp::nest(Router::new(), app, config, everybody), app)
}

/// The layers before all routes.
fn layered(router: Router<App>, app: &App) -> Router {
    let router = router.method_not_allowed_fallback(wrong_method).fallback(unknown_path);
    let stalled = Duration::from_secs(app.config.stalled_seconds);
    let router = router.layer(RequestBodyTimeoutLayer::new(stalled)).layer(CatchPanicLayer::custom(fault));
    let router = cross_origin(router.layer(same_site(app)), &app.config.allowed_origins);
    let router = router.layer(from_fn_with_state(app.clone(), outer));
    router.layer(CompressionLayer::new().compress_when(compressed())).with_state(app.clone())
}

fn fault(_: Box<dyn Any + Send>) -> Response {
    Problem::new(RefusalReason::Internal, "an internal fault: the log has more").into_response()
}

/// Refuses changes that a web page elsewhere asks for in the name of whoever reads it.
fn same_site(app: &App) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + use<>> {
    let layer = app.config.allowed_origins.iter().fold(CsrfLayer::new(), |layer, origin| {
        // Origins were checked with the configuration; one that cannot be is trusted by nobody.
        layer.clone().add_trusted_origin(origin).unwrap_or(layer)
    });
    layer.with_rejection_response(|_| {
        let message = "a web page elsewhere asked for this: add its origin to server.allowed_origins, if it may";
        Problem::new(RefusalReason::Forbidden, message).into_response()
    })
}

/// Lets pages of these origins read answers; without any, no page elsewhere can.
fn cross_origin(router: Router<App>, origins: &[String]) -> Router<App> {
    if origins.is_empty() {
        return router;
    }
    let allowed = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let own = ["idempotency-key", "last-event-id", "prefer", "x-request-id"].map(HeaderName::from_static);
    let asked = [AUTHORIZATION, CONTENT_TYPE, RANGE, IF_MATCH, IF_NONE_MATCH].into_iter().chain(own);
    let told = [ETAG, LOCATION, CONTENT_RANGE, CONTENT_DISPOSITION, RETRY_AFTER, X_REQUEST_ID];
    let methods = [Method::GET, Method::POST, Method::PATCH, Method::DELETE];
    let layer = CorsLayer::new().allow_origin(AllowOrigin::list(allowed)).allow_methods(methods);
    router.layer(layer.allow_headers(asked.collect::<Vec<_>>()).expose_headers(told))
}

/// Streams of events are not compressed: their pieces would wait for each other.
fn compressed() -> impl Predicate {
    let streams = NotForContentType::const_new("text/event-stream");
    SizeAbove::new(LEAST_COMPRESSED).and(streams)
}
