//! What a job left in `out`: a list, a summary, and the bytes of one file.
//!
//! Owns what counts as a result and of what kind it is. Only plain files with UTF-8 names are listed and can be opened.

use super::beneath::{open_file, open_folder};
use super::walk::walk;
use super::{FileError, FileStore, blocking};
use runcell_model::job::JobId;
use rustix::fs::{FileType, Stat};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::ops::ControlFlow;
use std::os::fd::AsFd;

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
    /// What it is for.
    pub kind: ResultKind,
}

/// What a result is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// What the tool was run for.
    Artifact,
    /// What it wrote to stdout or stderr.
    Log,
    /// Its name, or that of a folder above it, begins with `.` or `_`.
    Internal,
    /// What `gotap` wrote about the run.
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
    /// Symlinks, devices, pipes, names that are not UTF-8: what is there but no result.
    pub skipped: u64,
    /// Whether some results are counted but not listed, or lie too deep to be counted.
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
    /// The results of a job, also while it runs.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder.
    pub async fn results(&self, id: JobId) -> Result<ResultList, FileError> {
        let out = self.job_path(id).join("out");
        blocking(move || {
            let top = open_folder(&out).map_err(|_| FileError::NoFolder(id))?;
            let mut list = ResultList::default();
            let incomplete = walk(top, |found| {
                match (found.kind(), found.path()) {
                    (FileType::RegularFile, Some(path)) => list.add(path, found.stat),
                    (FileType::Directory, _) => {}
                    _ => list.skipped += 1,
                }
                ControlFlow::Continue(())
            });
            list.truncated |= incomplete.map_err(FileError::io("list", "results"))?;
            list.files.sort_by(|a, b| a.rel_path.cmp(&b.rel_path));
            Ok(list)
        })
        .await
    }

    /// Opens a result for reading, and says what it is. The name is whatever a caller sent.
    ///
    /// # Errors
    /// [`FileError::NoResult`], [`FileError::BadName`] or [`FileError::NotPlain`] where it is none.
    pub async fn open_result(&self, id: JobId, rel_path: &str) -> Result<(ResultFile, File), FileError> {
        let (out, name) = (self.job_path(id).join("out"), rel_path.to_owned());
        blocking(move || {
            let top = open_folder(&out).map_err(|_| FileError::NoFolder(id))?;
            let (file, stat) = open_file(top.as_fd(), &name)?;
            Ok((result(name, &stat), file))
        })
        .await
    }
}

impl ResultList {
    fn add(&mut self, path: String, stat: &Stat) {
        let file = result(path, stat);
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

fn result(rel_path: String, stat: &Stat) -> ResultFile {
    let nanoseconds = i64::try_from(stat.st_mtime_nsec).unwrap_or(0);
    ResultFile {
        name: rel_path.rsplit('/').next().unwrap_or_default().to_owned(),
        size: u64::try_from(stat.st_size).unwrap_or(0),
        modified_ms: stat.st_mtime.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000),
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
