//! The beginning of a result as JSON.
//!
//! Owns the public shape, whose names are gorun's: adding a field is fine, changing one is a breaking change.

use runcell_service::Preview;
use schemars::JsonSchema;
use serde::Serialize;

/// The beginning of a result, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PreviewJson {
    /// The path of the result.
    pub filename: String,
    /// Its media type, by its name. What is here is text, whatever it says.
    #[serde(rename = "mimeType")]
    pub mime_type: String,
    /// Always `utf-8`.
    pub encoding: String,
    /// Whether there is more.
    pub truncated: bool,
    /// Its first 64 KiB.
    pub content: String,
}

impl From<Preview> for PreviewJson {
    fn from(preview: Preview) -> Self {
        let Preview { filename, mime_type, encoding, truncated, content } = preview;
        Self { filename, mime_type, encoding, truncated, content }
    }
}
