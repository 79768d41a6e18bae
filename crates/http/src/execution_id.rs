//! The id of a run that can be listened to.
//!
//! Owns its form: 32 digits that nobody can guess.

use std::fmt;
use std::str::FromStr;

/// The id of a run that can be listened to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ExecutionId(String);

impl ExecutionId {
    pub(crate) fn random() -> Self {
        let mut bytes = [0; 16];
        let _ = getrandom::fill(&mut bytes);
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl FromStr for ExecutionId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let plain = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        plain.then(|| Self(text.to_owned())).ok_or(())
    }
}

impl fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
