//! `[server]`: where the HTTP server listens, who may reach it, and its bounds.
//!
//! Owns the shape, the defaults and their check. Accounts and their rights have a section of their own.

use super::proxies::TrustedProxies;
use super::tls::{TlsConfig, TlsError};
use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The HTTP server of `runcell serve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Where it listens: `127.0.0.1:8080`, `[::]:443`, a port alone (of this machine), or `unix:PATH`.
    pub listen: String,
    /// Whether it speaks plain HTTP with others than this machine. Passwords and tokens can be read on the way then.
    pub insecure_http: bool,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count: addresses, networks (`10.0.0.0/8`), or `unix`. They
    /// speak TLS with clients.
    pub trusted_proxies: TrustedProxies,
    /// Names by which clients may call the server, beside its addresses and `localhost`; `*` for any. Another name in a
    /// request's `Host` is refused, so that no web page can reach the server under a name of its own.
    pub allowed_hosts: Vec<String>,
    /// Origins of web pages elsewhere (`https://app.example`) that may call the API from a browser.
    pub allowed_origins: Vec<String>,
    /// The certificate with which it proves its name.
    pub tls: TlsConfig,
    /// Connections at the same time. Whoever comes after waits to be accepted.
    pub max_connections: usize,
    /// Connections at the same time from one address (of IPv6: from one /64); one more is closed. 0 is no bound. This machine and
    /// trusted proxies have none.
    pub max_connections_per_address: usize,
    /// All headers of a request together. Whoever sends more gets 431.
    #[serde(deserialize_with = "quantity::bytes")]
    pub max_header_bytes: u64,
    /// The number of headers of a request. Whoever sends more gets 431.
    pub max_headers: usize,
    /// The longest body of a request that runs something. Uploads have bounds of their own (`[uploads]`).
    #[serde(deserialize_with = "quantity::bytes")]
    pub max_body_bytes: u64,
    /// The longest body of a request that submits a job.
    #[serde(deserialize_with = "quantity::bytes")]
    pub max_job_body_bytes: u64,
    /// The longest body of any other request: a few values.
    #[serde(deserialize_with = "quantity::bytes")]
    pub max_small_body_bytes: u64,
    /// Time for a request that runs nothing, and for the headers of any.
    #[serde(deserialize_with = "quantity::seconds")]
    pub request_seconds: u64,
    /// Time that a request waits for a runtime or an image to be prepared, before it is answered that this goes on.
    #[serde(deserialize_with = "quantity::seconds")]
    pub prepare_seconds: u64,
    /// Time after which a connection is closed on which nothing could be read or written that had to be.
    #[serde(deserialize_with = "quantity::seconds")]
    pub stalled_seconds: u64,
    /// Time that runs under way have when the server is stopped. After that they are cancelled, and answered so.
    #[serde(deserialize_with = "quantity::seconds")]
    pub drain_seconds: u64,
    /// The readers of `/metrics`.
    pub metrics: MetricsAccess,
}

/// The readers of `/metrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MetricsAccess {
    /// Everybody who reaches the server.
    Open,
    /// Holders of an admin's token.
    #[default]
    Admin,
    /// Nobody: there is no such path.
    Off,
}

/// A section that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// A number that cannot be.
    #[error("server.{key} = {value} cannot be used: at least {least} is needed")]
    Number {
        /// The key.
        key: &'static str,
        /// Its value.
        value: u64,
        /// The least that makes sense.
        least: u64,
    },
    /// A certificate without a key, or a key without a certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// An origin that no browser would send.
    #[error(
        "server.allowed_origins: {0:?} is no origin: https://name or https://name:port is expected, without a path"
    )]
    Origin(String),
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            insecure_http: false,
            trusted_proxies: TrustedProxies::default(),
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            tls: TlsConfig::default(),
            max_connections: 16_384,
            max_connections_per_address: 1024,
            max_header_bytes: 64 << 10,
            max_headers: 100,
            max_body_bytes: 128 << 20,
            max_job_body_bytes: 8 << 20,
            max_small_body_bytes: 256 << 10,
            request_seconds: 60,
            prepare_seconds: 60,
            stalled_seconds: 60,
            drain_seconds: 30,
            metrics: MetricsAccess::default(),
        }
    }
}

impl ServerConfig {
    /// Refuses what cannot work.
    ///
    /// # Errors
    /// [`ServerError`] names the key.
    pub fn check(&self) -> Result<(), ServerError> {
        let least = [
            ("max_connections", self.max_connections as u64, 1),
            // The library takes no smaller one.
            ("max_header_bytes", self.max_header_bytes, 8 << 10),
            ("max_headers", self.max_headers as u64, 16),
            ("tls.handshake_seconds", self.tls.handshake_seconds, 1),
            ("max_body_bytes", self.max_body_bytes, 64 << 10),
            ("max_job_body_bytes", self.max_job_body_bytes, 64 << 10),
            ("max_small_body_bytes", self.max_small_body_bytes, 4 << 10),
            ("request_seconds", self.request_seconds, 1),
            ("stalled_seconds", self.stalled_seconds, 1),
        ];
        if let Some((key, value, least)) = least.into_iter().find(|(_, value, least)| value < least) {
            return Err(ServerError::Number { key, value, least });
        }
        self.tls.files()?;
        let wrong = self.allowed_origins.iter().find(|origin| !is_origin(origin));
        wrong.map_or(Ok(()), |origin| Err(ServerError::Origin(origin.clone())))
    }
}

/// Whether a text is a scheme and an authority, and nothing more.
fn is_origin(text: &str) -> bool {
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    !authority.is_empty() && !authority.contains(['/', '?', '#', '@', '*', ' '])
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn what_cannot_work_is_named() {
        for (text, expected) in [
            ("max_connections = 0", "server.max_connections = 0 cannot be used"),
            ("max_body_bytes = \"1 KiB\"", "server.max_body_bytes = 1024 cannot be used"),
            ("max_small_body_bytes = 100", "server.max_small_body_bytes = 100 cannot be used: at least 4096"),
            ("max_header_bytes = 100", "server.max_header_bytes = 100 cannot be used: at least 8192 is needed"),
            ("tls = { key = \"a\" }", "server.tls.key is named without server.tls.certificate"),
            ("tls = { cert = \"a\" }", "unknown field `cert`"),
            ("allowed_origins = [\"https://a/b\"]", "is no origin"),
            ("allowed_origins = [\"*\"]", "is no origin"),
            ("trusted_proxies = [\"proxy\"]", "names no proxy"),
            ("port = 1", "unknown field `port`"),
        ] {
            let error = Config::parse(&format!("[server]\n{text}")).expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let text = "[server]\nlisten = \"0.0.0.0:80\"\ndrain_seconds = \"2m\"\nallowed_origins = [\"https://a:1\"]\n\
                    trusted_proxies = [\"10.0.0.0/8\", \"unix\"]";
        assert_eq!(Config::parse(text).expect("good").server.drain_seconds, 120);
    }
}
