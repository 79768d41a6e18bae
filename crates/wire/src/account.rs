//! Logins, users, tokens and the audit as JSON.
//!
//! Owns the public shapes: adding a field is fine, changing one is a breaking change. Of gorun's shapes these are a superset.
//! Requests refuse unknown keys; a shape with a password or a token has no `Debug`.

use crate::time::rfc3339;
use runcell_model::account::{AuditRecord, TokenRecord, UserRecord};
use runcell_model::caller::Credential;
use runcell_model::page::Page;
use runcell_service::{Login, MadeToken, Me};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A name and a password.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequestJson {
    /// The user's name.
    #[serde(alias = "email", alias = "username")]
    pub name: String,
    /// Its password.
    pub password: String,
}

/// A refresh token, which is good once.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequestJson {
    /// The refresh token of the last answer.
    pub refresh_token: String,
}

/// The login to end.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LogoutRequestJson {
    /// Whether all logins of the user end.
    pub everywhere: bool,
    /// The refresh token of the login that ends, where it is not the one of the request.
    pub refresh_token: Option<String>,
}

/// A change of one's own password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeJson {
    /// The password until now.
    pub old_password: String,
    /// The password from now on.
    pub new_password: String,
}

/// A user to be added.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserJson {
    /// The name that it logs in with: 1 to 64 letters, digits, `-`, `_`, `.` or `@`.
    #[serde(alias = "email", alias = "username")]
    pub name: String,
    /// Its password; without one, only tokens act for it.
    #[serde(default)]
    pub password: Option<String>,
    /// `viewer`, `runner`, `deployer` or `admin`.
    #[schemars(extend("enum" = ["viewer", "runner", "deployer", "admin"]))]
    pub role: String,
    /// Whose things it sees; the caller's own tenant where it is not named.
    #[serde(default)]
    pub tenant: Option<String>,
}

/// Changes to a user; an absent key changes nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChangeJson {
    /// `viewer`, `runner`, `deployer` or `admin`.
    #[serde(default)]
    pub role: Option<String>,
    /// Whether it may do nothing.
    #[serde(default)]
    pub disabled: Option<bool>,
    /// Its new password.
    #[serde(default)]
    pub password: Option<String>,
}

/// A token to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTokenJson {
    /// Its purpose.
    pub label: String,
    /// `viewer`, `runner`, `deployer` or `admin`.
    #[schemars(extend("enum" = ["viewer", "runner", "deployer", "admin"]))]
    pub role: String,
    /// The name of the user that it acts for.
    #[serde(default)]
    pub user: Option<String>,
    /// Whose things it sees; the caller's own tenant where it is not named.
    #[serde(default)]
    pub tenant: Option<String>,
    /// In how many seconds it ends; never where it is not named.
    #[serde(default)]
    pub expires_in_s: Option<u32>,
}

/// A user.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserJson {
    /// Its id.
    pub id: String,
    /// The name that it logs in with.
    pub name: String,
    /// The same, as gorun calls it.
    pub username: String,
    /// The same where it is an address of mail, else empty.
    pub email: String,
    /// Whose things it sees.
    pub tenant: String,
    /// Its rights.
    pub role: String,
    /// Whether that is everything.
    pub is_admin: bool,
    /// Whether it may do nothing for now.
    pub disabled: bool,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub changed_at: String,
}

impl From<UserRecord> for UserJson {
    fn from(user: UserRecord) -> Self {
        Self {
            username: user.name.clone(),
            email: if user.name.contains('@') { user.name.clone() } else { String::new() },
            tenant: user.tenant.to_string(),
            role: user.role.name().to_owned(),
            is_admin: user.role == runcell_model::caller::Role::Admin,
            disabled: user.disabled,
            created_at: rfc3339(user.created_ms),
            changed_at: rfc3339(user.changed_ms),
            id: user.id,
            name: user.name,
        }
    }
}

/// A page of users.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UserListJson {
    /// How many are here.
    pub count: usize,
    /// The users.
    pub users: Vec<UserJson>,
    /// The cursor of the page after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl From<Page<UserRecord>> for UserListJson {
    fn from(page: Page<UserRecord>) -> Self {
        let users: Vec<UserJson> = page.items.into_iter().map(Into::into).collect();
        Self { count: users.len(), users, next: page.next }
    }
}

/// A login.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct LoginJson {
    /// The user.
    pub user: UserJson,
    /// The token for `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// When the access token ends.
    pub expires_at: String,
    /// The token for the next access token, good once.
    pub refresh_token: String,
    /// When the refresh token ends.
    pub refresh_expires_at: String,
}

impl From<Login> for LoginJson {
    fn from(login: Login) -> Self {
        Self {
            user: login.user.into(),
            access_token: login.access_token.reveal().to_owned(),
            token_type: "Bearer".to_owned(),
            expires_at: rfc3339(login.access_expires_ms),
            refresh_token: login.refresh_token.reveal().to_owned(),
            refresh_expires_at: rfc3339(login.refresh_expires_ms),
        }
    }
}

/// A token, without its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenJson {
    /// Its id.
    pub id: String,
    /// How its secret begins.
    pub prefix: String,
    /// Its purpose.
    pub label: String,
    /// Its rights.
    pub role: String,
    /// Whose things it sees.
    pub tenant: String,
    /// The user that it acts for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// `managed`, or `legacy` where it was taken over from another system.
    pub source: String,
    /// When it was made.
    pub created_at: String,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// When it was last used, to a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
}

impl From<TokenRecord> for TokenJson {
    fn from(token: TokenRecord) -> Self {
        Self {
            role: token.role.name().to_owned(),
            tenant: token.tenant.to_string(),
            source: token.source.name().to_owned(),
            created_at: rfc3339(token.created_ms),
            expires_at: token.expires_ms.map(rfc3339),
            last_used_at: token.last_used_ms.map(rfc3339),
            id: token.id,
            prefix: token.prefix,
            label: token.label,
            user: token.user,
        }
    }
}

/// A page of tokens.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenListJson {
    /// How many are here.
    pub count: usize,
    /// The tokens, the newest first.
    pub tokens: Vec<TokenJson>,
    /// The cursor of the page after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl From<Page<TokenRecord>> for TokenListJson {
    fn from(page: Page<TokenRecord>) -> Self {
        let tokens: Vec<TokenJson> = page.items.into_iter().map(Into::into).collect();
        Self { count: tokens.len(), tokens, next: page.next }
    }
}

/// A token that was made, with its secret, which is shown this once.
#[derive(Serialize, JsonSchema)]
pub struct MadeTokenJson {
    /// The token for `Authorization: Bearer`.
    pub token: String,
    /// All that is kept of it.
    #[serde(flatten)]
    pub record: TokenJson,
}

impl From<MadeToken> for MadeTokenJson {
    fn from(made: MadeToken) -> Self {
        Self { token: made.secret.reveal().to_owned(), record: made.record.into() }
    }
}

/// A caller.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct MeJson {
    /// The name in records and in the audit.
    pub name: String,
    /// Whose things it sees.
    pub tenant: String,
    /// Its rights.
    pub role: String,
    /// By what it proved who it is: `machine`, `login`, `token`, `environment` or `issuer`.
    pub credential: String,
    /// The user; absent for a token that acts for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserJson>,
}

impl From<Me> for MeJson {
    fn from(me: Me) -> Self {
        let credential = match me.credential {
            Credential::Machine => "machine",
            Credential::Login(_) => "login",
            Credential::Token(_) => "token",
            Credential::Environment(_) => "environment",
            Credential::Issuer(_) => "issuer",
        };
        let (tenant, role) = (me.tenant.to_string(), me.role.name().to_owned());
        Self { name: me.name, tenant, role, credential: credential.to_owned(), user: me.user.map(Into::into) }
    }
}

/// A line of the audit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditJson {
    /// Its number; a later line has a higher one.
    pub id: i64,
    /// When.
    pub at: String,
    /// The id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whose things.
    pub tenant: String,
    /// The name of the user.
    pub user: String,
    /// The role of the caller.
    pub role: String,
    /// Through what it asked.
    pub face: String,
    /// The operation.
    pub operation: String,
    /// To what.
    pub object: String,
    /// From which address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// How that ended: `done`, `failed`, `refused`, `abandoned`, or the status of a run.
    pub end: String,
    /// Why it failed, or more about it.
    pub detail: String,
}

/// A page of the audit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditListJson {
    /// How many are here.
    pub count: usize,
    /// The lines, the newest first.
    pub lines: Vec<AuditJson>,
    /// The cursor of the page after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl From<Page<AuditRecord>> for AuditListJson {
    fn from(page: Page<AuditRecord>) -> Self {
        let lines: Vec<AuditJson> = page.items.into_iter().map(Into::into).collect();
        Self { count: lines.len(), lines, next: page.next }
    }
}

impl From<AuditRecord> for AuditJson {
    fn from(record: AuditRecord) -> Self {
        let line = record.line;
        Self {
            id: record.id,
            at: rfc3339(record.at_ms),
            request_id: line.request_id,
            tenant: line.tenant,
            user: line.user,
            role: line.role,
            face: line.face,
            operation: line.operation,
            object: line.object,
            address: line.address,
            end: line.end,
            detail: line.detail,
        }
    }
}
