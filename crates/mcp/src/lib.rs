//! The face for assistants: tools over the Model Context Protocol.
//!
//! Owns the protocol: MCP tools and their schemas, results, progress, cancellation, and the two ways that carry it: the standard
//! streams, and requests of an HTTP server, which is not ours. What is run, and whether it may be, is the service's business. In
//! reading order: [`Stdio`] and `transport` (the bytes of streams), `endpoint` with `client` and `exchange` (requests), `server` and
//! `session` (one client), `tool` (the table of MCP tools), `describe` (what a client
//! reads of them), `call` and `progress` (one run), `answer` and `content` (what a
//! call gets), `resource`, `uri`, `subscribe` and `watch` (what can be read and followed).
//!
//! **Invariant:** the real stdout carries protocol messages and nothing else, whoever else writes to descriptor 1.

mod answer;
mod call;
mod client;
mod config;
mod content;
mod describe;
mod endpoint;
mod error;
mod exchange;
mod kept;
mod line;
mod message;
mod outbox;
mod progress;
mod resource;
mod server;
mod session;
mod stdio;
mod subscribe;
mod tool;
mod transport;
mod uri;
mod watch;

pub use config::{McpConfig, ToolGroup};
pub use endpoint::{HttpConfig, HttpLimits, McpHttp, OverTls, ReplyBody, StalledReader, Stopping};
pub use error::McpError;
pub use stdio::Stdio;

use kept::Kept;
use outbox::{AllUnsent, Outbox};
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use runcell_model::caller::Caller;
use runcell_model::runtime::RuntimeRef;
use runcell_service::Service;
use server::Server;
use session::Session;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::Lines;

/// How long answers may take after all calls were stopped.
const LINGER: Duration = Duration::from_secs(1);

/// How long the last answers may take to be written.
const FLUSH: Duration = Duration::from_millis(50);

/// The longest message that is read, in bytes. The default limit of files, 64 MiB, fits as base64.
const MAX_MESSAGE_BYTES: usize = 128 << 20;

/// Serves one client over the standard streams until it goes away or `stop` is cancelled, and closes the service. Runs that
/// still go on then are ended, and answered as cancelled.
///
/// # Errors
/// [`McpError::Handshake`] where the protocol could not be begun. A client that leaves is no error.
pub async fn serve(
    service: Arc<Service>,
    caller: Caller,
    config: McpConfig,
    stdio: Stdio,
    stop: CancellationToken,
) -> Result<(), McpError> {
    begin(&service, &caller, &config);
    let served = serve_beside(service.clone(), caller, config, stdio, stop).await;
    service.close().await;
    served
}

/// The same as [`serve`] for one of several faces of a process: it neither begins what goes on in the background nor closes the
/// service. `stop` is cancelled when the client is gone.
///
/// # Errors
/// As [`serve`].
pub async fn serve_beside(
    service: Arc<Service>,
    caller: Caller,
    config: McpConfig,
    stdio: Stdio,
    stop: CancellationToken,
) -> Result<(), McpError> {
    let _stop_on_return = stop.clone().drop_guard();
    let (input, output) = stdio.into_async();
    let answers = service.answers();
    let outbox = Arc::new(Outbox::new(answers.unsent_bytes, AllUnsent::new(answers.all_unsent_bytes)));
    let lines = Lines::new(input, output, MAX_MESSAGE_BYTES, outbox.clone(), stop.clone());
    let (calls, quit) = (TaskTracker::new(), CancellationToken::new());
    let session = Session {
        service,
        caller: Arc::new(caller),
        config: Arc::new(config),
        calls: calls.clone(),
        ending: stop.clone(),
        watches: Arc::default(),
        kept: Arc::new(Kept::new(answers.kept_bytes)),
        outbox,
        exchange: None,
    };
    let (server, watches) = (Server(session.clone()), session.watches);
    let serving = async {
        let running = match server.serve_with_ct(lines, quit.clone()).await {
            Ok(running) => running,
            Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => return Ok(()),
            Err(error) => return Err(McpError::Handshake(Box::new(error))),
        };
        // The end makes no difference: the client is gone, or the server is stopped.
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
    watches.clear();
    served
}

/// Starts what a server does in the background: it prepares the runtimes of the configuration, and goes on with the jobs that
/// an earlier server left. To be called within a tokio runtime; [`serve`] does it by itself.
pub fn begin(service: &Arc<Service>, caller: &Caller, config: &McpConfig) {
    tokio::spawn(prepare_all(service.clone(), caller.clone(), config.prepare.clone()));
    tokio::spawn(resume_jobs(service.clone()));
}

/// The MCP endpoint of an HTTP server, for clients whose requests carry a [`Caller`] in their extensions. To be called within
/// a tokio runtime.
#[must_use]
pub fn http(service: Arc<Service>, config: McpConfig, http: HttpConfig, stop: Stopping) -> McpHttp {
    McpHttp::over_service(service, config, http, stop)
}

/// Goes on with the jobs that an earlier server left.
async fn resume_jobs(service: Arc<Service>) {
    if let Err(error) = service.resume_jobs().await {
        tracing::warn!(error = error.chain(), "jobs of an earlier server are left alone");
    }
}

/// Prepares runtimes one after the other: two at once would only slow each other down.
async fn prepare_all(service: Arc<Service>, caller: Caller, runtimes: Vec<RuntimeRef>) {
    for runtime in runtimes {
        let prepared = match service.runtimes(&caller).prepare(&runtime) {
            Ok(mut preparation) => preparation.ready().await.map(drop),
            Err(error) => Err(error),
        };
        match prepared {
            Ok(()) => tracing::info!(%runtime, "prepared"),
            Err(error) => tracing::error!(%runtime, error = error.chain(), "cannot prepare"),
        }
    }
}
