//! The audit: lines that are added and never changed.
//!
//! Owns that several lines, and the runs that ended with them, are one transaction: the disk is asked once. The database refuses
//! to change a line; only its age removes one.

use super::error::StoreError;
use super::execution::{self, ExecutionNote};
use super::row;
use super::{Store, View};
use crate::account::AccountError;
use runcell_model::account::{AuditFilter, AuditLine, AuditRecord};
use runcell_model::page::Page;
use sqlx::any::AnyRow;

const INSERT: &str = "INSERT INTO audit (at_ms, request_id, tenant, user_name, role, face, operation, object, address, ending, detail) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const LIST: &str = "SELECT id, at_ms, request_id, tenant, user_name, role, face, operation, object, address, ending, detail FROM audit \
                    WHERE ($1 IS NULL OR tenant = $1) AND ($2 IS NULL OR id < $2) AND ($3 IS NULL OR user_name = $3) \
                    AND ($4 IS NULL OR operation = $4) AND ($5 IS NULL OR at_ms >= $5) AND ($6 IS NULL OR at_ms < $6) \
                    ORDER BY id DESC LIMIT $7";

impl Store {
    /// Writes lines of the audit and records of runs, all of them or none.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn note(&self, lines: &[AuditLine], runs: &[ExecutionNote]) -> Result<(), StoreError> {
        let doing = || StoreError::of("to write the audit");
        let mut write = self.database().write().await?;
        let now = self.database().now(&mut *write).await?;
        for line in lines {
            let insert = sqlx::query(INSERT).bind(now).bind(line.request_id.as_deref()).bind(&line.tenant);
            let insert = insert.bind(&line.user).bind(&line.role).bind(&line.face).bind(&line.operation);
            let insert = insert.bind(&line.object).bind(line.address.as_deref()).bind(&line.end).bind(&line.detail);
            insert.execute(&mut *write).await.map_err(doing())?;
        }
        for run in runs {
            execution::insert(&mut write, run, self.server_id(), now).await?;
        }
        write.commit().await.map_err(doing())
    }

    /// Removes the lines that are older than so many milliseconds; answers how many.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn forget_audit(&self, keep_ms: u64) -> Result<u64, StoreError> {
        let before = self.now_ms().await?.saturating_sub(i64::try_from(keep_ms).unwrap_or(i64::MAX));
        let forget = sqlx::query("DELETE FROM audit WHERE at_ms < $1").bind(before).execute(self.database().pool());
        Ok(forget.await.map_err(StoreError::of("to shorten the audit"))?.rows_affected())
    }
}

impl View {
    /// Lines of the view, the newest first, a page of them.
    ///
    /// # Errors
    /// [`AccountError::Cursor`] where the cursor is none of a page.
    pub async fn audit(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, StoreError> {
        let query = sqlx::query(LIST).bind(self.tenant());
        let query = query.bind(AccountError::number(filter.page.cursor.as_deref())?).bind(filter.user.as_deref());
        let query = query.bind(filter.operation.as_deref()).bind(filter.since_ms).bind(filter.until_ms);
        let rows = query.bind(i64::from(filter.page.rows()) + 1).fetch_all(self.store.database().pool()).await;
        let rows = rows.map_err(StoreError::of("to read the audit"))?;
        let lines = rows.iter().map(record).collect::<Result<_, _>>()?;
        Ok(Page::of(lines, &filter.page, |line| line.id.to_string()))
    }
}

fn record(found: &AnyRow) -> Result<AuditRecord, StoreError> {
    let line = AuditLine {
        request_id: row::get(found, 2)?,
        tenant: row::get(found, 3)?,
        user: row::get(found, 4)?,
        role: row::get(found, 5)?,
        face: row::get(found, 6)?,
        operation: row::get(found, 7)?,
        object: row::get(found, 8)?,
        address: row::get(found, 9)?,
        end: row::get(found, 10)?,
        detail: row::get(found, 11)?,
    };
    Ok(AuditRecord { id: row::get(found, 0)?, at_ms: row::get(found, 1)?, line })
}
