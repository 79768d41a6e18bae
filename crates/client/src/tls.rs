//! TLS: whose certificates are trusted.
//!
//! Owns the choice of roots: those of the system, and those of a file that the user names. There is no way not to check.

use crate::error::ClientError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;

/// The configuration of connections, with the certificates of a file beside those of the system.
pub(crate) fn config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, ClientError> {
    let mut roots = RootCertStore::empty();
    // Where the system has none that can be read, a server is not trusted, and the handshake says so.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let wrong = |why: String| ClientError::CaFile { path: path.display().to_string(), why };
        let read = CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))?;
        let certificates = read.collect::<Result<Vec<_>, _>>().map_err(|error| wrong(error.to_string()))?;
        let (added, _) = roots.add_parsable_certificates(certificates);
        if added == 0 {
            return Err(wrong("it has no certificate (PEM)".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| ClientError::Tls(error.to_string()))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}
