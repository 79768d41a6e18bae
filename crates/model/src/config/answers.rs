//! `[answers]`: how much an assistant or a client gets at once, and how much of the rest is kept.
//!
//! Owns the shape and the defaults. The faces cut and keep.

use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much of a result one answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AnswersConfig {
    /// The part of stdout, and of stderr, that an answer shows: its head and its tail. A call may ask for another amount.
    #[serde(deserialize_with = "quantity::bytes")]
    pub text_bytes: u64,
    /// The longest answer, as it is sent. Files that do not fit are links.
    #[serde(deserialize_with = "quantity::bytes")]
    pub answer_bytes: u64,
    /// Bytes of answers that a client has not read. While there are more, the server takes no new request from it.
    #[serde(deserialize_with = "quantity::bytes")]
    pub unsent_bytes: u64,
    /// Bytes of answers that all clients together have not read. While there are more, the server takes no new request from a
    /// client that has more than its share of them.
    #[serde(deserialize_with = "quantity::bytes")]
    pub all_unsent_bytes: u64,
    /// Bytes of outputs and files that are kept for a client to fetch; the oldest go first. They lie in unnamed temporary files.
    #[serde(deserialize_with = "quantity::bytes")]
    pub kept_bytes: u64,
}

impl Default for AnswersConfig {
    fn default() -> Self {
        let (text_bytes, answer_bytes, kept_bytes) = (64 << 10, 16 << 20, 512 << 20);
        Self { text_bytes, answer_bytes, unsent_bytes: 32 << 20, all_unsent_bytes: 128 << 20, kept_bytes }
    }
}

/// A section that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("answers.{key} = {value} is too little: at least {least} bytes are expected")]
pub struct AnswersError {
    key: &'static str,
    value: u64,
    least: u64,
}

impl AnswersConfig {
    pub(super) fn check(&self) -> Result<(), AnswersError> {
        let least = [
            ("text_bytes", self.text_bytes, 1 << 10),
            ("answer_bytes", self.answer_bytes, 64 << 10),
            ("unsent_bytes", self.unsent_bytes, 64 << 10),
            ("all_unsent_bytes", self.all_unsent_bytes, 64 << 10),
        ];
        let small = least.into_iter().find(|(_, value, least)| value < least);
        small.map_or(Ok(()), |(key, value, least)| Err(AnswersError { key, value, least }))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn sizes_are_written_as_people_write_them_and_have_a_least() {
        let answers = Config::parse("[answers]\ntext_bytes = \"8 KiB\"\nkept_bytes = 0").expect("parses").answers;
        assert_eq!((answers.text_bytes, answers.kept_bytes), (8 << 10, 0));
        let error = Config::parse("[answers]\nanswer_bytes = 5").expect_err("too little").to_string();
        assert_eq!(error, "answers.answer_bytes = 5 is too little: at least 65536 bytes are expected");
    }
}
