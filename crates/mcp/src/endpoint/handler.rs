//! The clients of the endpoint.
//!
//! Owns how a request becomes a client's session: its caller is the request's, and what is kept for it is its owner's, so that a
//! role that changes counts from the next request on.

use crate::config::McpConfig;
use crate::exchange::Exchange;
use crate::server::Clients;
use crate::session::Session;
use crate::watch::Watches;
use rmcp::ErrorData;
use rmcp::model::Extensions;
use runcell_service::Service;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// The clients of the endpoint.
#[derive(Clone)]
pub(super) struct HttpClients {
    pub(super) service: Arc<Service>,
    pub(super) config: Arc<McpConfig>,
    pub(super) calls: TaskTracker,
    /// Of one connection, or of one request where there are no connections.
    pub(super) watches: Arc<Watches>,
}

impl Clients for HttpClients {
    fn session(&self, request: &Extensions) -> Result<Session, ErrorData> {
        let parts = request.get::<http::request::Parts>();
        let exchange = parts.and_then(|parts| parts.extensions.get::<Arc<Exchange>>());
        let exchange = exchange.ok_or_else(|| ErrorData::internal_error("the request names no caller", None))?;
        Ok(Session {
            service: self.service.clone(),
            caller: exchange.caller.clone(),
            config: self.config.clone(),
            calls: self.calls.clone(),
            ending: exchange.ending.clone(),
            watches: self.watches.clone(),
            kept: exchange.client.kept.clone(),
            outbox: exchange.client.outbox.clone(),
            exchange: Some(exchange.clone()),
        })
    }
}
