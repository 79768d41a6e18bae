//! A file that goes into a run, as JSON.
//!
//! Owns the two encodings. Names are checked by the vocabulary.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runcell_model::file::{GuestPath, GuestPathError, InputFile};
use schemars::JsonSchema;
use serde::Deserialize;

/// A file that goes into a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputFileJson {
    /// Its path, relative to /work.
    pub path: String,
    /// What it holds.
    pub content: String,
    /// How `content` is written.
    #[serde(default)]
    pub encoding: EncodingJson,
}

/// How bytes are written as text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "a described variant makes a union of the schema, which not every client understands")]
pub enum EncodingJson {
    #[default]
    Text,
    Base64,
}

/// A file that cannot go into a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputFileError {
    /// Its name is wrong.
    #[error(transparent)]
    Path(#[from] GuestPathError),
    /// Its content is not in the encoding that it says.
    #[error("the content of {path:?} is not base64: {reason}")]
    Base64 {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

impl TryFrom<InputFileJson> for InputFile {
    type Error = InputFileError;

    fn try_from(file: InputFileJson) -> Result<Self, InputFileError> {
        let path = GuestPath::new(&file.path)?;
        let bytes = match file.encoding {
            EncodingJson::Text => file.content.into_bytes(),
            EncodingJson::Base64 => STANDARD
                .decode(file.content.trim())
                .map_err(|error| InputFileError::Base64 { path: path.to_string(), reason: error.to_string() })?,
        };
        Ok(Self { path, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_are_read() {
        let read = |json: &str| InputFile::try_from(serde_json::from_str::<InputFileJson>(json).expect("the shape"));
        let text = read(r#"{ "path": "/work/a", "content": "AAEC" }"#).expect("text");
        assert_eq!((text.path.as_str(), &*text.bytes), ("a", &b"AAEC"[..]));
        let bytes = read(r#"{ "path": "a", "content": " AAEC\n", "encoding": "base64" }"#).expect("base64");
        assert_eq!(bytes.bytes, [0, 1, 2]);
        let error = read(r#"{ "path": "a", "content": "*", "encoding": "base64" }"#).expect_err("no base64");
        assert!(error.to_string().starts_with("the content of \"a\" is not base64"), "{error}");
        read(r#"{ "path": "../a", "content": "" }"#).expect_err("outside");
    }
}
