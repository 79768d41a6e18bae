//! An uploaded file as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change.

use runcell_service::UploadedFile;
use schemars::JsonSchema;
use serde::Serialize;

/// An uploaded file.
#[derive(Debug, Serialize, JsonSchema)]
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
#[derive(Debug, Serialize, JsonSchema)]
pub struct UploadListJson {
    /// How many there are.
    pub count: usize,
    /// The files, the earliest first.
    pub files: Vec<UploadJson>,
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
