//! Where a server listens: an address of this machine, or the path of a socket.
//!
//! Owns the text of it, and whether only this machine can reach it. Listens to nothing itself.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// An address and a port; port 0 is any that is free.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

/// A text that names no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no address to listen at: write 127.0.0.1:8080, [::1]:8080, a port alone, or unix:PATH")]
pub struct AddressError(String);

impl Address {
    /// Whether nobody but this machine can reach it.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().is_loopback(),
            Self::Unix(_) => true,
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(path) = text.strip_prefix("unix:").map(|path| path.trim_start_matches("//")) {
            return if path.is_empty() { Err(AddressError(text.to_owned())) } else { Ok(Self::Unix(path.into())) };
        }
        // `:8080` and `8080` mean this machine alone: whoever wants more says so.
        if let Ok(port) = text.trim_start_matches(':').parse::<u16>() {
            return Ok(Self::Tcp(SocketAddr::from(([127, 0, 0, 1], port))));
        }
        let text = text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
        text.parse().map(Self::Tcp).map_err(|_| AddressError(text))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, shown, local) in [
            ("127.0.0.1:8080", "127.0.0.1:8080", true),
            ("[::1]:80", "[::1]:80", true),
            ("0.0.0.0:8080", "0.0.0.0:8080", false),
            ("8080", "127.0.0.1:8080", true),
            (":8080", "127.0.0.1:8080", true),
            ("localhost:1", "127.0.0.1:1", true),
            ("unix:/run/a b", "unix:/run/a b", true),
        ] {
            let address: Address = text.parse().expect(text);
            assert_eq!((&*address.to_string(), address.is_local()), (shown, local), "{text}");
        }
        for text in ["", "unix:", "host:80", "127.0.0.1", "127.0.0.1:99999", "http://a"] {
            let error = text.parse::<Address>().expect_err(text).to_string();
            assert!(error.contains("no address to listen at"), "{error}");
        }
    }
}
