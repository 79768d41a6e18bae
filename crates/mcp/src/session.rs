//! One client of the server: its caller, its view, and its calls under way.
//!
//! Owns the state that the tools and resources of one connection share. Does not know the protocol.

use crate::config::{McpConfig, ToolGroup};
use crate::content::Room;
use crate::exchange::Exchange;
use crate::kept::Kept;
use crate::outbox::Outbox;
use crate::watch::Watches;
use runcell_model::caller::Caller;
use runcell_service::{Jobs, Service, ServiceError, Tools, Uploads};
use runcell_wire::RuntimeJson;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The least room for an answer, however much a client has not read, in bytes.
const LEAST_ANSWER: u64 = 64 << 10;

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
    /// Outputs that did not fit into answers.
    pub(crate) kept: Arc<Kept>,
    /// The bytes that the client has not read yet.
    pub(crate) outbox: Arc<Outbox>,
    /// The HTTP request that is being answered, if it is one.
    pub(crate) exchange: Option<Arc<Exchange>>,
}

impl Session {
    /// How much the answer of the next call holds, of which `wanted` bytes would hold everything. A call may ask for another part
    /// of each output. A client that has much unread gets links. `request` ends when the answer is on its way.
    pub(crate) fn room(&self, text_bytes: Option<u64>, wanted: u64, request: CancellationToken) -> Room<'_> {
        let answers = self.service.answers();
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let held = Outbox::reserve(&self.outbox, wanted.min(answers.answer_bytes), LEAST_ANSWER);
        // Outputs are in the structure and in the blocks, and a byte may take six.
        let most = held.bytes() / 4 / 6;
        let text_bytes = text_bytes.unwrap_or(answers.text_bytes);
        // An answer that everything fits into needs no cut.
        let text_bytes = if held.bytes() < wanted { text_bytes.min(most) } else { text_bytes };
        let text_bytes = size(text_bytes.min(answers.answer_bytes / 4 / 6));
        let answer_bytes = size(held.bytes());
        held.until_answered(request);
        Room { text_bytes, answer_bytes, kept: &self.kept, call: self.kept.next_call() }
    }

    /// The groups of tools that the client sees.
    pub(crate) async fn tool_groups(&self) -> Vec<ToolGroup> {
        if let Some(groups) = &self.config.tools {
            return groups.clone();
        }
        let mut groups = vec![ToolGroup::Run, ToolGroup::Files];
        if self.service.system(&self.caller).container_health().await.is_ok() {
            groups.extend([ToolGroup::Images, ToolGroup::Jobs]);
        }
        groups
    }

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
        let read = tokio::task::spawn_blocking(move || session.service.runtimes(&session.caller).list()).await;
        let runtimes = read.map_err(|error| ServiceError::Internal(error.to_string()))??;
        Ok(runtimes.into_iter().map(RuntimeJson::from).collect())
    }
}
