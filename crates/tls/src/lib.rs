//! TLS to others: to a server from its shell, to an issuer of tokens from a server.
//!
//! Owns whose certificates are trusted (those of the system, and those of a file that the user names), and agreeing on keys. Where
//! a connection may lead to, and how long it may take, is the business of whoever opens it.
//!
//! **Invariant:** there is no way not to check a certificate.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Whose certificates are trusted. Clones are the same.
#[derive(Debug, Clone)]
pub struct Trust(Arc<ClientConfig>);

/// TLS that cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file has no certificates that can be used.
    #[error("{0}")]
    File(String),
    /// The library cannot.
    #[error("{0}")]
    Library(rustls::Error),
}

impl Trust {
    /// Trusts the certificates of the system, and those of a file (PEM).
    ///
    /// # Errors
    /// [`TrustError::File`] where the file holds none.
    pub fn new(file: Option<&Path>) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        // Where the system has none that can be read, nobody is trusted, and the handshake says so.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(file) = file {
            let read = CertificateDer::pem_file_iter(file).and_then(|found| found.collect::<Result<Vec<_>, _>>());
            let read = read.map_err(|error| TrustError::File(error.to_string()))?;
            if roots.add_parsable_certificates(read).0 == 0 {
                return Err(TrustError::File("it has no certificate (PEM)".to_owned()));
            }
        }
        let config = ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into());
        let config = config.with_safe_default_protocol_versions().map_err(TrustError::Library)?;
        Ok(Self(config.with_root_certificates(roots).with_no_client_auth().into()))
    }

    /// Agrees on keys with a host, by its name or address, over a connection to it.
    ///
    /// # Errors
    /// [`io::Error`] where it shows no certificate for this name that is trusted.
    pub async fn connect(&self, host: &str, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        TlsConnector::from(self.0.clone()).connect(name, stream).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("ca.pem");
        for (content, words) in
            [(None, "o such file"), (Some(""), "no certificate"), (Some("nonsense"), "no certificate")]
        {
            if let Some(content) = content {
                std::fs::write(&file, content).expect("written");
            }
            let error = Trust::new(Some(&file)).expect_err(words).to_string();
            assert!(error.contains(words), "{error}");
        }
        Trust::new(None).expect("those of the system alone");
    }
}
