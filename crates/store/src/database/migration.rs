//! The schema, as numbered steps that each database takes once.
//!
//! Owns the steps and that two processes which start together take each only once: all of it happens in one transaction
//! under the lock. A step that was released is never changed; a new one is added.

use super::{Database, Kind, StoreError};
use sqlx::Row;

/// The steps: SQLite's and PostgreSQL's text of each. The version of a database is how many it has taken.
const STEPS: [(&str, &str); 3] = [
    (include_str!("001_sqlite.sql"), include_str!("001_postgres.sql")),
    (include_str!("002_tenant.sql"), include_str!("002_tenant.sql")),
    (include_str!("003_sqlite.sql"), include_str!("003_postgres.sql")),
];

impl Database {
    /// Takes the steps that are missing.
    pub(super) async fn migrate(&self) -> Result<(), StoreError> {
        let doing = || StoreError::of("to change the schema");
        let mut write = self.write().await?;
        sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
            .execute(&mut *write)
            .await
            .map_err(doing())?;
        let row = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM schema_version").fetch_one(&mut *write).await;
        let found: i64 = row.and_then(|row| row.try_get(0)).map_err(doing())?;
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        if found > known {
            return Err(StoreError::TooNew { found, known });
        }
        for (version, (sqlite, postgres)) in (1_i64..).zip(STEPS).skip(usize::try_from(found).unwrap_or(0)) {
            let step = if self.kind == Kind::Sqlite { sqlite } else { postgres };
            sqlx::raw_sql(step).execute(&mut *write).await.map_err(doing())?;
            let done = sqlx::query("INSERT INTO schema_version (version) VALUES ($1)").bind(version);
            done.execute(&mut *write).await.map_err(doing())?;
        }
        write.commit().await.map_err(doing())
    }
}
