//! Users of gorun, as its own database has them.
//!
//! Owns reading that file, in which nothing is changed. What becomes of the users is the service's business.

use crate::database::open_to_read;
use crate::row;
use std::fmt;
use std::path::{Path, PathBuf};

/// The most users that are read.
const MOST: usize = 100_000;

/// A user of gorun.
#[derive(Clone, PartialEq, Eq)]
pub struct GorunUser {
    /// The name that it logs in with.
    pub email: String,
    /// The bcrypt hash of its password.
    pub password_hash: String,
    /// Whether it sees everybody's things.
    pub is_admin: bool,
}

impl fmt::Debug for GorunUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GorunUser")
            .field("email", &self.email)
            .field("is_admin", &self.is_admin)
            .finish_non_exhaustive()
    }
}

/// A file that is no database of gorun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} is no database of gorun that can be read: {reason}")]
pub struct GorunError {
    path: PathBuf,
    reason: String,
}

/// The users in a database of gorun, by their addresses.
///
/// # Errors
/// [`GorunError`] where the file cannot be read, or is something else.
pub async fn gorun_users(file: &Path) -> Result<Vec<GorunUser>, GorunError> {
    let failed = |reason: String| GorunError { path: file.to_owned(), reason };
    if !file.is_file() {
        return Err(failed("there is no such file".to_owned()));
    }
    let mut database = open_to_read(file).await.map_err(|error| failed(error.to_string()))?;
    let query = "SELECT CAST(email AS TEXT), CAST(password_hash AS TEXT), CAST(is_admin AS INTEGER) FROM users \
                 ORDER BY email LIMIT $1";
    let rows = sqlx::query(query).bind(i64::try_from(MOST).unwrap_or(i64::MAX) + 1).fetch_all(&mut database).await;
    let rows = rows.map_err(|error| failed(error.to_string()))?;
    if rows.len() > MOST {
        return Err(failed(format!("it has more than {MOST} users")));
    }
    let user = |row| {
        let is_admin = row::get::<i64>(row, 2)? != 0;
        Ok(GorunUser { email: row::get(row, 0)?, password_hash: row::get(row, 1)?, is_admin })
    };
    rows.iter().map(user).collect::<Result<_, crate::StoreError>>().map_err(|error| failed(error.to_string()))
}
