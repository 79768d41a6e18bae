//! One client of the server: its caller, its view, and its calls under way.
//!
//! Owns the state that the tools and resources of one connection share. Does not know the protocol.

use crate::config::McpConfig;
use crate::watch::Watches;
use runcell_model::caller::Caller;
use runcell_service::{Jobs, Service, ServiceError, Tools, Uploads};
use runcell_wire::RuntimeJson;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// One client. Clones are the same.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) service: Arc<Service>,
    pub(crate) caller: Arc<Caller>,
    pub(crate) config: Arc<McpConfig>,
    /// The calls under way.
    pub(crate) calls: TaskTracker,
    /// Cancelled when the server ends.
    pub(crate) ending: CancellationToken,
    pub(crate) watches: Arc<Watches>,
}

impl Session {
    pub(crate) async fn jobs(&self) -> Result<Jobs, ServiceError> {
        self.service.jobs(&self.caller).await
    }

    /// The jobs, and that this process runs them.
    pub(crate) async fn running_jobs(&self) -> Result<Jobs, ServiceError> {
        self.service.run_jobs().await?;
        self.jobs().await
    }

    pub(crate) async fn tools(&self) -> Result<Tools<'_>, ServiceError> {
        self.service.tools(&self.caller).await
    }

    pub(crate) async fn uploads(&self) -> Result<Uploads<'_>, ServiceError> {
        self.service.uploads(&self.caller).await
    }

    /// All runtimes. One of the user's own that cannot be read is left out, and the log says why.
    pub(crate) async fn runtimes(&self) -> Result<Vec<RuntimeJson>, ServiceError> {
        let session = self.clone();
        // It reads many files.
        let read = tokio::task::spawn_blocking(move || session.service.runtimes(&session.caller).list_readable()).await;
        let runtimes = read.map_err(|error| ServiceError::Internal(error.to_string()))??;
        Ok(runtimes.into_iter().map(RuntimeJson::from).collect())
    }
}
