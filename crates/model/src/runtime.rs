//! The name of a runtime and what is known of one: vocabulary only.
//!
//! Owns [`RuntimeRef`], the way a caller names a runtime (`ruby`, `ruby@3.3`, `php-cgi`), and [`RuntimeInfo`], what a
//! list shows. Which runtimes exist and how one is prepared belongs to the backend.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A runtime as a caller names it: a name or alias, and perhaps a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuntimeRef {
    name: String,
    version: Option<String>,
}

/// A text that cannot name a runtime.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no runtime")]
pub struct RuntimeRefError {
    text: String,
}

impl RuntimeRef {
    /// The name or alias.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version, where one was named.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

/// Whether `text` may be the name of a runtime (and so of a folder).
#[must_use]
pub fn is_runtime_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_+#".contains(&b))
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b))
}

impl FromStr for RuntimeRef {
    type Err = RuntimeRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // People and models write " Python" and "C++".
        let (name, version) = match text.trim().split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (text.trim(), None),
        };
        let name = &*name.to_ascii_lowercase();
        if !is_runtime_name(name) || version.is_some_and(|version| !is_version(version)) {
            return Err(RuntimeRefError { text: text.chars().take(80).collect() });
        }
        Ok(Self { name: name.to_owned(), version: version.map(str::to_owned) })
    }
}

impl fmt::Display for RuntimeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.version.iter().try_for_each(|version| write!(f, "@{version}"))
    }
}

impl TryFrom<String> for RuntimeRef {
    type Error = RuntimeRefError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RuntimeRef> for String {
    fn from(runtime: RuntimeRef) -> Self {
        runtime.to_string()
    }
}

/// The facts about one version of a runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuntimeInfo {
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// The language, for people.
    pub title: String,
    /// The version of the language.
    pub version: String,
    /// Whether this version is meant when a caller names none.
    pub default: bool,
    /// Its nature and its abilities, in a sentence or two.
    pub summary: String,
    /// The name its snippet gets where the caller names none.
    pub main_file: String,
    /// The licences of the assets it is made from, as SPDX expressions.
    pub licences: Vec<String>,
    /// How ready it is.
    pub state: RuntimeState,
    /// Bytes on disk that its prepared parts take (0 where there are none).
    pub disk_bytes: u64,
    /// Bytes to download before it can be prepared (0 where everything is there).
    pub download_bytes: u64,
    /// The options it takes, with their values.
    pub options: Vec<OptionInfo>,
    /// The user's folder that it comes from; none for a built-in one.
    pub folder: Option<PathBuf>,
}

/// How ready a runtime is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuntimeState {
    /// A run starts at once.
    Ready,
    /// The first use makes the rest of it.
    Partial,
    /// The first use prepares it, which takes up to a minute or two.
    Unprepared,
}

/// An option of a runtime, such as the language standard of a compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OptionInfo {
    /// Its name.
    pub name: String,
    /// Its effect.
    pub summary: String,
    /// The values it takes.
    pub values: Vec<String>,
    /// The value where none is given.
    pub default: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_parse_and_print() {
        for text in ["python", "ruby@3.3", "php-cgi", "my_lang2@1.0-rc.1"] {
            assert_eq!(text.parse::<RuntimeRef>().expect(text).to_string(), text);
        }
        for (text, meant) in [(" Python ", "python"), ("C++", "c++"), ("C#", "c#"), ("JavaScript", "javascript")] {
            assert_eq!(text.parse::<RuntimeRef>().expect(text).to_string(), meant);
        }
        for text in ["", "../x", "ruby@", "ruby@3/3", "a b", "ruby@@3"] {
            let error = text.parse::<RuntimeRef>().expect_err(text);
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}
