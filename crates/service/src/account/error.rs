//! Why somebody is not let in, and what is wrong with an account.
//!
//! Owns the words. None of them says whether a user exists to somebody who has not proved to be one, and none holds a secret.

use runcell_model::account::UserName;
use runcell_model::caller::{Role, RoleError, TenantError};
use runcell_model::execution::ExecutionIdError;
use runcell_store::AccountError;

/// The caller has not proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// The name or the password is wrong, or the user may not log in.
    #[error("the name or the password is wrong, or the user is disabled")]
    Password,
    /// The token is unknown, forged, over, or was taken back.
    #[error("the token is not known, has ended, or was taken back: log in again, or ask an admin for another one")]
    Token,
    /// The issuer's token is good and gives no role.
    #[error("the issuer's token is good, but none of its groups or roles has a role here: ask an admin")]
    NoRole,
    /// The configuration names an issuer instead of passwords.
    #[error(
        "passwords are not taken here: send a token of the issuer that /.well-known/oauth-protected-resource names, as \
         `Authorization: Bearer TOKEN`"
    )]
    NoPasswords,
    /// The refresh token is unknown or over.
    #[error("the refresh token is not known or has ended: log in again")]
    Refresh,
    /// The refresh token was used before.
    #[error("the refresh token was used before, so its login has ended, as somebody else may hold it: log in again")]
    Reused,
}

impl Unauthenticated {
    /// Its name in metrics.
    fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
            Self::Refresh => "refresh",
            Self::Reused => "refresh_reused",
            Self::NoRole => "no_role",
            Self::NoPasswords => "no_passwords",
        }
    }

    /// The same, counted: what faces get is made here.
    #[must_use]
    pub(crate) fn counted(self) -> Self {
        runcell_telemetry::metric::auth_failure(self.name());
        self
    }
}

/// A bound of a tenant, of a token or of an address was reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("too many {what}: {used} of {allowed}; try again in {retry_after_ms} ms")]
pub struct Limited {
    /// The kind of thing that is counted.
    pub what: &'static str,
    /// How many there are.
    pub used: u64,
    /// How many there may be.
    pub allowed: u64,
    /// When the same request is worth another try, in milliseconds.
    pub retry_after_ms: u64,
}

/// A fault of an account, a token, or a record that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccount {
    /// A name that no user can have.
    #[error(transparent)]
    Name(TenantError),
    /// A word that is no role.
    #[error(transparent)]
    Role(#[from] RoleError),
    /// Too short a password.
    #[error("the password is too short: at least {0} characters are expected")]
    ShortPassword(usize),
    /// Too long a password.
    #[error("the password is too long: at most {0} bytes are allowed")]
    LongPassword(usize),
    /// A password that is the name.
    #[error("the password is the name of the user: choose another one")]
    PasswordIsName,
    /// The password that is to be changed.
    #[error("the old password is wrong")]
    OldPassword,
    /// A caller without a password.
    #[error("{0} has no password here: only a user who logged in changes a password")]
    NoPassword(String),
    /// A label that does not fit.
    #[error("a label is 1 to {0} characters without control characters")]
    Label(usize),
    /// A token that would have ended before it was made.
    #[error("expires_ms = {0} is not in the future")]
    Expiry(i64),
    /// More rights than its user has.
    #[error(
        "the token would have the role {role}, but {user} has the role {has}: a token never has more than its user"
    )]
    AboveUser {
        /// The token's role.
        role: Role,
        /// The user.
        user: UserName,
        /// The user's role.
        has: Role,
    },
    /// A token of the environment that is too easy to guess.
    #[error(
        "a token of the environment is too short: at least {0} characters are expected; `openssl rand -hex 32` makes a good one"
    )]
    ShortToken(usize),
    /// A secret that signs and is too easy to guess.
    #[error(
        "the secret that signs access tokens is too short: at least {0} characters are expected, such as `openssl rand -hex 32` \
         makes; without any, a server makes one and keeps it in its database"
    )]
    ShortSecret(usize),
    /// A hash that no bcrypt made, or one that takes too long.
    #[error("the hash of its password is not bcrypt's, or has a cost above {0}: add the user with a new password")]
    ForeignHash(u32),
    /// An idempotency key that does not fit.
    #[error("an idempotency key is 1 to {0} visible ASCII characters")]
    Key(usize),
    /// A text that is no id of a recorded run.
    #[error(transparent)]
    Execution(#[from] ExecutionIdError),
    /// Something that clashes with what there is.
    #[error(transparent)]
    Clash(AccountError),
}

impl InvalidAccount {
    /// Whether the request is fine by itself, and clashes with what there is.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Clash(error) if !matches!(error, AccountError::Cursor(_)))
    }
}
