//! Users, tokens and the audit: plain data. No secret is in any of these, nor a hash of one.
//!
//! Owns the names that users may have and the shape of records. Who may see them is the service's to say.

use crate::caller::{Role, Tenant, TenantError};
use crate::page::PageRequest;
use std::fmt;

/// The name that a user logs in with: like a tenant's, and in lower case, so that two users never differ by case alone. An
/// address of mail is one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(String);

impl UserName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for UserName {
    type Err = TenantError;

    fn from_str(text: &str) -> Result<Self, TenantError> {
        Ok(Self(String::from(text.parse::<Tenant>()?).to_ascii_lowercase()))
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// The name that it logs in with.
    pub name: String,
    /// Whose things it sees.
    pub tenant: Tenant,
    /// Its rights.
    pub role: Role,
    /// Whether it may do nothing for now.
    pub disabled: bool,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// When it was last changed, in milliseconds since the Unix epoch.
    pub changed_ms: i64,
}

/// Where a token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource {
    /// An admin made it.
    Managed,
    /// It was the one token of a system that this one replaced, and was taken over once.
    Legacy,
}

impl TokenSource {
    /// Its name in JSON and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Legacy => "legacy",
        }
    }
}

/// A token. Its secret was shown once and is not known any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// How its secret begins, so that a person recognises it.
    pub prefix: String,
    /// Its purpose, in an admin's words.
    pub label: String,
    /// Its rights; where it has a user, never more than that user's.
    pub role: Role,
    /// Whose things it sees.
    pub tenant: Tenant,
    /// The name of the user that it acts for.
    pub user: Option<String>,
    /// Where it comes from.
    pub source: TokenSource,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// When it ends; none for never.
    pub expires_ms: Option<i64>,
    /// When it was last used, to a minute; none for never.
    pub last_used_ms: Option<i64>,
}

/// One line of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number; a later line has a higher one.
    pub id: i64,
    /// When it was written, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// The line itself.
    pub line: AuditLine,
}

/// A line of the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditLine {
    /// The id of the request.
    pub request_id: Option<String>,
    /// Whose things.
    pub tenant: String,
    /// The name of the user.
    pub user: String,
    /// The role of the caller.
    pub role: String,
    /// Through what it asked.
    pub face: String,
    /// The operation: a name of the table of operations, or of a login.
    pub operation: String,
    /// To what.
    pub object: String,
    /// From which address.
    pub address: Option<String>,
    /// How that ended: `done`, `failed`, `refused`, `abandoned`, or the status of a run.
    pub end: String,
    /// Why it failed, or more about it.
    pub detail: String,
}

/// Which lines of the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// How many, and from where on; the newest first.
    pub page: PageRequest,
    /// Those of one user.
    pub user: Option<String>,
    /// Those of one operation.
    pub operation: Option<String>,
    /// Those written at this time or later, in milliseconds since the Unix epoch.
    pub since_ms: Option<i64>,
    /// Those written before this time, in milliseconds since the Unix epoch.
    pub until_ms: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_more_than_case() {
        assert_eq!("Ann@Example.org".parse::<UserName>().expect("a name").as_str(), "ann@example.org");
        for name in ["", "a b", "-a", "a\n", "<b>", &"a".repeat(65)] {
            name.parse::<UserName>().expect_err(name);
        }
    }
}
