//! The identity in a token, in our words: a name, a tenant, a role.
//!
//! Owns how claims become them, as the configuration says. The name gets `oidc:` before it, which no user of runcell's own has, so
//! that nobody takes another one's name by choosing it at the issuer.

use crate::error::Refused;
use crate::token::Claims;
use runcell_model::caller::{Role, Tenant};
use runcell_model::config::OidcConfig;

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// The identity in a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The issuer's own id of the user, which stays when the name changes.
    pub subject: String,
    /// The name of the user.
    pub user: String,
    /// Whose things the user sees.
    pub tenant: Tenant,
    /// The user's rights.
    pub role: Role,
}

impl Identity {
    pub(crate) fn of(claims: &Claims, config: &OidcConfig) -> Result<Self, Refused> {
        let name = |claim: &str| claims.text(claim).filter(|text| is_plain(text)).ok_or(Refused::User);
        let (subject, user) = (name("sub")?.to_owned(), format!("oidc:{}", name(&config.user_claim)?));
        let tenant = match &config.tenant_claim {
            None => config.tenant.clone(),
            Some(claim) => claims.text(claim).and_then(|text| text.parse().ok()).ok_or(Refused::Tenant)?,
        };
        let values = config.role_claim.as_deref().map(|claim| claims.texts(claim)).unwrap_or_default();
        let role = values.iter().filter_map(|value| config.roles.get(*value)).max().copied();
        Ok(Self { subject, user, tenant, role: role.or(config.default_role).ok_or(Refused::Role)? })
    }
}

/// Whether a text can stand in a log and in the audit.
fn is_plain(text: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&text.len()) && !text.chars().any(char::is_control) && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(claims: Value, change: impl FnOnce(&mut OidcConfig)) -> Result<(String, String, Role), Refused> {
        let roles = [("ops", Role::Admin), ("dev", Role::Runner)].map(|(name, role)| (name.to_owned(), role)).into();
        let role_claim = Some("realm.groups".to_owned());
        let mut config = OidcConfig { role_claim, roles, ..OidcConfig::default() };
        change(&mut config);
        let identity = Identity::of(&Claims::new(claims), &config)?;
        Ok((identity.user, identity.tenant.to_string(), identity.role))
    }

    #[test]
    fn the_highest_role_counts_and_none_is_refused() {
        let claims =
            |groups: Value| json!({ "sub": "1|a", "realm": { "groups": groups }, "name": "ann", "org": "team" });
        let user = "oidc:1|a".to_owned();
        assert_eq!(of(claims(json!(["dev", "x"])), |_| {}), Ok((user.clone(), "local".to_owned(), Role::Runner)));
        assert_eq!(of(claims(json!(["dev", "ops"])), |_| {}).map(|found| found.2), Ok(Role::Admin));
        assert_eq!(of(claims(json!("ops")), |_| {}).map(|found| found.2), Ok(Role::Admin));
        for groups in [json!([]), json!(["admin"]), json!(5), json!({ "ops": true })] {
            assert_eq!(of(claims(groups.clone()), |_| {}), Err(Refused::Role), "{groups}");
            let viewer = of(claims(groups), |config| config.default_role = Some(Role::Viewer));
            assert_eq!(viewer.map(|found| found.2), Ok(Role::Viewer));
        }
        let named = of(claims(json!("dev")), |config| {
            config.user_claim = "name".to_owned();
            config.tenant_claim = Some("org".to_owned());
        });
        assert_eq!(named, Ok(("oidc:ann".to_owned(), "team".to_owned(), Role::Runner)));
    }

    #[test]
    fn what_names_nobody_is_refused() {
        let claims = |sub: Value, org: Value| json!({ "sub": sub, "realm": { "groups": "dev" }, "org": org });
        for sub in [json!(""), json!(5), json!("a\nb"), json!(" a"), json!("x".repeat(201)), Value::Null] {
            assert_eq!(of(claims(sub.clone(), json!("a")), |_| {}), Err(Refused::User), "{sub}");
        }
        for org in [json!(""), json!("a b"), json!(["a"]), Value::Null, json!("../x")] {
            let refused = of(claims(json!("a"), org.clone()), |config| config.tenant_claim = Some("org".to_owned()));
            assert_eq!(refused, Err(Refused::Tenant), "{org}");
        }
    }
}
