//! Why an account, a token or a record cannot be found or changed.
//!
//! Owns the reasons. What a caller can do about them is sorted out by the service.

use runcell_model::execution::ExecutionId;

/// Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// There is no such user in the view.
    #[error("there is no user {0}")]
    NoUser(String),
    /// There is no such token in the view.
    #[error("there is no token {0}")]
    NoToken(String),
    /// There is no such recorded run in the view.
    #[error("there is no recorded run {0}")]
    NoExecution(ExecutionId),
    /// The name belongs to a user.
    #[error("there is a user {0:?} already: choose another name")]
    Taken(String),
    /// The one admin who is left.
    #[error("{0} is the last admin who can log in: make another one first")]
    LastAdmin(String),
    /// The one token of an admin that is left.
    #[error("this is the last token of an admin: make another one first")]
    LastAdminToken,
    /// Somebody changed the user meanwhile.
    #[error("the user {0} was changed meanwhile: read it again")]
    Changed(String),
    /// The run goes on.
    #[error("the run {0} goes on: cancel it first")]
    GoesOn(ExecutionId),
    /// The same key with another request.
    #[error("the idempotency key {0:?} was used for another request: use a new key")]
    KeyReused(String),
    /// The same request goes on.
    #[error("the request with the idempotency key {0:?} goes on: ask again later")]
    KeyHeld(String),
    /// A cursor that no page had.
    #[error("{0:?} is no cursor: use the `next` of the page before, or none")]
    Cursor(String),
}

impl AccountError {
    /// The number that a cursor holds: the page goes on after it. None begins at the top.
    pub(crate) fn number(cursor: Option<&str>) -> Result<Option<i64>, Self> {
        let bad = |text: &str| Self::Cursor(text.chars().take(40).collect());
        cursor.map(|text| text.parse().map_err(|_| bad(text))).transpose()
    }
}
