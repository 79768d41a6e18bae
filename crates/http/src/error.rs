//! Why this face could not do its work.
//!
//! Owns the errors of the server as a whole. What one request gets is [`crate::problem`]'s.

use crate::address::Address;
use crate::tls::CertificateError;
use runcell_model::config::TlsError;

/// This face could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: Address,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The certificate cannot be used.
    #[error("server.tls: {0}")]
    Certificate(#[from] CertificateError),
    /// One of the two files of a certificate is not named.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// TLS was asked for where there is no network.
    #[error(
        "a Unix socket speaks no TLS, as nothing of it leaves this machine: leave out server.tls, or listen at an address"
    )]
    TlsOnSocket,
}
