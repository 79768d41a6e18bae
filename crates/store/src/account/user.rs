//! Users: rows with the name that one logs in with and the hash of a password.
//!
//! Owns that names are unique, and that one admin who can log in is always left once there is one.

use super::error::AccountError;
use super::login;
use super::row::{WIDTH, columns, user};
use super::token::{TokenColumn, keep_an_admin_token};
use crate::database::WriteTransaction;
use crate::error::StoreError;
use crate::files::random_name;
use crate::row::{self, count};
use crate::{Store, View};
use runcell_model::account::{UserName, UserRecord};
use runcell_model::caller::{Role, Tenant};
use runcell_model::page::{Page, PageRequest};

/// A user with the hash of its password.
#[derive(Clone)]
pub struct KnownUser {
    /// The user.
    pub record: UserRecord,
    /// The hash in PHC form; none for a user that has no password.
    pub password_hash: Option<String>,
}

impl std::fmt::Debug for KnownUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnownUser").field("record", &self.record).finish_non_exhaustive()
    }
}

/// The changes to a user.
#[derive(Clone, Default)]
pub struct UserRowChange {
    /// Its role.
    pub role: Option<Role>,
    /// Whether it may do nothing. Its logins end.
    pub disabled: Option<bool>,
    /// The hash of its password in PHC form. Its logins end.
    pub password_hash: Option<String>,
    /// Change only what was last changed then.
    pub if_changed_ms: Option<i64>,
}

impl Store {
    /// How many users there are, of all tenants.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn user_count(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM users").fetch_one(self.database().pool()).await;
        Ok(count(row::get(&row.map_err(StoreError::of("to count users"))?, 0)?))
    }

    /// The user of a name, for whoever logs in.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn known_user(&self, name: &UserName) -> Result<Option<KnownUser>, StoreError> {
        let query = concat!("SELECT ", columns!(), ", users.password_hash FROM users WHERE name = $1");
        let row = sqlx::query(query).bind(name.as_str()).fetch_optional(self.database().pool()).await;
        let row = row.map_err(StoreError::of("to look a user up"))?;
        row.map(|row| Ok(KnownUser { record: user(&row, 0)?, password_hash: row::get(&row, WIDTH)? })).transpose()
    }

    /// Whether a password is kept as another system hashed it: in a form that is not PHC's.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn has_foreign_hashes(&self) -> Result<bool, StoreError> {
        let query = "SELECT COUNT(*) FROM (SELECT id FROM users WHERE password_hash LIKE '$2%' LIMIT 1) AS one";
        let row = sqlx::query(query).fetch_one(self.database().pool()).await;
        Ok(row::get::<i64>(&row.map_err(StoreError::of("to look for users"))?, 0)? > 0)
    }

    /// Keeps another hash of the same password, if it is still the one that is known. Logins go on.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn renew_hash(&self, user: &str, known: &str, renewed: &str) -> Result<bool, StoreError> {
        let renew = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
        self.change(sqlx::query(renew).bind(user).bind(known).bind(renewed)).await
    }

    /// Adds a user. With `first`, only where there is none at all.
    ///
    /// # Errors
    /// [`AccountError::Taken`] where the name belongs to a user, or the first one was added meanwhile.
    pub async fn add_user(
        &self,
        name: &UserName,
        tenant: &Tenant,
        role: Role,
        password_hash: Option<&str>,
        first: bool,
    ) -> Result<UserRecord, StoreError> {
        let mut write = self.database().write().await?;
        let taken = "SELECT COUNT(*) FROM users WHERE name = $1 OR $2 = 1";
        let taken = sqlx::query(taken).bind(name.as_str()).bind(i64::from(first)).fetch_one(&mut *write).await;
        if row::get::<i64>(&taken.map_err(StoreError::of("to look a user up"))?, 0)? > 0 {
            return Err(AccountError::Taken(name.to_string()).into());
        }
        let (id, now) = (random_name()?, self.database().now(&mut *write).await?);
        let insert = "INSERT INTO users (id, tenant, name, role, password_hash, created_ms, changed_ms) \
                      VALUES ($1, $2, $3, $4, $5, $6, $6)";
        let insert = sqlx::query(insert).bind(&id).bind(tenant.as_str()).bind(name.as_str()).bind(role.name());
        let insert = insert.bind(password_hash).bind(now).execute(&mut *write);
        insert.await.map_err(StoreError::of("to add a user"))?;
        write.commit().await.map_err(StoreError::of("to add a user"))?;
        let (name, tenant) = (name.to_string(), tenant.clone());
        Ok(UserRecord { id, name, tenant, role, disabled: false, created_ms: now, changed_ms: now })
    }
}

impl View {
    /// The users of the view by name, a page of them.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn users(&self, page: &PageRequest) -> Result<Page<UserRecord>, StoreError> {
        let query = concat!(
            "SELECT ",
            columns!(),
            " FROM users WHERE ($1 IS NULL OR tenant = $1) AND ($2 IS NULL OR name > $2) ORDER BY name LIMIT $3"
        );
        let query = sqlx::query(query).bind(self.tenant()).bind(page.cursor.as_deref());
        let rows = query.bind(i64::from(page.rows()) + 1).fetch_all(self.store.database().pool()).await;
        let rows = rows.map_err(StoreError::of("to list users"))?;
        let users = rows.iter().map(|row| user(row, 0)).collect::<Result<_, _>>()?;
        Ok(Page::of(users, page, |user| user.name.clone()))
    }

    /// A user of the view, by its id or its name.
    ///
    /// # Errors
    /// [`AccountError::NoUser`] where the view has none.
    pub async fn user(&self, id: &str) -> Result<UserRecord, StoreError> {
        let query = concat!(
            "SELECT ",
            columns!(),
            " FROM users WHERE (id = $1 OR name = lower($1)) AND ($2 IS NULL OR tenant = $2) ORDER BY id = $1 DESC"
        );
        let query = sqlx::query(query).bind(id).bind(self.tenant());
        let row = query.fetch_optional(self.store.database().pool()).await;
        let row = row.map_err(StoreError::of("to look a user up"))?;
        user(&row.ok_or_else(|| no_user(id))?, 0)
    }

    /// Changes a user of the view.
    ///
    /// # Errors
    /// [`AccountError::LastAdmin`] where no admin who can log in would be left, [`AccountError::Changed`] where somebody else
    /// was faster.
    pub async fn change_user(&self, id: &str, change: UserRowChange) -> Result<UserRecord, StoreError> {
        let id = self.user(id).await?.id;
        let mut write = self.store.database().write().await?;
        let found = self.user_now(&mut write, &id).await?;
        if change.if_changed_ms.is_some_and(|known| known != found.changed_ms) {
            return Err(AccountError::Changed(found.name).into());
        }
        let (role, disabled) = (change.role.unwrap_or(found.role), change.disabled.unwrap_or(found.disabled));
        if role != Role::Admin || disabled {
            keep_an_admin(&mut write, &found).await?;
        }
        // A later change has a later time, so that the time names the version.
        let now = self.store.database().now(&mut *write).await?.max(found.changed_ms + 1);
        let update = "UPDATE users SET role = $2, disabled = $3, password_hash = COALESCE($4, password_hash), \
                      changed_ms = $5 WHERE id = $1";
        let update = sqlx::query(update).bind(&id).bind(role.name()).bind(i64::from(disabled));
        let update = update.bind(change.password_hash.as_deref()).bind(now).execute(&mut *write);
        update.await.map_err(StoreError::of("to change a user"))?;
        if disabled || change.password_hash.is_some() {
            login::end_all(&mut write, &id).await?;
        }
        write.commit().await.map_err(StoreError::of("to change a user"))?;
        Ok(UserRecord { role, disabled, changed_ms: now, ..found })
    }

    /// Removes a user of the view, with its logins and its tokens.
    ///
    /// # Errors
    /// [`AccountError::LastAdmin`] where no admin who can log in would be left.
    pub async fn remove_user(&self, id: &str) -> Result<UserRecord, StoreError> {
        let id = self.user(id).await?.id;
        let mut write = self.store.database().write().await?;
        let found = self.user_now(&mut write, &id).await?;
        keep_an_admin(&mut write, &found).await?;
        let now = self.store.database().now(&mut *write).await?;
        keep_an_admin_token(&mut write, TokenColumn::User, &id, now).await?;
        login::end_all(&mut write, &id).await?;
        for remove in ["DELETE FROM tokens WHERE user_id = $1", "DELETE FROM users WHERE id = $1"] {
            let removed = sqlx::query(remove).bind(&id).execute(&mut *write).await;
            removed.map_err(StoreError::of("to remove a user"))?;
        }
        write.commit().await.map_err(StoreError::of("to remove a user"))?;
        Ok(found)
    }

    async fn user_now(&self, write: &mut WriteTransaction, id: &str) -> Result<UserRecord, StoreError> {
        let query = concat!("SELECT ", columns!(), " FROM users WHERE id = $1 AND ($2 IS NULL OR tenant = $2)");
        let row = sqlx::query(query).bind(id).bind(self.tenant()).fetch_optional(&mut **write).await;
        user(&row.map_err(StoreError::of("to look a user up"))?.ok_or_else(|| no_user(id))?, 0)
    }
}

fn no_user(id: &str) -> StoreError {
    AccountError::NoUser(id.chars().filter(|c| !c.is_control()).take(64).collect()).into()
}

/// Refuses to lose an admin who can log in where it is the last one of all tenants.
async fn keep_an_admin(write: &mut WriteTransaction, user: &UserRecord) -> Result<(), StoreError> {
    if user.role != Role::Admin || user.disabled {
        return Ok(());
    }
    let others = "SELECT COUNT(*) FROM users WHERE role = 'admin' AND disabled = 0 AND id <> $1";
    let others = sqlx::query(others).bind(&user.id).fetch_one(&mut **write).await;
    let others: i64 = row::get(&others.map_err(StoreError::of("to count admins"))?, 0)?;
    if others == 0 { Err(AccountError::LastAdmin(user.name.clone()).into()) } else { Ok(()) }
}
