//! Rows of jobs: their columns, and how a row becomes a record.
//!
//! Owns the mapping. The error for JSON that cannot be read names the column.

use super::error::StoreError;
use runcell_model::job::{JobId, JobRecord};
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

/// The columns of a record, in the order of [`record`].
macro_rules! columns {
    () => {
        "id, state, request, ending, job_usage, attempt, cancel_requested, image_id, container_id, server, installation, \
         created_ms, started_ms, finished_ms, gotap_metadata, progress"
    };
}
pub(super) use columns;

/// A record from a row that has those columns.
pub(super) fn record(row: &AnyRow) -> Result<JobRecord, StoreError> {
    let state: String = get(row, 1)?;
    let usage: Option<String> = get(row, 4)?;
    let attempt: i64 = get(row, 5)?;
    let cancel: i64 = get(row, 6)?;
    Ok(JobRecord {
        id: id(get(row, 0)?)?,
        state: state.parse().map_err(|error| StoreError::Row(format!("{error}")))?,
        request: json("request", &get::<String>(row, 2)?)?,
        end: get::<Option<String>>(row, 3)?.map(|text| json("ending", &text)).transpose()?,
        usage: usage.map(|text| json("job_usage", &text)).transpose()?.unwrap_or_default(),
        attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
        cancel_requested: cancel != 0,
        image_id: get(row, 7)?,
        container_id: get(row, 8)?,
        server: get(row, 9)?,
        installation: get(row, 10)?,
        created_ms: get(row, 11)?,
        started_ms: get(row, 12)?,
        finished_ms: get(row, 13)?,
        progress: get::<Option<String>>(row, 15)?.map(|text| json("progress", &text)).transpose()?,
        gotap_metadata: get::<Option<String>>(row, 14)?.map(|text| json("gotap_metadata", &text)).transpose()?,
    })
}

/// A column of a row.
pub(super) fn get<'r, T>(row: &'r AnyRow, at: usize) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, sqlx::Any> + sqlx::Type<sqlx::Any>,
{
    row.try_get(at).map_err(|error| StoreError::Row(error.to_string()))
}

/// A number of a job.
pub(super) fn id(number: i64) -> Result<JobId, StoreError> {
    JobId::try_from(number).map_err(|error| StoreError::Row(error.to_string()))
}

/// The value of a column of JSON.
pub(super) fn json<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Row(format!("{column}: {error}")))
}

/// A value as JSON for a column.
pub(super) fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Row(error.to_string()))
}

/// A count or size from the database.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
