//! Tokens of the environment: whoever starts the server gives them.
//!
//! Owns how they are written and compared. They are tried before all others, they are not in the database, and they end
//! with the process that was given them.

use super::error::InvalidAccount;
use crate::secret::{Secret, hex, sha256};
use runcell_model::caller::{Caller, Credential, Face, Role, Tenant};
use subtle::ConstantTimeEq;

/// The shortest token of the environment, in characters.
const MIN_CHARS: usize = 16;

/// The tokens of the environment.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentTokens {
    /// Tokens that are good as long as the server runs.
    pub tokens: Vec<EnvironmentToken>,
    /// The one token of a system that this one replaces: it becomes a managed token of an admin, once.
    pub legacy: Option<Secret>,
}

/// A token of the environment.
#[derive(Debug, Clone)]
pub struct EnvironmentToken {
    /// Its rights.
    pub role: Role,
    /// Whose things it sees.
    pub tenant: Tenant,
    sha256: [u8; 32],
}

impl EnvironmentTokens {
    /// Reads a list: `TOKEN`, `ROLE:TOKEN` or `ROLE:TENANT:TOKEN`, with commas between them. A plain token is an admin's of the
    /// tenant `local`.
    ///
    /// # Errors
    /// [`InvalidAccount`] where a token is too short or a tenant has no name. The message names no token.
    pub fn parse(list: &str, legacy: Option<&str>) -> Result<Self, InvalidAccount> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let tokens = entries.map(entry).collect::<Result<_, _>>()?;
        let legacy = legacy.map(str::trim).filter(|token| !token.is_empty());
        let legacy = legacy.map(|token| long_enough(token).map(Secret::from)).transpose()?;
        Ok(Self { tokens, legacy })
    }
}

fn entry(text: &str) -> Result<EnvironmentToken, InvalidAccount> {
    let plain = |text| Ok((Role::Admin, Tenant::local(), text));
    let parsed: Result<_, InvalidAccount> = match text.split_once(':') {
        Some((role, rest)) => match (role.parse::<Role>(), rest.split_once(':')) {
            (Ok(role), Some((tenant, token))) => Ok((role, tenant.parse().map_err(InvalidAccount::Name)?, token)),
            (Ok(role), None) => Ok((role, Tenant::local(), rest)),
            (Err(_), _) => plain(text),
        },
        None => plain(text),
    };
    let (role, tenant, token) = parsed?;
    Ok(EnvironmentToken { role, tenant, sha256: sha256(long_enough(token)?) })
}

fn long_enough(token: &str) -> Result<&str, InvalidAccount> {
    if token.chars().count() < MIN_CHARS { Err(InvalidAccount::ShortToken(MIN_CHARS)) } else { Ok(token) }
}

impl EnvironmentToken {
    /// The digits that name it where it may be seen.
    fn name(&self) -> String {
        hex(&self.sha256[..4])
    }

    /// The caller that holds it.
    fn caller(&self, face: Face) -> Caller {
        let user = format!("environment:{}", self.name());
        Caller::new(self.tenant.clone(), &user, self.role, face).with(Credential::Environment(self.name()))
    }
}

/// The caller of a token with this SHA-256. All tokens are compared, each in a time that does not say where it differs.
pub(super) fn find(tokens: &[EnvironmentToken], sha256: &[u8; 32], face: Face) -> Option<Caller> {
    let mut found = None;
    for token in tokens {
        if bool::from(token.sha256.ct_eq(sha256)) {
            found = Some(token);
        }
    }
    found.map(|token| token.caller(face))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_are_written() {
        let text = " 0123456789abcdef , viewer:0123456789abcdeg,runner:team:0123456789:abcdef,,a:b:0123456789abcdef";
        let tokens = EnvironmentTokens::parse(text, Some("legacy-legacy-legacy")).expect("reads");
        let shown: Vec<_> = tokens.tokens.iter().map(|token| (token.role, token.tenant.as_str())).collect();
        let (admin, local) = (Role::Admin, "local");
        assert_eq!(shown, [(admin, local), (Role::Viewer, local), (Role::Runner, "team"), (admin, local)]);
        for (secret, role) in [
            ("0123456789abcdef", Some(Role::Admin)),
            ("0123456789:abcdef", Some(Role::Runner)),
            ("a:b:0123456789abcdef", Some(Role::Admin)),
            ("0123456789abcde", None),
        ] {
            let found = find(&tokens.tokens, &sha256(secret), Face::Http);
            assert_eq!(found.map(|caller| caller.role), role, "{secret}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_token() {
        let long = "0123456789abcdef";
        for (list, legacy) in [("short-token", None), ("", Some("short-token")), ("admin:short-token", None)] {
            let error = EnvironmentTokens::parse(list, legacy).expect_err(list);
            assert_eq!(error, InvalidAccount::ShortToken(MIN_CHARS));
            assert!(!error.to_string().contains("short-token"));
        }
        let error = EnvironmentTokens::parse(&format!("viewer:a b:{long}"), None).expect_err("no tenant").to_string();
        assert!(!error.contains(long) && error.contains("a b"), "{error}");
    }
}
