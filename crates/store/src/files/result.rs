//! The results that a job left in `out`: a list, a summary, and the bytes of one file.
//!
//! Owns the kinds of results. Only plain files with UTF-8 names are results: only they are listed and can be opened.

use super::blocking::blocking;
use super::{FileError, FileStore};
use runcell_folder::{Bounds, Kind, Metadata};
use runcell_model::job::JobId;
use serde::{Deserialize, Serialize};
use std::fs::File;

/// The most results that are listed; the summary counts on.
const MAX_LISTED: usize = 10_000;

/// A result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    /// Its name without folders.
    pub name: String,
    /// Its path in the results.
    pub rel_path: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was changed, in milliseconds since the Unix epoch.
    pub modified_ms: i64,
    /// Its purpose.
    pub kind: ResultKind,
}

/// The purpose of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// A file that the tool was run to make.
    Artifact,
    /// The output of the tool to stdout or stderr.
    Log,
    /// Its name, or that of a folder above it, begins with `.` or `_`.
    Internal,
    /// The record that `gotap` wrote about the run.
    Metadata,
}

/// How many results there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultSummary {
    /// Artifacts.
    pub artifact_count: u64,
    /// Logs.
    pub log_count: u64,
    /// Internal files.
    pub internal_count: u64,
    /// Metadata.
    pub metadata_count: u64,
    /// The bytes of all.
    pub total_size: u64,
}

/// The results of a job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultList {
    /// The results by path; the first ten thousand.
    pub files: Vec<ResultFile>,
    /// The count of all.
    pub summary: ResultSummary,
    /// Entries that are not results: symlinks, devices, pipes, names that are not UTF-8.
    pub skipped: u64,
    /// Whether some results are counted but not listed, or could not be counted: there are more than a million, or they lie
    /// too deep.
    pub truncated: bool,
}

impl ResultKind {
    /// The kind of a path in the results.
    #[must_use]
    pub fn of(rel_path: &str) -> Self {
        match rel_path {
            "STDOUT.log" | "STDERR.log" | "STDOUT" | "STDERR" => Self::Log,
            "_metadata.json" => Self::Metadata,
            path if path.split('/').any(|part| part.starts_with(['.', '_'])) => Self::Internal,
            _ => Self::Artifact,
        }
    }
}

impl FileStore {
    /// The results of a job. It may still be running.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder.
    pub async fn results(&self, id: JobId) -> Result<ResultList, FileError> {
        let job = self.job(id);
        blocking(move || {
            let mut walk = job.open_out()?.walk(Bounds::default()).map_err(FileError::io("list", "results"))?;
            let mut list = ResultList::default();
            while let Some(entry) = walk.next_entry() {
                match (entry.kind(), entry.utf8_path()) {
                    (Kind::File, Some(path)) => list.add(path, entry.metadata()),
                    (Kind::Folder, _) => {}
                    _ => list.skipped += 1,
                }
            }
            list.truncated |= !walk.left_out().is_empty();
            list.files.sort_by(|a, b| a.rel_path.cmp(&b.rel_path));
            Ok(list)
        })
        .await
    }

    /// Opens a result for reading and describes it. The name may be anything that a caller sent.
    ///
    /// # Errors
    /// [`FileError::NoResult`], [`FileError::BadName`] or [`FileError::NotPlain`] where the name is not one of a result.
    pub async fn open_result(&self, id: JobId, rel_path: &str) -> Result<(ResultFile, File), FileError> {
        let (job, name) = (self.job(id), rel_path.to_owned());
        blocking(move || {
            let opened = job.open_out()?.open_file(&name);
            let (file, metadata) = opened.map_err(|error| FileError::of_open(&name, error))?;
            Ok((result(name, &metadata), file))
        })
        .await
    }
}

impl ResultList {
    fn add(&mut self, path: String, metadata: &Metadata) {
        let file = result(path, metadata);
        let summary = &mut self.summary;
        summary.total_size = summary.total_size.saturating_add(file.size);
        match file.kind {
            ResultKind::Artifact => summary.artifact_count += 1,
            ResultKind::Log => summary.log_count += 1,
            ResultKind::Internal => summary.internal_count += 1,
            ResultKind::Metadata => summary.metadata_count += 1,
        }
        if self.files.len() < MAX_LISTED {
            self.files.push(file);
        } else {
            self.truncated = true;
        }
    }
}

fn result(rel_path: String, metadata: &Metadata) -> ResultFile {
    ResultFile {
        name: rel_path.rsplit('/').next().unwrap_or_default().to_owned(),
        size: metadata.len,
        modified_ms: metadata.modified_ms,
        kind: ResultKind::of(&rel_path),
        rel_path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        use ResultKind::{Artifact, Internal, Log, Metadata};
        let cases = [
            ("STDOUT.log", Log),
            ("STDERR.log", Log),
            ("d/STDOUT.log", Artifact),
            ("_metadata.json", Metadata),
            ("d/_metadata.json", Internal),
            (".cache/a", Internal),
            ("_tmp", Internal),
            ("a/_b/c", Internal),
            ("a_b.csv", Artifact),
        ];
        for (path, kind) in cases {
            assert_eq!(ResultKind::of(path), kind, "{path}");
        }
    }
}
