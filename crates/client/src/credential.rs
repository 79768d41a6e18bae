//! Credentials: a token that was given, or a login that is kept.
//!
//! Owns the choice, and that a token is shown to nobody. Logins are refreshed by the client and kept by the keyring.

use crate::error::ClientError;
use crate::keyring::Keyring;
use http::HeaderValue;
use std::fmt;

/// A secret that requests carry.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token as it was given: spaces and line breaks around it are no part of it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> Result<HeaderValue, ClientError> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.0)).map_err(|_| ClientError::Token)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// The credential of requests.
#[derive(Debug, Clone)]
pub enum Credential {
    /// Nobody, who may only log in.
    Nobody,
    /// A token.
    Token(Token),
    /// A login that is kept for the server.
    Kept(Keyring),
}
