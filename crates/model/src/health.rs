//! Findings of a check of this machine: vocabulary of `runcell doctor`.
//!
//! Owns shapes only. Whoever owns a thing checks it.

use serde::{Deserialize, Serialize};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The thing that was looked at: `cache`, `npm`, the name of a runtime.
    pub subject: String,
    /// How it is.
    pub health: Health,
    /// The finding, for people.
    pub text: String,
    /// The remedy, where something is to be done.
    pub remedy: Option<String>,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Good,
    /// Something is not there, which may be as its owner wants it.
    Absent,
    /// Something does not work.
    Bad,
}

impl Finding {
    /// A thing that is as it should be.
    #[must_use]
    pub fn good(subject: &str, text: impl Into<String>) -> Self {
        Self { subject: subject.to_owned(), health: Health::Good, text: text.into(), remedy: None }
    }

    /// A thing that is not there, and how to get it.
    #[must_use]
    pub fn absent(subject: &str, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Some(remedy.into());
        Self { subject: subject.to_owned(), health: Health::Absent, text: text.into(), remedy }
    }

    /// A thing that does not work, and how to mend it.
    #[must_use]
    pub fn bad(subject: &str, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Some(remedy.into());
        Self { subject: subject.to_owned(), health: Health::Bad, text: text.into(), remedy }
    }
}
