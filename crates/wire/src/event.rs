//! Events of a run or a preparation while it goes on, as JSON.
//!
//! Owns the data of the events `started`, `output` and `progress`. How an event is sent is the face's business.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A run that began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StartedJson {
    /// Its id.
    pub execution_id: String,
    /// Always `running`.
    pub status: String,
}

impl StartedJson {
    /// The run of this id.
    #[must_use]
    pub fn new(execution_id: String) -> Self {
        Self { execution_id, status: "running".to_owned() }
    }
}

/// Something that a program wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutputJson {
    /// `stdout` or `stderr`.
    pub stream: String,
    /// The text. Bytes that are not UTF-8 are replaced.
    pub text: String,
    /// The bytes as they are, where they are not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// `compiler`: a compiler wrote it, before the program began. Nothing stands here where the program did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl OutputJson {
    /// Output on a stream.
    #[must_use]
    pub fn new(stream: &str, bytes: &[u8]) -> Self {
        let (text, base64) = match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), None),
            Err(_) => (String::from_utf8_lossy(bytes).into_owned(), Some(STANDARD.encode(bytes))),
        };
        Self { stream: stream.to_owned(), text, base64, source: None }
    }

    /// The same, by a compiler.
    #[must_use]
    pub fn of_compiler(self) -> Self {
        Self { source: Some("compiler".to_owned()), ..self }
    }

    /// The bytes that were written; `None` where they are no base64.
    #[must_use]
    pub fn into_bytes(self) -> Option<Vec<u8>> {
        match self.base64 {
            Some(encoded) => STANDARD.decode(encoded).ok(),
            None => Some(self.text.into_bytes()),
        }
    }
}

/// How far a preparation is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct StepJson {
    /// The thing that is being prepared.
    pub subject: String,
    /// The step under way.
    pub step: String,
    /// The number of the step, from 1, where the number of all is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_number: Option<u64>,
    /// How many steps there are, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_count: Option<u64>,
    /// How much of it is done, from 0 to 100, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_through_whatever_they_are() {
        for bytes in [&b"text"[..], b"", "\u{e4}".as_bytes(), b"\xff\x00a\xc3"] {
            let json = serde_json::to_string(&OutputJson::new("stdout", bytes)).expect("serialises");
            assert_eq!(json.contains("base64"), std::str::from_utf8(bytes).is_err(), "{json}");
            let read: OutputJson = serde_json::from_str(&json).expect("parses");
            assert_eq!(read.into_bytes().as_deref(), Some(bytes));
        }
        let broken = OutputJson { base64: Some("*".to_owned()), ..OutputJson::new("stdout", b"") };
        assert_eq!(broken.into_bytes(), None);
    }
}
