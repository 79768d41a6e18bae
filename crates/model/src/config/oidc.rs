//! `[accounts.oidc]`: an issuer of tokens (OpenID Connect) that says who somebody is, instead of passwords.
//!
//! Owns the shape, the defaults and their check. `crates/oidc` asks the issuer and checks its tokens.

use crate::caller::{Role, Tenant};
use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

/// An issuer of tokens (OpenID Connect) that says who somebody is, instead of passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OidcConfig {
    /// The issuer, exactly as its tokens name it: `https://login.example/realms/team`. It is asked at
    /// `/.well-known/openid-configuration` below that. `http` is allowed for this machine alone.
    pub issuer: Option<String>,
    /// Whom a token has to be for: one of these is in its `aud`.
    pub audience: Vec<String>,
    /// Where the issuer's keys are, if another host has them than the issuer.
    pub keys_url: Option<String>,
    /// The claim with the name of the user. Dots lead into objects.
    pub user_claim: String,
    /// The claim with the name of the tenant; without this, all users are in `tenant`.
    pub tenant_claim: Option<String>,
    /// The tenant of users whose tokens name none.
    #[schemars(with = "String")]
    pub tenant: Tenant,
    /// The claim with roles or groups, a text or a list: `groups`, `realm_access.roles`. Dots lead into objects.
    pub role_claim: Option<String>,
    /// The role that a value of that claim gives, such as `{ ops = "admin", everybody = "runner" }`; the highest counts.
    #[schemars(with = "BTreeMap<String, String>")]
    pub roles: BTreeMap<String, Role>,
    /// The role of a token without such a value; without this it is refused.
    #[schemars(with = "Option<String>")]
    pub default_role: Option<Role>,
    /// Whether users of runcell's own may log in with passwords as well.
    pub passwords: bool,
    /// How far the issuer's clock and ours may be apart.
    #[serde(deserialize_with = "quantity::seconds")]
    pub clock_skew_seconds: u64,
    /// How long the issuer's keys are kept before it is asked again.
    #[serde(deserialize_with = "quantity::seconds")]
    pub keys_seconds: u64,
    /// Certificates to trust for the issuer beside those of the system, as a PEM file.
    pub ca_bundle: Option<PathBuf>,
}

impl Default for OidcConfig {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: Vec::new(),
            keys_url: None,
            user_claim: "sub".to_owned(),
            tenant_claim: None,
            tenant: Tenant::local(),
            role_claim: None,
            roles: BTreeMap::new(),
            default_role: None,
            passwords: false,
            clock_skew_seconds: 60,
            keys_seconds: 3600,
            ca_bundle: None,
        }
    }
}

/// A section that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The other keys say nothing without it.
    #[error("accounts.oidc.issuer is missing: the other keys of accounts.oidc are about it")]
    NoIssuer,
    /// An address that is not asked.
    #[error(
        "accounts.oidc.{key} = {url:?} cannot be used: https://HOST/PATH is expected (http for this machine alone), without a \
         user, a query or a fragment"
    )]
    Url {
        /// The key.
        key: &'static str,
        /// Its value.
        url: String,
    },
    /// Tokens that the issuer made for anybody would be good.
    #[error("accounts.oidc.audience is missing: name the client or resource whose tokens are good here")]
    NoAudience,
    /// No token would be good.
    #[error("accounts.oidc gives nobody a role: name role_claim and roles, or default_role")]
    NoRole,
    /// A number that cannot be.
    #[error("accounts.oidc.{key} = {value} cannot be used: {least} to {most} are allowed")]
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
}

impl OidcConfig {
    pub(super) fn check(&self) -> Result<(), OidcError> {
        let Some(issuer) = &self.issuer else {
            return if *self == Self::default() { Ok(()) } else { Err(OidcError::NoIssuer) };
        };
        let urls = [("issuer", Some(issuer)), ("keys_url", self.keys_url.as_ref())];
        let wrong = urls.into_iter().find_map(|(key, url)| Some((key, url.filter(|url| !is_url(url))?)));
        if let Some((key, url)) = wrong {
            return Err(OidcError::Url { key, url: url.clone() });
        }
        if self.audience.iter().all(String::is_empty) {
            return Err(OidcError::NoAudience);
        }
        if self.default_role.is_none() && (self.role_claim.is_none() || self.roles.is_empty()) {
            return Err(OidcError::NoRole);
        }
        let bounds =
            [("clock_skew_seconds", self.clock_skew_seconds, 0, 600), ("keys_seconds", self.keys_seconds, 30, 86_400)];
        let wrong = bounds.into_iter().find(|(_, value, least, most)| value < least || value > most);
        wrong.map_or(Ok(()), |(key, value, least, most)| Err(OidcError::Number { key, value, least, most }))
    }
}

/// Whether a text is an address that may be asked for keys.
fn is_url(text: &str) -> bool {
    let plain = !text.contains(['@', '?', '#', '\\']) && text.chars().all(|letter| letter.is_ascii_graphic());
    let authority = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
    match (text.strip_prefix("https://").map(authority), text.strip_prefix("http://").map(authority)) {
        (Some(host), _) => plain && !host.is_empty(),
        (None, Some(host)) => plain && is_this_machine(&host),
        (None, None) => false,
    }
}

/// Whether `HOST` or `HOST:PORT` is a name of this machine alone.
fn is_this_machine(authority: &str) -> bool {
    let has_port = |(_, port): &(&str, &str)| port.bytes().all(|byte| byte.is_ascii_digit());
    let host = authority.rsplit_once(':').filter(has_port).map_or(authority, |(host, _)| host);
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn what_cannot_work_is_named() {
        let good = "issuer = \"https://login.example/team\"\naudience = [\"runcell\"]\ndefault_role = \"viewer\"\n";
        for (text, expected) in [
            ("audience = [\"a\"]".to_owned(), "accounts.oidc.issuer is missing"),
            (good.replace("https", "http"), "accounts.oidc.issuer = \"http://login.example/team\" cannot be used"),
            (good.replace("https://", "file:///"), "cannot be used: https://HOST/PATH"),
            (good.replace("login", "a@login"), "cannot be used: https://HOST/PATH"),
            (good.replace("team", "team?a=b"), "cannot be used: https://HOST/PATH"),
            (format!("{good}keys_url = \"http://10.0.0.1/\""), "accounts.oidc.keys_url = \"http://10.0.0.1/\""),
            (good.replace("\"runcell\"", ""), "accounts.oidc.audience is missing"),
            (good.replace("default_role", "# "), "gives nobody a role"),
            (format!("{good}roles = {{ a = \"root\" }}"), "unknown variant `root`"),
            (format!("{good}clock_skew_seconds = \"1h\""), "accounts.oidc.clock_skew_seconds = 3600"),
            (format!("{good}secret = \"a\""), "unknown field `secret`"),
        ] {
            let error = Config::parse(&format!("[accounts.oidc]\n{text}")).expect_err(&text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        for url in ["https://login.example/team", "http://127.0.0.1:8080", "http://[::1]:1/a", "http://localhost"] {
            let text = good.replace("https://login.example/team", url);
            Config::parse(&format!("[accounts.oidc]\n{text}")).expect(url);
        }
    }
}
