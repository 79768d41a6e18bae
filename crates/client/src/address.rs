//! Where a server is: `https://host`, `http://host:8080`, `unix:/path`.
//!
//! Owns reading the text, and whether what is sent there can be read on the way. Connects to nothing.

use http::Uri;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The longest address, in bytes.
const LONGEST: usize = 2000;

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// A name or address of a host, and a port.
    Host { host: String, port: u16, tls: bool },
    /// A socket of this machine.
    Socket(PathBuf),
}

/// A text that is no address of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{shown:?} is no address of a server: {why}; an address is https://HOST[:PORT], http://HOST[:PORT] or unix:PATH"
)]
pub struct AddressError {
    shown: String,
    why: &'static str,
}

/// How a request reaches a server.
pub(crate) enum Route<'a> {
    Host { host: &'a str, port: u16 },
    Socket(&'a Path),
}

impl Address {
    /// Whether whoever is on the way can read what is sent.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match &self.0 {
            Place::Host { host, tls: false, .. } => !is_loopback(host),
            Place::Host { .. } | Place::Socket(_) => false,
        }
    }

    /// Whether it is reached over TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        matches!(self.0, Place::Host { tls: true, .. })
    }

    pub(crate) fn route(&self) -> Route<'_> {
        match &self.0 {
            Place::Host { host, port, .. } => Route::Host { host, port: *port },
            Place::Socket(path) => Route::Socket(path),
        }
    }

    /// The part of the address before the path of a request. A socket has no name, and answers to this one.
    pub(crate) fn base(&self) -> String {
        match &self.0 {
            Place::Host { .. } => self.to_string(),
            Place::Socket(_) => "http://localhost".to_owned(),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        // A text before an `@` may be a password.
        let shown = || text.rsplit('@').next().unwrap_or_default().chars().take(100).collect();
        let wrong = |why| AddressError { shown: shown(), why };
        if text.len() > LONGEST {
            return Err(wrong("it is too long"));
        }
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err(wrong("it names no socket"))
            } else {
                Ok(Self(Place::Socket(path.into())))
            };
        }
        let uri: Uri = text.parse().map_err(|_| wrong("it cannot be read"))?;
        let (tls, standard) = match uri.scheme_str() {
            Some("https") => (true, 443),
            Some("http") => (false, 80),
            _ => return Err(wrong("it does not begin with https:// or http://")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("names and passwords do not belong into it"));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(wrong("nothing may come after the host and port"));
        }
        let host = authority.host().to_ascii_lowercase();
        let port = authority.port_u16().unwrap_or(standard);
        let wants_port = authority.as_str().rsplit(']').next().is_some_and(|rest| rest.contains(':'));
        if host.is_empty() || (wants_port && authority.port_u16().is_none()) {
            return Err(wrong("its host or port cannot be read"));
        }
        Ok(Self(Place::Host { host, port, tls }))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Host { host, port: 443, tls: true } => write!(f, "https://{host}"),
            Place::Host { host, port: 80, tls: false } => write!(f, "http://{host}"),
            Place::Host { host, port, tls } => write!(f, "http{}://{host}:{port}", if *tls { "s" } else { "" }),
            Place::Socket(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_mean_one_thing() {
        for (text, same, open) in [
            ("https://Host.example/", "https://host.example", false),
            ("https://h:443", "https://h", false),
            ("http://h:8080", "http://h:8080", true),
            ("http://10.0.0.1", "http://10.0.0.1", true),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", false),
            ("http://localhost:1", "http://localhost:1", false),
            ("http://[::1]:8080", "http://[::1]:8080", false),
            ("unix:/run/a.sock", "unix:/run/a.sock", false),
            ("unix:///run/a.sock", "unix:/run/a.sock", false),
        ] {
            let address: Address = text.parse().expect(text);
            assert_eq!((address.to_string(), address.is_open()), (same.to_owned(), open), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_explained_without_its_password() {
        for text in
            ["", "h:8080", "ftp://h", "http://", "http://h/api", "http://h?x", "unix:", "http://h:x", "http://a b"]
        {
            text.parse::<Address>().expect_err(text);
        }
        let error = "http://me:secret@h".parse::<Address>().expect_err("a password").to_string();
        assert!(error.contains("passwords") && !error.contains("secret"), "{error}");
    }
}
