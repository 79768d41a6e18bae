//! `[server.tls]`: the certificate with which the HTTP server proves its name.
//!
//! Owns the shape, the defaults and their check. Reads no file: the HTTP face does, at the start and whenever one has changed.

use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The certificate with which the HTTP server proves its name. With one, it speaks TLS and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TlsConfig {
    /// A PEM file with the server's certificate and those between it and the authority. It is read again when it has changed.
    pub certificate: Option<PathBuf>,
    /// A PEM file with the private key of the certificate, without a password. It is read again when it has changed.
    pub key: Option<PathBuf>,
    /// Time for a client to agree on keys.
    #[serde(deserialize_with = "quantity::seconds")]
    pub handshake_seconds: u64,
    /// Days before its end from which a certificate is said to end soon, in the log, by `/health` and by `runcell doctor`; of one
    /// that is made for a short time, the last third of that.
    pub warn_days: u32,
}

impl Default for TlsConfig {
    fn default() -> Self {
        Self { certificate: None, key: None, handshake_seconds: 10, warn_days: 14 }
    }
}

/// One of two files is named, and both are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("server.tls.{there} is named without server.tls.{missing}: TLS needs both (--tls-cert and --tls-key)")]
pub struct TlsError {
    there: &'static str,
    missing: &'static str,
}

impl TlsConfig {
    /// The files of certificate and key, if TLS is to be spoken.
    ///
    /// # Errors
    /// [`TlsError`] where one of them is missing.
    pub fn files(&self) -> Result<Option<(&PathBuf, &PathBuf)>, TlsError> {
        match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(TlsError { there: "certificate", missing: "key" }),
            (None, Some(_)) => Err(TlsError { there: "key", missing: "certificate" }),
        }
    }
}
