//! `[uploads]`: how much every tenant may upload.
//!
//! Owns the shape and the defaults. The store counts.

use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much every tenant may upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UploadsConfig {
    /// The longest file.
    #[serde(deserialize_with = "quantity::bytes")]
    pub file_bytes: u64,
    /// All files of a tenant together.
    #[serde(deserialize_with = "quantity::bytes")]
    pub total_bytes: u64,
    /// The number of files of a tenant.
    pub files: u64,
}

impl Default for UploadsConfig {
    fn default() -> Self {
        Self { file_bytes: 64 << 20, total_bytes: 4 << 30, files: 10_000 }
    }
}
