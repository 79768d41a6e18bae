//! The results of a job as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change. No path of the host is in it.

use super::media_type::name_type;
use super::time::rfc3339;
use runcell_service::{ResultFile, ResultKind, ResultList, ResultSummary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A result of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResultJson {
    /// Its name without folders.
    pub name: String,
    /// Its path in the results.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was changed.
    pub modified_at: String,
    /// `artifact`, `log`, `internal` or `metadata`.
    pub kind: String,
    /// Its media type, by its name.
    pub media_type: String,
}

/// How many results there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResultSummaryJson {
    /// Files that the tool was run for.
    pub artifact_count: u64,
    /// Its output on stdout and stderr.
    pub log_count: u64,
    /// Files whose names begin with `.` or `_`.
    pub internal_count: u64,
    /// Files that `gotap` wrote about the run.
    pub metadata_count: u64,
    /// The bytes of all.
    pub total_size: u64,
}

/// The results of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResultListJson {
    /// How many are listed.
    pub count: usize,
    /// The results by path.
    pub files: Vec<ResultJson>,
    /// The count of all.
    pub summary: ResultSummaryJson,
    /// Symlinks, devices and the like: what is there but no result.
    pub skipped: u64,
    /// Whether some are counted but not listed.
    pub truncated: bool,
}

impl From<ResultFile> for ResultJson {
    fn from(file: ResultFile) -> Self {
        let kind = match file.kind {
            ResultKind::Artifact => "artifact",
            ResultKind::Log => "log",
            ResultKind::Internal => "internal",
            ResultKind::Metadata => "metadata",
        };
        let (size, modified_at) = (file.size, rfc3339(file.modified_ms));
        let media_type = name_type(&file.rel_path).to_owned();
        Self { name: file.name, path: file.rel_path, size, modified_at, kind: kind.to_owned(), media_type }
    }
}

impl From<ResultList> for ResultListJson {
    fn from(list: ResultList) -> Self {
        let ResultSummary { artifact_count, log_count, internal_count, metadata_count, total_size } = list.summary;
        Self {
            count: list.files.len(),
            files: list.files.into_iter().map(ResultJson::from).collect(),
            summary: ResultSummaryJson { artifact_count, log_count, internal_count, metadata_count, total_size },
            skipped: list.skipped,
            truncated: list.truncated,
        }
    }
}
