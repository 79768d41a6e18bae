//! The issuer that the configuration names.
//!
//! Owns the steps of a check. Each is in a file of its own.

use crate::error::{Refused, SetupError, TokenError, Unreachable};
use crate::identity::Identity;
use crate::keys::Keys;
use crate::token::Token;
use runcell_model::config::OidcConfig;
use std::fmt;

/// The issuer that the configuration names.
pub struct Issuer {
    url: String,
    config: OidcConfig,
    keys: Keys,
}

impl Issuer {
    /// The issuer of a configuration; `None` where it names none. Asks nothing yet.
    ///
    /// # Errors
    /// [`SetupError`] where the configuration cannot be used on this machine.
    pub fn new(config: &OidcConfig) -> Result<Option<Self>, SetupError> {
        let Some(url) = config.issuer.clone() else { return Ok(None) };
        let keys = Keys::new(config, &url)?;
        Ok(Some(Self { url, config: config.clone(), keys }))
    }

    /// The issuer, as its tokens name it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether users of runcell's own may log in with passwords as well.
    #[must_use]
    pub fn allows_passwords(&self) -> bool {
        self.config.passwords
    }

    /// Asks for the keys now, so that a mistake in the configuration is seen at once.
    ///
    /// # Errors
    /// [`Unreachable`] where the issuer cannot be asked; it is asked again when a token comes.
    pub async fn ready(&self) -> Result<(), Unreachable> {
        self.keys.ask(None).await
    }

    /// The identity in a token, if this issuer made it for us and it is good now.
    ///
    /// # Errors
    /// [`TokenError`] says why it is not, or why that cannot be found out.
    pub async fn check(&self, token: &str) -> Result<Identity, TokenError> {
        let token = Token::read(token)?;
        if token.claims.text("iss") != Some(&self.url) {
            return Err(Refused::Issuer.into());
        }
        let key = self.keys.find(token.key.as_deref(), token.algorithm).await?;
        if !key.signed(token.message, &token.signature) {
            return Err(Refused::Signature.into());
        }
        let skew = i64::try_from(self.config.clock_skew_seconds).unwrap_or(0);
        token.claims.check(&self.config.audience, jiff::Timestamp::now().as_second(), skew)?;
        Ok(Identity::of(&token.claims, &self.config)?)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("url", &self.url).finish_non_exhaustive()
    }
}
