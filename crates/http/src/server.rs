//! The server: connections from a listener, each served until it ends or all of them have to.
//!
//! Owns the bounds of a connection: how many there are, of all and of one address, how long headers may take and how large they
//! may be, how long a connection may stand still. What a request means is the router's.

use crate::listener::{Listener, Stream};
use crate::peer::Peer;
use crate::per_address::PerAddress;
use crate::route::legacy;
use crate::stalled::Stalled;
use crate::state::App;
use crate::tls::Tls;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use tower_service::Service;

/// How long connections may take to close.
const CLOSING: Duration = Duration::from_secs(2);
/// The pause after an error that more connections would only repeat, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until the gate of the app has closed.
pub(crate) async fn serve(app: &App, router: Router, mut listener: Listener) {
    let (slots, closed) = (Arc::new(Semaphore::new(app.config.max_connections)), app.gate.closed());
    let (connections, addresses, tls) = (TaskTracker::new(), PerAddress::default(), listener.take_tls().map(Arc::new));
    loop {
        let Some(Ok(slot)) = closed.run_until_cancelled(slots.clone().acquire_owned()).await else { break };
        let (stream, peer) = match closed.run_until_cancelled(listener.accept()).await {
            None => break,
            Some(Ok(accepted)) => accepted,
            Some(Err(error)) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Some(counted) = addresses.enter(peer, &app.config) else {
            tracing::debug!(address = ?peer.address, "an address has as many connections as it may");
            continue;
        };
        let (app, router, tls) = (app.clone(), router.clone(), tls.clone());
        connections.spawn(async move {
            connection(&app, router, tls.as_deref(), stream, peer).await;
            drop((slot, counted));
        });
    }
    drop(listener);
    connections.close();
    // A client that does not read its last answer is left.
    let _ = tokio::time::timeout(CLOSING, connections.wait()).await;
}

/// Serves one connection. What comes before its first request, such as agreeing on keys, holds up no other one.
async fn connection(app: &App, router: Router, tls: Option<&Tls>, stream: Stream, peer: Peer) {
    let stream = Stalled::new(stream, Duration::from_secs(app.config.stalled_seconds));
    let Some(tls) = tls else { return requests(app, router, stream, peer).await };
    let agreed = app.gate.closed().run_until_cancelled_owned(tls.accept(stream)).await;
    match agreed {
        Some(Ok(stream)) => requests(app, router, stream, Peer { secure: true, ..peer }).await,
        // Some try plain HTTP, and some do not trust the certificate.
        Some(Err(error)) => tracing::debug!(%error, address = ?peer.address, "a client did not get to TLS"),
        None => {}
    }
}

/// Serves the requests of one connection.
async fn requests(app: &App, router: Router, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, peer: Peer) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        if let Some(ours) = legacy::renamed(request.uri()) {
            *request.uri_mut() = ours;
        }
        let answer = router.clone().call(request.map(Body::new));
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(app.config.request_seconds));
    let header_bytes = usize::try_from(app.config.max_header_bytes).unwrap_or(usize::MAX);
    protocol.max_buf_size(header_bytes).max_headers(app.config.max_headers);
    let mut serving = std::pin::pin!(protocol.serve_connection(TokioIo::new(stream), service));
    let closed = app.gate.closed();
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = closed.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        // Clients leave, and some do not speak HTTP.
        tracing::debug!(%error, "a connection ended early");
    }
}
