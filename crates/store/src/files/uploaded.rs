//! The record of an upload.
//!
//! Owns its shape. The bytes are `upload`'s, the row is the store's.

use runcell_model::caller::Tenant;
use runcell_model::job::FileId;
use serde::{Deserialize, Serialize};

/// A file that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedFile {
    /// Its id, by which jobs name it.
    pub id: FileId,
    /// Its owner.
    pub tenant: Tenant,
    /// The name that it was uploaded under.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its media type, as the caller said.
    pub media_type: String,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// When it was uploaded, in milliseconds since the Unix epoch.
    pub created_ms: i64,
}
