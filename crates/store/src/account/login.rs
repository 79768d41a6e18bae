//! Logins: what a user opened with its password, and the refresh tokens that belong to it.
//!
//! Owns the rotation: each refresh token is good once, and one that comes a second time ends its login, as either the user
//! or a thief holds an old one. Only hashes are here.

use super::row::{self as rows, WIDTH, columns};
use crate::Store;
use crate::database::WriteTransaction;
use crate::error::StoreError;
use crate::row;
use runcell_model::account::UserRecord;

/// Used refresh tokens of a login that are remembered. An older one is as unknown as one that never was.
const REMEMBERED: i64 = 100;

/// A login that begins.
#[derive(Debug)]
pub struct NewLogin<'a> {
    /// Its id: 32 hexadecimal digits.
    pub id: &'a str,
    /// The id of the user.
    pub user_id: &'a str,
    /// The SHA-256 of its first refresh token.
    pub refresh_sha256: Option<&'a str>,
    /// The SHA-256 of the secret of a web page.
    pub page_sha256: Option<&'a str>,
    /// From where.
    pub address: Option<String>,
    /// How long it lasts, in milliseconds.
    pub lasts_ms: i64,
    /// The most logins of one user.
    pub most: u32,
}

/// The result of a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// It was good; the new one takes its place.
    Renewed {
        /// The login.
        login: String,
        /// Whose it is.
        user: UserRecord,
        /// When the new refresh token ends, in milliseconds since the Unix epoch.
        expires_ms: i64,
    },
    /// It was used before: the login has ended.
    Reused(UserRecord),
    /// It is unknown, or its login has ended, or the user is disabled.
    Unknown,
}

impl Store {
    /// Opens a login; answers when it ends, in milliseconds since the Unix epoch. Where the user has too many, its oldest ends.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn open_login(&self, login: NewLogin<'_>) -> Result<i64, StoreError> {
        let doing = || StoreError::of("to open a login");
        let mut write = self.database().write().await?;
        let now = self.database().now(&mut *write).await?;
        let expires_ms = now.saturating_add(login.lasts_ms);
        let over = "SELECT id FROM logins WHERE expires_ms <= $2 OR (user_id = $1 AND id NOT IN \
                    (SELECT id FROM logins WHERE user_id = $1 ORDER BY created_ms DESC, id LIMIT $3))";
        let over = sqlx::query(over).bind(login.user_id).bind(now).bind(i64::from(login.most) - 1);
        end(&mut write, over).await?;
        let insert = "INSERT INTO logins (id, user_id, page_sha256, address, created_ms, expires_ms) \
                      VALUES ($1, $2, $3, $4, $5, $6)";
        let insert = sqlx::query(insert).bind(login.id).bind(login.user_id).bind(login.page_sha256);
        let insert = insert.bind(login.address).bind(now).bind(expires_ms).execute(&mut *write);
        insert.await.map_err(doing())?;
        if let Some(sha256) = login.refresh_sha256 {
            add_refresh(&mut write, sha256, login.id).await?;
        }
        write.commit().await.map_err(doing())?;
        Ok(expires_ms)
    }

    /// Whose login it is; none where it has ended or the user is disabled.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn user_of_login(&self, login: &str) -> Result<Option<UserRecord>, StoreError> {
        let query = concat!(
            "SELECT ",
            columns!(),
            " FROM logins JOIN users ON users.id = logins.user_id \
             WHERE logins.id = $1 AND logins.expires_ms > $2 AND users.disabled = 0"
        );
        let now = self.now_ms().await?;
        let row = sqlx::query(query).bind(login).bind(now).fetch_optional(self.database().pool()).await;
        row.map_err(StoreError::of("to look a login up"))?.map(|row| rows::user(&row, 0)).transpose()
    }

    /// The login of a web page's secret, and whose it is.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn page_login(&self, sha256: &str) -> Result<Option<(String, UserRecord)>, StoreError> {
        let query = concat!(
            "SELECT ",
            columns!(),
            ", logins.id FROM logins JOIN users ON users.id = logins.user_id \
             WHERE logins.page_sha256 = $1 AND logins.expires_ms > $2 AND users.disabled = 0"
        );
        let now = self.now_ms().await?;
        let row = sqlx::query(query).bind(sha256).bind(now).fetch_optional(self.database().pool()).await;
        let row = row.map_err(StoreError::of("to look a login up"))?;
        row.map(|row| Ok((row::get(&row, WIDTH)?, rows::user(&row, 0)?))).transpose()
    }

    /// The login of a refresh token, used or not.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn refresh_login(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query("SELECT login_id FROM refresh_tokens WHERE sha256 = $1").bind(sha256);
        let row = query.fetch_optional(self.database().pool()).await.map_err(StoreError::of("to look a login up"))?;
        row.map(|row| row::get(&row, 0)).transpose()
    }

    /// Takes a refresh token and puts a new one in its place.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn refresh(&self, old: &str, new: &str, lasts_ms: i64) -> Result<Refreshed, StoreError> {
        let doing = || StoreError::of("to refresh a login");
        let mut write = self.database().write().await?;
        let now = self.database().now(&mut *write).await?;
        let query = concat!(
            "SELECT ",
            columns!(),
            ", logins.id, refresh_tokens.used_ms FROM refresh_tokens JOIN logins ON logins.id = refresh_tokens.login_id \
             JOIN users ON users.id = logins.user_id \
             WHERE refresh_tokens.sha256 = $1 AND logins.expires_ms > $2 AND users.disabled = 0"
        );
        let row = sqlx::query(query).bind(old).bind(now).fetch_optional(&mut *write).await.map_err(doing())?;
        let Some(row) = row else { return Ok(Refreshed::Unknown) };
        let (user, login): (_, String) = (rows::user(&row, 0)?, row::get(&row, WIDTH)?);
        if row::get::<Option<i64>>(&row, WIDTH + 1)?.is_some() {
            end(&mut write, sqlx::query("SELECT id FROM logins WHERE id = $1").bind(&login)).await?;
            write.commit().await.map_err(doing())?;
            return Ok(Refreshed::Reused(user));
        }
        let expires_ms = now.saturating_add(lasts_ms);
        let used = sqlx::query("UPDATE refresh_tokens SET used_ms = $2 WHERE sha256 = $1").bind(old).bind(now);
        used.execute(&mut *write).await.map_err(doing())?;
        add_refresh(&mut write, new, &login).await?;
        let longer = sqlx::query("UPDATE logins SET expires_ms = $2 WHERE id = $1").bind(&login).bind(expires_ms);
        longer.execute(&mut *write).await.map_err(doing())?;
        let forget = "DELETE FROM refresh_tokens WHERE login_id = $1 AND number < (SELECT number FROM refresh_tokens \
                      WHERE login_id = $1 ORDER BY number DESC LIMIT 1 OFFSET $2)";
        let forget = sqlx::query(forget).bind(&login).bind(REMEMBERED);
        forget.execute(&mut *write).await.map_err(doing())?;
        write.commit().await.map_err(doing())?;
        Ok(Refreshed::Renewed { login, user, expires_ms })
    }

    /// Ends a login.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn end_login(&self, login: &str) -> Result<(), StoreError> {
        let mut write = self.database().write().await?;
        end(&mut write, sqlx::query("SELECT id FROM logins WHERE id = $1").bind(login)).await?;
        write.commit().await.map_err(StoreError::of("to end a login"))
    }

    /// Ends all logins of a user.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn end_logins(&self, user_id: &str) -> Result<(), StoreError> {
        let mut write = self.database().write().await?;
        end_all(&mut write, user_id).await?;
        write.commit().await.map_err(StoreError::of("to end logins"))
    }
}

async fn add_refresh(write: &mut WriteTransaction, sha256: &str, login: &str) -> Result<(), StoreError> {
    let insert = "INSERT INTO refresh_tokens (sha256, login_id) VALUES ($1, $2)";
    let insert = sqlx::query(insert).bind(sha256).bind(login).execute(&mut **write);
    insert.await.map_err(StoreError::of("to keep a refresh token")).map(drop)
}

/// Ends all logins of a user.
pub(super) async fn end_all(write: &mut WriteTransaction, user_id: &str) -> Result<(), StoreError> {
    end(write, sqlx::query("SELECT id FROM logins WHERE user_id = $1").bind(user_id)).await
}

/// Ends the logins that a query finds.
async fn end(
    write: &mut WriteTransaction,
    which: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
) -> Result<(), StoreError> {
    let doing = || StoreError::of("to end logins");
    for found in which.fetch_all(&mut **write).await.map_err(doing())? {
        let login: String = row::get(&found, 0)?;
        for remove in ["DELETE FROM refresh_tokens WHERE login_id = $1", "DELETE FROM logins WHERE id = $1"] {
            sqlx::query(remove).bind(&login).execute(&mut **write).await.map_err(doing())?;
        }
    }
    Ok(())
}
