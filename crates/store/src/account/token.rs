//! Tokens: rows with the hash of a secret that was shown once.
//!
//! Owns that one token of an admin is always left once there is one, and when a token was last used, to a minute.

use super::error::AccountError;
use super::row::{self as rows, WIDTH, columns};
use crate::database::WriteTransaction;
use crate::error::StoreError;
use crate::files::random_name;
use crate::row;
use crate::{Store, View};
use runcell_model::account::{TokenRecord, TokenSource, UserRecord};
use runcell_model::caller::{Role, Tenant};
use runcell_model::page::{Page, PageRequest};
use sqlx::any::AnyRow;

/// The columns of a token, in the order of [`token`]; they follow those of its user.
macro_rules! token_columns {
    () => {
        "tokens.id, tokens.prefix, tokens.label, tokens.role, tokens.tenant, tokens.source, tokens.created_ms, \
         tokens.expires_ms, tokens.last_used_ms, tokens.number, tokens.sha256"
    };
}

/// How long after the last use another one is noted, in milliseconds.
const NOTE_EVERY_MS: i64 = 60_000;

/// A token that is added.
#[derive(Debug)]
pub struct TokenRow<'a> {
    /// The SHA-256 of the secret, in hexadecimal digits.
    pub sha256: &'a str,
    /// How the secret begins.
    pub prefix: &'a str,
    /// Its purpose.
    pub label: &'a str,
    /// Its rights.
    pub role: Role,
    /// Whose things it sees.
    pub tenant: &'a Tenant,
    /// The user that it acts for.
    pub user: Option<&'a UserRecord>,
    /// Where it comes from.
    pub source: TokenSource,
    /// When it ends, in milliseconds since the Unix epoch.
    pub expires_ms: Option<i64>,
}

/// A token that is good now, and the user that it acts for.
#[derive(Debug, Clone)]
pub struct KnownToken {
    /// The token.
    pub record: TokenRecord,
    /// Its user, who is not disabled.
    pub user: Option<UserRecord>,
    /// The SHA-256 of its secret, in hexadecimal digits.
    pub sha256: String,
}

impl Store {
    /// How many tokens there are, of all tenants.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn token_count(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM tokens").fetch_one(self.database().pool()).await;
        Ok(row::count(row::get(&row.map_err(StoreError::of("to count tokens"))?, 0)?))
    }

    /// Adds a token.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn add_token(&self, token: TokenRow<'_>) -> Result<TokenRecord, StoreError> {
        let id = random_name()?;
        let now = self.now_ms().await?;
        let insert = "INSERT INTO tokens (id, tenant, user_id, label, role, sha256, prefix, source, created_ms, expires_ms) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let insert = sqlx::query(insert).bind(&id).bind(token.tenant.as_str());
        let insert = insert.bind(token.user.map(|user| user.id.as_str())).bind(token.label).bind(token.role.name());
        let insert = insert.bind(token.sha256).bind(token.prefix).bind(token.source.name());
        let insert = insert.bind(now).bind(token.expires_ms).execute(self.database().pool());
        insert.await.map_err(StoreError::of("to add a token"))?;
        Ok(TokenRecord {
            id,
            prefix: token.prefix.to_owned(),
            label: token.label.to_owned(),
            role: token.role,
            tenant: token.tenant.clone(),
            user: token.user.map(|user| user.name.clone()),
            source: token.source,
            created_ms: now,
            expires_ms: token.expires_ms,
            last_used_ms: None,
        })
    }

    /// The token of a secret with this SHA-256, if it is good now: it has not ended, and its user is there and not disabled.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn known_token(&self, sha256: &str) -> Result<Option<KnownToken>, StoreError> {
        let query = concat!(
            "SELECT ",
            columns!(),
            ", ",
            token_columns!(),
            " FROM tokens LEFT JOIN users ON users.id = tokens.user_id WHERE tokens.sha256 = $1 \
             AND (tokens.expires_ms IS NULL OR tokens.expires_ms > $2) AND (tokens.user_id IS NULL OR users.disabled = 0)"
        );
        let now = self.now_ms().await?;
        let row = sqlx::query(query).bind(sha256).bind(now).fetch_optional(self.database().pool()).await;
        let Some(row) = row.map_err(StoreError::of("to look a token up"))? else { return Ok(None) };
        let user = row::get::<Option<String>>(&row, 0)?.map(|_| rows::user(&row, 0)).transpose()?;
        let known = KnownToken { record: token(&row)?.0, user, sha256: row::get(&row, WIDTH + 10)? };
        if known.record.last_used_ms.is_none_or(|used| used < now - NOTE_EVERY_MS) {
            let note =
                sqlx::query("UPDATE tokens SET last_used_ms = $2 WHERE id = $1").bind(&known.record.id).bind(now);
            self.change(note).await?;
        }
        Ok(Some(known))
    }
}

impl View {
    /// The tokens of the view, the newest first, a page of them.
    ///
    /// # Errors
    /// [`AccountError::Cursor`] where the cursor is none of a page.
    pub async fn tokens(&self, page: &PageRequest) -> Result<Page<TokenRecord>, StoreError> {
        let query = concat!(
            "SELECT ",
            columns!(),
            ", ",
            token_columns!(),
            " FROM tokens LEFT JOIN users ON users.id = tokens.user_id WHERE ($1 IS NULL OR tokens.tenant = $1) \
             AND ($2 IS NULL OR tokens.number < $2) ORDER BY tokens.number DESC LIMIT $3"
        );
        let query = sqlx::query(query).bind(self.tenant()).bind(AccountError::number(page.cursor.as_deref())?);
        let rows = query.bind(i64::from(page.rows()) + 1).fetch_all(self.store.database().pool()).await;
        let rows = rows.map_err(StoreError::of("to list tokens"))?;
        let tokens = rows.iter().map(token).collect::<Result<Vec<_>, _>>()?;
        let page = Page::of(tokens, page, |(_, number)| number.to_string());
        Ok(Page { items: page.items.into_iter().map(|(token, _)| token).collect(), next: page.next })
    }

    /// Removes a token of the view, by its id.
    ///
    /// # Errors
    /// [`AccountError::NoToken`] where the view has none, [`AccountError::LastAdminToken`] where no admin's would be left.
    pub async fn remove_token(&self, id: &str) -> Result<(), StoreError> {
        let mut write = self.store.database().write().await?;
        let doing = || StoreError::of("to remove a token");
        let found = sqlx::query("SELECT 1 FROM tokens WHERE id = $1 AND ($2 IS NULL OR tenant = $2)");
        let found = found.bind(id).bind(self.tenant()).fetch_optional(&mut *write).await.map_err(doing())?;
        if found.is_none() {
            let shown = id.chars().filter(|c| !c.is_control()).take(64).collect();
            return Err(AccountError::NoToken(shown).into());
        }
        let now = self.store.database().now(&mut *write).await?;
        keep_an_admin_token(&mut write, TokenColumn::Id, id, now).await?;
        let remove = sqlx::query("DELETE FROM tokens WHERE id = $1").bind(id).execute(&mut *write);
        remove.await.map_err(doing())?;
        write.commit().await.map_err(doing())
    }
}

/// By which column tokens are chosen.
#[derive(Debug, Clone, Copy)]
pub(super) enum TokenColumn {
    Id,
    User,
}

/// Refuses to lose tokens of an admin (those whose `column` is `value`) where no other one would be left.
pub(super) async fn keep_an_admin_token(
    write: &mut WriteTransaction,
    column: TokenColumn,
    value: &str,
    now: i64,
) -> Result<(), StoreError> {
    let query = match column {
        TokenColumn::Id => {
            "SELECT CAST(CASE WHEN id = $1 THEN 1 ELSE 0 END AS BIGINT) FROM tokens WHERE role = 'admin' \
                            AND (expires_ms IS NULL OR expires_ms > $2)"
        }
        TokenColumn::User => {
            "SELECT CAST(CASE WHEN user_id = $1 THEN 1 ELSE 0 END AS BIGINT) FROM tokens WHERE role = 'admin' \
                              AND (expires_ms IS NULL OR expires_ms > $2)"
        }
    };
    let rows = sqlx::query(query).bind(value).bind(now).fetch_all(&mut **write).await;
    let rows = rows.map_err(StoreError::of("to count tokens"))?;
    let goes = rows.iter().map(|one| row::get::<i64>(one, 0)).collect::<Result<Vec<_>, _>>()?;
    if goes.contains(&1) && !goes.contains(&0) { Err(AccountError::LastAdminToken.into()) } else { Ok(()) }
}

/// The token in a row that has the columns of a user and of a token, and its number.
fn token(found: &AnyRow) -> Result<(TokenRecord, i64), StoreError> {
    let source: String = row::get(found, WIDTH + 5)?;
    let record = TokenRecord {
        id: row::get(found, WIDTH)?,
        prefix: row::get(found, WIDTH + 1)?,
        label: row::get(found, WIDTH + 2)?,
        role: rows::role(&row::get::<String>(found, WIDTH + 3)?)?,
        tenant: rows::tenant(row::get(found, WIDTH + 4)?)?,
        user: row::get(found, 1)?,
        source: if source == TokenSource::Legacy.name() { TokenSource::Legacy } else { TokenSource::Managed },
        created_ms: row::get(found, WIDTH + 6)?,
        expires_ms: row::get(found, WIDTH + 7)?,
        last_used_ms: row::get(found, WIDTH + 8)?,
    };
    Ok((record, row::get(found, WIDTH + 9)?))
}
