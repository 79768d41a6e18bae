//! The database: SQLite or PostgreSQL behind one pool, and the differences between them.
//!
//! Owns connecting, pragmas, the clock, and the lock that submits and clearing away share. Queries are the same text for
//! both (numbered placeholders, texts and 64-bit integers only), so that nothing works on one alone.

mod migration;

use super::error::StoreError;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Row, Transaction};
use std::fmt::Write;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// The longest wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// The lock of PostgreSQL that stands for SQLite's write lock: an arbitrary number that is ours.
const WRITE_LOCK: i64 = 0x7275_6e63_656c;

/// The settings of every connection to SQLite. A write-ahead log lets readers read while one writes; `FULL` syncs it at each
/// commit, so that acknowledged changes survive a loss of power.
const PRAGMAS: &str = "PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;";

/// The kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

/// A pool of connections.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pool: AnyPool,
    kind: Kind,
}

/// A transaction that writes.
pub(super) type WriteTransaction = Transaction<'static, Any>;

impl Database {
    /// Connects and brings the schema up to date.
    pub(super) async fn open(url: Option<&str>, data_dir: &Path) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (kind, url) = address(url, data_dir)?;
        let refused = || StoreError::Address(without_password(&url));
        let options = AnyConnectOptions::from_str(&url).map_err(|_| refused())?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if kind == Kind::Sqlite {
                        sqlx::raw_sql(PRAGMAS).execute(connection).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(|error| match error {
                sqlx::Error::Configuration(_) => refused(),
                error => StoreError::Unavailable(error),
            })?;
        let database = Self { pool, kind };
        database.migrate().await?;
        Ok(database)
    }

    pub(super) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// The wall clock that all servers share, in milliseconds since the Unix epoch.
    pub(super) async fn now<'e>(&self, executor: impl Executor<'e, Database = Any>) -> Result<i64, StoreError> {
        let sql = match self.kind {
            Kind::Sqlite => "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            Kind::Postgres => "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        };
        let row = executor.fetch_one(sqlx::query::<Any>(sql)).await.map_err(StoreError::of("to tell the time"))?;
        row.try_get(0).map_err(StoreError::of("to tell the time"))
    }

    /// The statement of the database that this is.
    pub(super) fn either(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.kind {
            Kind::Sqlite => sqlite,
            Kind::Postgres => postgres,
        }
    }

    /// Begins a transaction that no other writing transaction overlaps, in any process. Dropping it rolls it back.
    pub(super) async fn write(&self) -> Result<WriteTransaction, StoreError> {
        let begin = self.either("BEGIN IMMEDIATE", "BEGIN");
        let mut transaction = self.pool.begin_with(begin).await.map_err(StoreError::of("to begin a transaction"))?;
        if self.kind == Kind::Postgres {
            let lock = sqlx::query("SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) AS locked").bind(WRITE_LOCK);
            lock.execute(&mut *transaction).await.map_err(StoreError::of("to lock"))?;
        }
        Ok(transaction)
    }
}

/// The kind of database of an address, and the address as the library expects it.
fn address(url: Option<&str>, data_dir: &Path) -> Result<(Kind, String), StoreError> {
    let Some(url) = url else {
        return Ok((Kind::Sqlite, sqlite_url(&data_dir.join("runcell.db"))));
    };
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok((Kind::Postgres, url.to_owned()));
    }
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).filter(|path| {
        // A database in memory would be lost with the process, and each connection would have its own.
        !path.is_empty() && !path.contains('\0') && *path != ":memory:"
    });
    let path = path.ok_or_else(|| StoreError::Address(without_password(url)))?;
    let path = std::path::absolute(path).map_err(|_| StoreError::Address(url.to_owned()))?;
    Ok((Kind::Sqlite, sqlite_url(&path)))
}

/// A database of somebody else in a file, in which nothing can be changed.
pub(super) async fn open_to_read(path: &Path) -> Result<AnyConnection, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let path = std::path::absolute(path).map_err(sqlx::Error::Io)?;
    AnyConnection::connect(&sqlite_url(&path).replace("?mode=rwc", "?mode=ro")).await
}

/// A path as the library expects it: all but plain characters percent-encoded.
fn sqlite_url(path: &Path) -> String {
    let mut url = String::from("sqlite://");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => url.push(char::from(*byte)),
            byte => write!(url, "%{byte:02X}").unwrap_or_default(),
        }
    }
    url + "?mode=rwc"
}

/// An address without its password.
fn without_password(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1))) {
        Some((scheme, rest)) => format!("{scheme}://...@{rest}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let cases = [
            (None, Some("sqlite:///data/runcell.db?mode=rwc")),
            (Some("sqlite:/a b/c?.db"), Some("sqlite:///a%20b/c%3F.db?mode=rwc")),
            (Some("sqlite:///x.db"), Some("sqlite:///x.db?mode=rwc")),
            (Some("postgres://me@host/db"), Some("postgres://me@host/db")),
            (Some("sqlite::memory:"), None),
            (Some("sqlite:"), None),
            (Some("mysql://me:secret@host/db"), None),
            (Some("/x.db"), None),
        ];
        for (url, expected) in cases {
            let found = address(url, Path::new("/data")).map(|(_, url)| url);
            assert_eq!(found.as_deref().ok(), expected, "{url:?}");
            assert!(!found.is_err_and(|error| error.to_string().contains("secret")), "passwords are not shown");
        }
    }
}
