//! Errors and warnings about a `tool.yml`.
//!
//! Owns the two lists that are filled while a tool is read. What is an error and what a warning, the readers decide.

use serde_json::Value;

/// Faults and oddities that were found on the way through a tool.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl Findings {
    pub(super) fn error(&mut self, text: impl Into<String>) {
        self.errors.push(text.into());
    }

    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }

    /// Warns of keys that are not in the list.
    pub(super) fn stray(&mut self, subject: &str, node: &Value, known: &[&str]) {
        let Value::Object(entries) = node else { return };
        for key in entries.keys().filter(|key| !known.contains(&key.as_str())) {
            self.warn(format!("{subject}: the key {key:?} is not known and ignored"));
        }
    }
}
