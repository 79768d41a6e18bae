//! Rows of users, and of what joins them: their columns, and how a row becomes a record.
//!
//! Owns the mapping.

use crate::error::StoreError;
use crate::row;
use runcell_model::account::UserRecord;
use runcell_model::caller::{Role, Tenant};
use sqlx::any::AnyRow;

/// The columns of a user, in the order of [`user`].
macro_rules! columns {
    () => {
        "users.id, users.name, users.tenant, users.role, users.disabled, users.created_ms, users.changed_ms"
    };
}
pub(super) use columns;

/// How many columns those are.
pub(super) const WIDTH: usize = 7;

/// The user in a row that has those columns from `at` on.
pub(super) fn user(found: &AnyRow, at: usize) -> Result<UserRecord, StoreError> {
    Ok(UserRecord {
        id: row::get(found, at)?,
        name: row::get(found, at + 1)?,
        tenant: tenant(row::get(found, at + 2)?)?,
        role: role(&row::get::<String>(found, at + 3)?)?,
        disabled: row::get::<i64>(found, at + 4)? != 0,
        created_ms: row::get(found, at + 5)?,
        changed_ms: row::get(found, at + 6)?,
    })
}

/// The tenant of a column.
pub(super) fn tenant(text: String) -> Result<Tenant, StoreError> {
    text.try_into().map_err(|error| StoreError::Row(format!("{error}")))
}

/// The role of a column.
pub(super) fn role(text: &str) -> Result<Role, StoreError> {
    text.parse().map_err(|error| StoreError::Row(format!("{error}")))
}
