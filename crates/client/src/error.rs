//! Why a server could not be asked, or what it refused.
//!
//! Owns the words for everything between this program and a server. A refusal has the server's own words, which are those of every
//! face.

use crate::address::AddressError;
use runcell_wire::{ProblemJson, RefusalReason};

/// A server could not be asked, or refused.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Somebody on the way could read the token.
    #[error(
        "{0} is plain HTTP to another machine, which shows the token and everything else to whoever is on the way: use https://, \
         or --insecure-http where that network is trusted"
    )]
    Open(String),
    /// The file of certificates cannot be used.
    #[error("the certificates in {path} cannot be used: {why}")]
    CaFile {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// TLS cannot be spoken.
    #[error("TLS cannot be spoken: {0}")]
    Tls(String),
    /// A header cannot be made of a text.
    #[error("the token holds characters that no token has: copy it once more")]
    Token,
    /// Nobody has logged in.
    #[error("nobody is logged in at {0}: `runcell login {0}`, or set RUNCELL_TOKEN")]
    NotLoggedIn(String),
    /// The login is over.
    #[error("the login at {0} is over: `runcell login {0}` again")]
    LoginOver(String),
    /// The file of credentials cannot be used.
    #[error("the credentials in {path} cannot be used: {why}")]
    Keyring {
        /// The file.
        path: String,
        /// Why, and what to do.
        why: String,
    },
    /// There is no connection.
    #[error("the server at {address} cannot be reached: {why}")]
    Unreachable {
        /// The server.
        address: String,
        /// Why.
        why: String,
        /// Whether it is there, and the two did not agree on keys.
        of_tls: bool,
    },
    /// The connection broke.
    #[error("the connection to {address} broke: {why}")]
    Broken {
        /// The server.
        address: String,
        /// Why.
        why: String,
    },
    /// The server says nothing.
    #[error("the server at {address} has said nothing for {seconds} s")]
    Silent {
        /// The server.
        address: String,
        /// For how long.
        seconds: u64,
    },
    /// The server leads elsewhere.
    #[error(
        "{address} answers that it is elsewhere ({to}); redirects are not followed: give the address that is meant"
    )]
    Elsewhere {
        /// The server.
        address: String,
        /// Where it leads.
        to: String,
    },
    /// The answer is none of a runcell, or of another version.
    #[error("the answer of {address} is not understood: {why}{}", versions(.version.as_deref()))]
    Strange {
        /// The server.
        address: String,
        /// Why.
        why: String,
        /// The version that the server says it has.
        version: Option<String>,
    },
    /// The server refused.
    #[error("{}", .0.detail)]
    Refused(Box<ProblemJson>),
}

/// A remark where the server has another version.
fn versions(server: Option<&str>) -> String {
    let own = env!("CARGO_PKG_VERSION");
    match server {
        None => " (nothing there says that it is a runcell)".to_owned(),
        Some(server) if server == own => String::new(),
        Some(server) => format!(" (the server is runcell {server}, this is {own}: use the same version)"),
    }
}

impl ClientError {
    /// The reason of a refusal.
    #[must_use]
    pub fn reason(&self) -> Option<RefusalReason> {
        match self {
            Self::Refused(problem) => Some(problem.reason),
            _ => None,
        }
    }

    /// Whether the connection failed, so that asking again may help.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Broken { .. } | Self::Silent { .. })
    }
}
