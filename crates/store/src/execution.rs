//! Recorded runs: rows that say what was run, for whom, and how it ended.
//!
//! Owns that a record has one end, that a run of a dead server is `lost`, and how many are kept.

use super::account::AccountError;
use super::database::WriteTransaction;
use super::error::StoreError;
use super::row::{self, count};
use super::{Store, View};
use runcell_model::caller::Tenant;
use runcell_model::execution::{ExecutionEnd, ExecutionFilter, ExecutionId, ExecutionRecord, FinishedExecution};
use runcell_model::page::Page;
use sqlx::any::AnyRow;

/// A run that ended and is recorded afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionNote {
    /// Whose it is.
    pub tenant: Tenant,
    /// The name of the user who asked for it.
    pub user: String,
    /// The run.
    pub run: FinishedExecution,
}

const INSERT: &str = "INSERT INTO executions (id, tenant, user_name, runtime, state, server, started_ms, ended_ms, outcome) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";

macro_rules! columns {
    () => {
        "number, id, tenant, user_name, runtime, state, started_ms, ended_ms"
    };
}

/// Inserts a run that ended now.
pub(super) async fn insert(
    write: &mut WriteTransaction,
    note: &ExecutionNote,
    server: &str,
    now: i64,
) -> Result<(), StoreError> {
    let started = now.saturating_sub(i64::try_from(note.run.took_ms).unwrap_or(i64::MAX));
    let outcome = note.run.end.outcome.as_ref().map(row::to_json).transpose()?;
    let insert = sqlx::query(INSERT).bind(note.run.id.as_str()).bind(note.tenant.as_str()).bind(&note.user);
    let insert = insert.bind(&note.run.runtime).bind(note.run.end.state.name()).bind(server);
    let insert = insert.bind(started).bind(now).bind(outcome).execute(&mut **write);
    insert.await.map_err(StoreError::of("to record a run")).map(drop)
}

impl Store {
    /// Records a run that begins.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn begin_execution(&self, tenant: &Tenant, user: &str, runtime: &str) -> Result<ExecutionId, StoreError> {
        let id = ExecutionId::from_random(self.random()?);
        let begin = sqlx::query(INSERT).bind(id.as_str()).bind(tenant.as_str()).bind(user).bind(runtime);
        let begin = begin.bind("running").bind(self.server_id()).bind(self.now_ms().await?);
        self.change(begin.bind(None::<i64>).bind(None::<String>)).await?;
        Ok(id)
    }

    /// Ends the running records of this store whose server is dead; answers how many.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn lose_executions(&self) -> Result<u64, StoreError> {
        let doing = || StoreError::of("to look for lost runs");
        let servers = sqlx::query("SELECT DISTINCT server FROM executions WHERE state = 'running'");
        let mut lost = 0;
        for found in servers.fetch_all(self.database().pool()).await.map_err(doing())? {
            let server: String = row::get(&found, 0)?;
            if server == self.server_id() || self.is_alive(&server).await? {
                continue;
            }
            let lose = "UPDATE executions SET state = 'lost', ended_ms = $2 WHERE state = 'running' AND server = $1";
            let lose = sqlx::query(lose).bind(&server).bind(self.now_ms().await?).execute(self.database().pool());
            lost += lose.await.map_err(doing())?.rows_affected();
        }
        Ok(lost)
    }

    /// Removes the records of ended runs that are older than so many milliseconds, and the oldest ones beyond a number;
    /// answers how many.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn forget_executions(&self, keep: u64, keep_ms: u64) -> Result<u64, StoreError> {
        let before = self.now_ms().await?.saturating_sub(i64::try_from(keep_ms).unwrap_or(i64::MAX));
        let forget = "DELETE FROM executions WHERE state <> 'running' AND (started_ms < $1 OR number <= COALESCE((SELECT number \
                      FROM executions WHERE state <> 'running' ORDER BY number DESC LIMIT 1 OFFSET $2), 0))";
        let forget = sqlx::query(forget).bind(before).bind(i64::try_from(keep).unwrap_or(i64::MAX));
        let forgotten = forget.execute(self.database().pool()).await;
        Ok(forgotten.map_err(StoreError::of("to forget runs"))?.rows_affected())
    }

    /// How many runs are recorded, of all tenants.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be asked.
    pub async fn execution_count(&self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM executions").fetch_one(self.database().pool()).await;
        Ok(count(row::get(&row.map_err(StoreError::of("to count runs"))?, 0)?))
    }
}

impl View {
    /// Records the end of a run of the view. One that has ended keeps its end.
    ///
    /// # Errors
    /// [`StoreError`] where the database cannot be written.
    pub async fn end_execution(&self, id: &ExecutionId, end: &ExecutionEnd) -> Result<(), StoreError> {
        let update = "UPDATE executions SET state = $3, ended_ms = $4, outcome = $5 \
                      WHERE id = $1 AND ($2 IS NULL OR tenant = $2) AND state = 'running'";
        let outcome = end.outcome.as_ref().map(row::to_json).transpose()?;
        let update = sqlx::query(update).bind(id.as_str()).bind(self.tenant()).bind(end.state.name());
        let update = update.bind(self.store.now_ms().await?).bind(outcome);
        self.store.change(update).await.map(drop)
    }

    /// Recorded runs of the view, the newest first, a page of them, without their outcomes.
    ///
    /// # Errors
    /// [`AccountError::Cursor`] where the cursor is none of a page.
    pub async fn executions(&self, filter: &ExecutionFilter) -> Result<Page<ExecutionRecord>, StoreError> {
        let query = concat!(
            "SELECT ",
            columns!(),
            " FROM executions WHERE ($1 IS NULL OR tenant = $1) AND ($2 IS NULL OR number < $2) \
             AND ($3 IS NULL OR state = $3) AND ($4 IS NULL OR runtime = $4) ORDER BY number DESC LIMIT $5"
        );
        let query = sqlx::query(query).bind(self.tenant());
        let query = query.bind(AccountError::number(filter.page.cursor.as_deref())?);
        let query = query.bind(filter.state.map(|state| state.name())).bind(filter.runtime.as_deref());
        let rows = query.bind(i64::from(filter.page.rows()) + 1).fetch_all(self.store.database().pool()).await;
        let rows = rows.map_err(StoreError::of("to list runs"))?;
        let runs = rows.iter().map(|row| Ok((record(row)?, row::get::<i64>(row, 0)?)));
        let page = Page::of(runs.collect::<Result<_, StoreError>>()?, &filter.page, |(_, number)| number.to_string());
        Ok(Page { items: page.items.into_iter().map(|(run, _)| run).collect(), next: page.next })
    }

    /// A recorded run of the view, with its outcome.
    ///
    /// # Errors
    /// [`AccountError::NoExecution`] where the view has none of this id.
    pub async fn execution(&self, id: &ExecutionId) -> Result<ExecutionRecord, StoreError> {
        let query =
            concat!("SELECT ", columns!(), ", outcome FROM executions WHERE id = $1 AND ($2 IS NULL OR tenant = $2)");
        let query = sqlx::query(query).bind(id.as_str()).bind(self.tenant());
        let found = query.fetch_optional(self.store.database().pool()).await;
        let found = found.map_err(StoreError::of("to look a run up"))?;
        let found = found.ok_or_else(|| AccountError::NoExecution(id.clone()))?;
        let outcome = row::get::<Option<String>>(&found, 8)?;
        let outcome = outcome.map(|text| row::json("outcome", &text)).transpose()?;
        Ok(ExecutionRecord { outcome, ..record(&found)? })
    }

    /// Removes the record of a run of the view that has ended.
    ///
    /// # Errors
    /// [`AccountError::GoesOn`] where it runs, [`AccountError::NoExecution`] where the view has none of this id.
    pub async fn remove_execution(&self, id: &ExecutionId) -> Result<(), StoreError> {
        let remove = "DELETE FROM executions WHERE id = $1 AND ($2 IS NULL OR tenant = $2) AND state <> 'running'";
        if self.store.change(sqlx::query(remove).bind(id.as_str()).bind(self.tenant())).await? {
            return Ok(());
        }
        self.execution(id).await?;
        Err(AccountError::GoesOn(id.clone()).into())
    }
}

fn record(found: &AnyRow) -> Result<ExecutionRecord, StoreError> {
    let bad = |error: &dyn std::fmt::Display| StoreError::Row(error.to_string());
    Ok(ExecutionRecord {
        id: row::get::<String>(found, 1)?.try_into().map_err(|error| bad(&error))?,
        tenant: row::get::<String>(found, 2)?.try_into().map_err(|error| bad(&error))?,
        user: row::get(found, 3)?,
        runtime: row::get(found, 4)?,
        state: row::get::<String>(found, 5)?.parse().map_err(|error| bad(&error))?,
        started_ms: row::get(found, 6)?,
        ended_ms: row::get(found, 7)?,
        outcome: None,
    })
}
