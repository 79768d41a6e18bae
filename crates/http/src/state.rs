//! The state that all handlers share.
//!
//! Owns the parts: the service, the configuration of the server, and how it ends.

use crate::gate::Gate;
use crate::live::LiveRuns;
use crate::request_id::Ids;
use crate::tls::CertificateWatch;
use runcell_model::caller::{Caller, Face, Tenant};
use runcell_model::config::ServerConfig;
use runcell_model::execution::ExecutionId;
use runcell_service::{KeptPieces, Service};
use std::sync::Arc;

/// The state that all handlers share. Clones are the same.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// The parts of an [`App`].
pub(crate) struct Parts {
    pub(crate) service: Arc<Service>,
    pub(crate) config: ServerConfig,
    /// How its certificate is; none where it speaks no TLS.
    pub(crate) certificate: Option<CertificateWatch>,
    pub(crate) gate: Gate,
    pub(crate) ids: Ids,
    pub(crate) live: LiveRuns,
    /// Outputs and files of runs that did not fit into an answer or a record.
    pub(crate) kept: Arc<KeptPieces<Tenant, ExecutionId>>,
    /// The caller where the server itself asks, such as for `/health`.
    pub(crate) server: Caller,
}

impl App {
    pub(crate) fn new(service: Arc<Service>, config: ServerConfig, certificate: Option<CertificateWatch>) -> Self {
        let server = Caller::operator(Face::Http);
        let kept = Arc::new(KeptPieces::new(service.answers().kept_bytes));
        Self(Arc::new(Parts {
            service,
            config,
            certificate,
            gate: Gate::default(),
            ids: Ids::new(),
            live: LiveRuns::default(),
            kept,
            server,
        }))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
