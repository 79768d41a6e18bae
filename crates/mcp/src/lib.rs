//! The face for assistants: tools over the Model Context Protocol.
//!
//! Owns the protocol: tools and their schemas, results, progress, cancellation, and the two standard streams that carry
//! it. What is run, and whether it may be, is the service's business. In reading order: [`Stdio`] and `transport` (the
//! bytes), `server` (one connection), `tool`, `describe` and `schema` (what a client is told), `argument` and `limit`
//! (what it asks), `run` and `progress` (one call), `report` and `content` (what it gets), `job` (tools in containers).
//!
//! **Invariant:** the real stdout carries protocol messages and nothing else, whoever else writes to descriptor 1.

mod argument;
mod content;
mod describe;
mod executor;
mod job;
mod limit;
mod progress;
mod report;
mod run;
mod schema;
mod server;
mod stdio;
mod tool;
mod transport;

pub use stdio::Stdio;

use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::async_rw::AsyncRwTransport;
use runcell_model::runtime::RuntimeRef;
use runcell_service::Service;
use server::Server;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::Watched;

/// How long answers may still be on their way after everything was told to stop.
const LINGER: Duration = Duration::from_secs(1);

/// How long the last answers may take to be written.
const FLUSH: Duration = Duration::from_millis(50);

/// The longest message that is read, in bytes. The default limit of files, 64 MiB, fits as base64.
const MAX_MESSAGE_BYTES: usize = 128 << 20;

/// What can be chosen about this face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpConfig {
    /// How long a call waits for its runtime to be prepared before it is answered that the preparation goes on. Less
    /// than the time after which clients give up, which is 60 s for most.
    pub prepare_wait: Duration,
    /// Runtimes to prepare in the background from the start.
    pub prepare: Vec<RuntimeRef>,
    /// Whether results come as content blocks alone, without structured content: some clients show the model nothing
    /// but the structured content where there is any, and so never an image.
    pub content_only: bool,
}

impl Default for McpConfig {
    fn default() -> Self {
        Self { prepare_wait: Duration::from_secs(20), prepare: Vec::new(), content_only: false }
    }
}

/// This face could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The standard streams cannot be taken over.
    #[error("cannot take over the standard streams")]
    Stdio(#[source] std::io::Error),
    /// The client and we did not come together.
    #[error("the client could not be served: {0}")]
    Handshake(Box<ServerInitializeError>),
}

/// Serves one client over the standard streams until it goes away or `stop` is cancelled. Runs that still go on then
/// are ended, and answered as cancelled.
///
/// # Errors
/// [`McpError::Handshake`] where the protocol could not be begun. A client that leaves is none.
pub async fn serve(
    service: Arc<Service>,
    config: McpConfig,
    stdio: Stdio,
    stop: CancellationToken,
) -> Result<(), McpError> {
    let _stop_on_return = stop.clone().drop_guard();
    tokio::spawn(prepare_all(service.clone(), config.prepare.clone()));
    let (input, output) = stdio.into_async();
    let lines = AsyncRwTransport::new_server(input, output).with_max_line_length(MAX_MESSAGE_BYTES);
    let (calls, quit) = (TaskTracker::new(), CancellationToken::new());
    let jobs = job::JobFace::new(service.clone(), config.content_only);
    let server = Server::new(service, config, jobs.clone(), calls.clone(), stop.clone());
    let begun = jobs.clone();
    tokio::spawn(async move { begun.begin().await });
    let serving = async {
        let running = match server.serve_with_ct(Watched::new(lines, stop.clone()), quit.clone()).await {
            Ok(running) => running,
            Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => return Ok(()),
            Err(error) => return Err(McpError::Handshake(Box::new(error))),
        };
        // How it ended makes no difference: the client is gone or we were told to stop.
        let _ = running.waiting().await;
        Ok(())
    };
    let stopped = async {
        stop.cancelled().await;
        // Every call that is under way is answered, if only with how far it came.
        calls.close();
        let _ = tokio::time::timeout(LINGER, calls.wait()).await;
        tokio::time::sleep(FLUSH).await;
        quit.cancel();
        tokio::time::sleep(LINGER).await;
    };
    let served = tokio::select! {
        served = serving => served,
        // A client that does not read must not keep us.
        () = stopped => Ok(()),
    };
    jobs.end().await;
    served
}

/// Prepares runtimes one after the other: two at once would only slow each other down.
async fn prepare_all(service: Arc<Service>, runtimes: Vec<RuntimeRef>) {
    for runtime in runtimes {
        let prepared = match service.prepare(&runtime) {
            Ok(mut preparation) => preparation.ready().await.map(drop).map_err(Into::into),
            Err(error) => Err(error),
        };
        match prepared {
            Ok(()) => tracing::info!(%runtime, "prepared"),
            Err(error) => tracing::error!(%runtime, error = report::chain(&error), "cannot prepare"),
        }
    }
}
