//! The settings of the HTTP endpoint.
//!
//! Owns the choices and their defaults, and what the library is told of them.

use rmcp::transport::StreamableHttpServerConfig;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The longest message of a client, in bytes: the same as over the standard streams.
pub(super) const MAX_MESSAGE_BYTES: usize = 128 << 20;

/// The names of the machine itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// In the extensions of a request: its client has reached the server, or a proxy before it, by `https`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverTls;

/// How a server ends, in two steps.
#[derive(Debug, Clone, Default)]
pub struct Stopping {
    /// Cancelled when no new request is let in. Streams end when the calls under way are answered.
    pub draining: CancellationToken,
    /// Cancelled when runs under way are to be ended, and answered at once.
    pub ending: CancellationToken,
}

/// The settings of the HTTP endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// The names under which clients reach the server, with or without a port: `runcell.example.org`. A request whose `Host` is
    /// another one is refused with 403, so that no web page can reach a server by a name of its own. By default the names of
    /// the machine itself; `*` allows any.
    pub allowed_hosts: Vec<String>,
    /// The origins of web pages that may call: `https://app.example.org`, with `:*` at the end for any port. None by default:
    /// a request with an `Origin` is then refused with 403.
    pub allowed_origins: Vec<String>,
    /// The address of the endpoint as clients write it: `https://runcell.example.org/mcp`. `None`: made of the `Host` of each
    /// request and `/mcp`, with `https` where the request has [`OverTls`].
    pub resource: Option<String>,
    /// The issuers that clients may get tokens from, by RFC 9728; none where tokens are made here.
    pub authorization_servers: Vec<String>,
    /// The bounds.
    pub limits: HttpLimits,
}

/// The bounds of the HTTP endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// The most sessions of a caller; an older one that is not in use makes room.
    pub sessions_per_caller: usize,
    /// The most sessions of all callers.
    pub sessions: usize,
    /// How long a session that is not in use is kept.
    pub session_idle: Duration,
    /// The most requests of a caller at a time.
    pub requests_per_caller: usize,
    /// The most bytes of requests of a caller that are being read or answered.
    pub received_bytes_per_caller: usize,
    /// The same of all callers.
    pub received_bytes: usize,
    /// Bytes of answers that nobody has read: while there are more, calls are refused with 503. What one caller has not read is
    /// bounded by the service's configuration.
    pub unsent_bytes: u64,
    /// How long a client may pause within a request, or while it reads an answer, before it is given up.
    pub patience: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            allowed_hosts: LOOPBACK.map(str::to_owned).to_vec(),
            allowed_origins: Vec::new(),
            resource: None,
            authorization_servers: Vec::new(),
            limits: HttpLimits::default(),
        }
    }
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            sessions_per_caller: 64,
            sessions: 1024,
            session_idle: Duration::from_secs(30 * 60),
            requests_per_caller: 64,
            received_bytes_per_caller: 256 << 20,
            received_bytes: 512 << 20,
            unsent_bytes: 256 << 20,
            patience: Duration::from_secs(60),
        }
    }
}

impl HttpConfig {
    /// The settings of the library. Sessions are bounded by us.
    pub(super) fn library(&self, quit: CancellationToken) -> StreamableHttpServerConfig {
        let origins = self.allowed_origins.iter().map(|origin| with_port(origin));
        let config = StreamableHttpServerConfig::default()
            .with_allowed_origins(origins)
            .enforce_origin_validation()
            .with_max_request_body_bytes(MAX_MESSAGE_BYTES)
            .with_cancellation_token(quit);
        if self.allowed_hosts.iter().any(|host| host == "*") {
            return config.disable_allowed_hosts();
        }
        // An empty list would allow all.
        let named = self.allowed_hosts.iter().map(String::as_str);
        let hosts = if self.allowed_hosts.is_empty() { LOOPBACK.to_vec() } else { named.collect() };
        config.with_allowed_hosts(hosts)
    }
}

/// An origin with the port of its scheme where it names none: the library would take any.
fn with_port(origin: &str) -> String {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let named = rest.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
    match origin.split_once("://") {
        Some(("https", _)) if !named => format!("{origin}:443"),
        Some(("http", _)) if !named => format!("{origin}:80"),
        _ => origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_a_port() {
        for (origin, expected) in [
            ("https://a.example", "https://a.example:443"),
            ("http://a.example", "http://a.example:80"),
            ("http://[::1]", "http://[::1]:80"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://a.example:8443", "https://a.example:8443"),
            ("http://localhost:*", "http://localhost:*"),
            ("null", "null"),
        ] {
            assert_eq!(with_port(origin), expected);
        }
    }

    #[test]
    fn no_host_allows_only_the_machine_itself() {
        let hosts = |allowed: &[&str]| {
            let allowed_hosts = allowed.iter().map(|&host| host.to_owned()).collect();
            HttpConfig { allowed_hosts, ..HttpConfig::default() }.library(CancellationToken::new()).allowed_hosts
        };
        assert_eq!(hosts(&[]), LOOPBACK);
        assert_eq!(hosts(&["a.example"]), ["a.example"]);
        assert!(hosts(&["*"]).is_empty());
    }
}
