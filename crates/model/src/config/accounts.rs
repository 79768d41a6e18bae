//! `[accounts]`: how long logins last, and what passwords and attempts are allowed.
//!
//! Owns the shape, the defaults and what cannot work. The service keeps to it.

use super::oidc::{OidcConfig, OidcError};
use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long logins last, and what passwords and attempts are allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccountsConfig {
    /// How long an access token is good for.
    #[serde(deserialize_with = "quantity::seconds")]
    pub access_token_seconds: u64,
    /// How long a refresh token is good for. Each use of one gives a new one.
    #[serde(deserialize_with = "quantity::seconds")]
    pub refresh_token_seconds: u64,
    /// How long a login of the web page lasts.
    #[serde(deserialize_with = "quantity::seconds")]
    pub page_seconds: u64,
    /// The shortest password, in characters.
    pub min_password_chars: usize,
    /// Attempts to log in to one account in a minute, the right ones included; one more waits.
    pub attempts_per_account: u32,
    /// Attempts to log in from one address in a minute (of IPv6: from one /64), the right ones included; one more waits.
    pub attempts_per_address: u32,
    /// Logins of one user at the same time. One more ends the oldest.
    pub logins_per_user: u32,
    /// An issuer of tokens instead of passwords.
    pub oidc: OidcConfig,
}

impl Default for AccountsConfig {
    fn default() -> Self {
        Self {
            access_token_seconds: 3600,
            refresh_token_seconds: 30 * 86_400,
            page_seconds: 30 * 86_400,
            min_password_chars: 10,
            attempts_per_account: 10,
            attempts_per_address: 60,
            logins_per_user: 50,
            oidc: OidcConfig::default(),
        }
    }
}

/// A section that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountsError {
    /// A number that cannot be.
    #[error("accounts.{key} = {value} cannot be used: {least} to {most} are allowed")]
    Number {
        /// The key.
        key: &'static str,
        /// Its value.
        value: u64,
        /// The least that is allowed.
        least: u64,
        /// The most that is allowed.
        most: u64,
    },
    /// Its section about an issuer cannot be used.
    #[error(transparent)]
    Oidc(#[from] OidcError),
}

impl AccountsConfig {
    pub(super) fn check(&self) -> Result<(), AccountsError> {
        self.oidc.check()?;
        let chars = u64::try_from(self.min_password_chars).unwrap_or(u64::MAX);
        let bounds = [
            ("access_token_seconds", self.access_token_seconds, 10, 86_400),
            ("refresh_token_seconds", self.refresh_token_seconds, 60, 400 * 86_400),
            ("page_seconds", self.page_seconds, 60, 400 * 86_400),
            ("min_password_chars", chars, 8, 128),
            ("attempts_per_account", self.attempts_per_account.into(), 1, 10_000),
            ("attempts_per_address", self.attempts_per_address.into(), 1, 100_000),
            ("logins_per_user", self.logins_per_user.into(), 1, 10_000),
        ];
        let wrong = bounds.into_iter().find(|(_, value, least, most)| value < least || value > most);
        wrong.map_or(Ok(()), |(key, value, least, most)| Err(AccountsError::Number { key, value, least, most }))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn times_are_written_as_people_write_them_and_have_bounds() {
        let text = "[accounts]\naccess_token_seconds = \"15m\"\nrefresh_token_seconds = \"7d\"";
        let accounts = Config::parse(text).expect("parses").accounts;
        assert_eq!((accounts.access_token_seconds, accounts.refresh_token_seconds), (900, 604_800));
        let error = Config::parse("[accounts]\nmin_password_chars = 4").expect_err("too few").to_string();
        assert_eq!(error, "accounts.min_password_chars = 4 cannot be used: 8 to 128 are allowed");
        Config::parse("[accounts]\nattempts_per_account = 0").expect_err("nobody could log in");
        Config::parse("[accounts]\npasswords = true").expect_err("unknown");
    }
}
