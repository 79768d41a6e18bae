//! A file that goes into a run, as JSON.
//!
//! Owns the two encodings. Names are checked by the vocabulary.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runcell_model::file::{GuestPath, GuestPathError, InputFile};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file that goes into a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputFileJson {
    /// Its path, relative to /work.
    pub path: String,
    /// Its contents.
    pub content: String,
    /// How `content` is written.
    #[serde(default)]
    pub encoding: EncodingJson,
}

/// How bytes are written as text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "a described variant makes a union of the schema, which not every client understands")]
pub enum EncodingJson {
    #[default]
    Text,
    Base64,
}

impl EncodingJson {
    /// Whether it is the one that need not be said.
    pub(crate) fn is_text(&self) -> bool {
        *self == Self::Text
    }
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
        /// The fault.
        reason: String,
    },
}

impl TryFrom<InputFileJson> for InputFile {
    type Error = InputFileError;

    fn try_from(file: InputFileJson) -> Result<Self, InputFileError> {
        let path = GuestPath::new(&file.path)?;
        let no_base64 = |reason| InputFileError::Base64 { path: path.to_string(), reason };
        let bytes = decode(file.content, file.encoding).map_err(no_base64)?;
        Ok(Self { path, bytes })
    }
}

impl From<&InputFile> for InputFileJson {
    fn from(file: &InputFile) -> Self {
        let (content, encoding) = encode(&file.bytes);
        Self { path: file.path.to_string(), content, encoding }
    }
}

/// Bytes as text where they are text, else as base64.
pub(crate) fn encode(bytes: &[u8]) -> (String, EncodingJson) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), EncodingJson::Text),
        Err(_) => (STANDARD.encode(bytes), EncodingJson::Base64),
    }
}

/// The bytes of a text in an encoding, or why they are none.
pub(crate) fn decode(content: String, encoding: EncodingJson) -> Result<Vec<u8>, String> {
    match encoding {
        EncodingJson::Text => Ok(content.into_bytes()),
        EncodingJson::Base64 => STANDARD.decode(content.trim()).map_err(|error| error.to_string()),
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
