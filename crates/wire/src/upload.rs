//! An uploaded file as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change.

use runcell_model::runtime::RuntimeRef;
use runcell_service::{UploadStats, UploadedFile};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An uploaded file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct UploadJson {
    /// Its id, by which runs and jobs name it.
    pub file_id: String,
    /// The name that it was uploaded under.
    pub filename: String,
    /// Its length, in bytes.
    pub bytes: u64,
    /// Its media type: text/x- and the language, where one was named.
    pub media_type: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// When it came, in milliseconds since the Unix epoch.
    pub created_ms: i64,
}

/// Uploaded files.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct UploadListJson {
    /// How many there are.
    pub count: usize,
    /// The files, the earliest first.
    pub files: Vec<UploadJson>,
}

/// How much is uploaded, and how much may be.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct UploadStatsJson {
    /// The number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The most files.
    pub max_files: u64,
    /// The most bytes of all files.
    pub max_bytes: u64,
    /// The most bytes of one file.
    pub max_file_bytes: u64,
}

impl From<UploadStats> for UploadStatsJson {
    fn from(UploadStats { files, bytes, quotas }: UploadStats) -> Self {
        let (max_files, max_bytes, max_file_bytes) = (quotas.files, quotas.total_bytes, quotas.file_bytes);
        Self { files, bytes, max_files, max_bytes, max_file_bytes }
    }
}

/// The beginning of the media type of a source: its language follows.
const SOURCE: &str = "text/x-";

/// The media type of a file in a language, which is how an upload remembers it; without a language that of bytes.
#[must_use]
pub fn source_type(language: Option<&RuntimeRef>) -> String {
    language.map_or_else(|| "application/octet-stream".to_owned(), |language| format!("{SOURCE}{language}"))
}

/// The language that was named with an upload.
#[must_use]
pub fn language_of(media_type: &str) -> Option<&str> {
    media_type.strip_prefix(SOURCE)
}

/// An uploaded file that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UploadRemovedJson {
    /// Always true.
    pub success: bool,
    /// The id that it had.
    pub file_id: String,
}

impl From<UploadedFile> for UploadJson {
    fn from(file: UploadedFile) -> Self {
        Self {
            file_id: file.id.to_string(),
            filename: file.name,
            bytes: file.size,
            media_type: file.media_type,
            sha256: file.sha256,
            created_ms: file.created_ms,
        }
    }
}

impl From<Vec<UploadedFile>> for UploadListJson {
    fn from(files: Vec<UploadedFile>) -> Self {
        Self { count: files.len(), files: files.into_iter().map(Into::into).collect() }
    }
}
