//! `[containers.languages.NAME]`: a language in containers.
//!
//! Owns the shape, the built-in languages (`languages.toml`, in the same form) and the check of one language. Languages are
//! data: an image, a command, a file's name.

use crate::package::Manager;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The word of a command that stands for the path of the main file.
pub const FILE: &str = "{file}";

/// The built-in languages, in the order in which they are listed.
pub(super) static BUILTIN: LazyLock<IndexMap<String, LanguageConfig>> =
    LazyLock::new(|| toml::from_str(include_str!("languages.toml")).expect("a test parses it"));

/// A language as the configuration has it. A key that is missing is as in the built-in language of that name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LanguageConfig {
    /// The language, for people.
    pub title: Option<String>,
    /// The image.
    pub image: Option<String>,
    /// The command, word by word; `{file}` stands for the path of the main file. The program's arguments follow it. No shell
    /// reads it.
    pub command: Option<Vec<String>>,
    /// The name that a snippet gets in `/work`.
    pub main_file: Option<String>,
    /// The package manager.
    pub manager: Option<Manager>,
    /// Debian's packages that bring the language into an image with several.
    pub apt: Option<Vec<String>>,
    /// Other names of it.
    pub aliases: Option<Vec<String>>,
    /// Environment of its programs.
    pub env: Option<BTreeMap<String, String>>,
    /// Packages that the cell of this name has, so that they need no container.
    pub in_cell: Option<Vec<String>>,
}

/// A language that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LanguageError {
    /// A key without a default is missing.
    #[error("containers.languages.{language}: {key} is missing")]
    Missing {
        /// The language.
        language: String,
        /// The key.
        key: &'static str,
    },
    /// The command does not name the main file.
    #[error("containers.languages.{language}: the command has no word {{file}}, the place of the main file")]
    NoFile {
        /// The language.
        language: String,
    },
    /// The name of the main file has folders in it.
    #[error("containers.languages.{language}: main_file is a file's name, without folders")]
    MainFile {
        /// The language.
        language: String,
    },
}

/// A language with every key set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Its name.
    pub name: String,
    /// The language, for people.
    pub title: String,
    /// The image.
    pub image: String,
    /// The command, with [`FILE`] in it.
    pub command: Vec<String>,
    /// The name that a snippet gets in `/work`.
    pub main_file: String,
    /// The package manager, if the language has one.
    pub manager: Option<Manager>,
    /// Debian's packages that bring the language into an image with several; empty where it cannot be in one.
    pub apt: Vec<String>,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// Environment of its programs.
    pub env: BTreeMap<String, String>,
    /// Packages that the cell of this name has.
    pub in_cell: Vec<String>,
}

impl LanguageConfig {
    /// This one, filled up from another.
    pub(super) fn over(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            image: self.image.or(other.image),
            command: self.command.or(other.command),
            main_file: self.main_file.or(other.main_file),
            manager: self.manager.or(other.manager),
            apt: self.apt.or(other.apt),
            aliases: self.aliases.or(other.aliases),
            env: self.env.or(other.env),
            in_cell: self.in_cell.or(other.in_cell),
        }
    }
}

pub(super) fn resolve(name: &str, config: LanguageConfig) -> Result<Language, LanguageError> {
    let language = name.to_owned();
    let missing = |key| LanguageError::Missing { language: language.clone(), key };
    let found = Language {
        name: language.clone(),
        title: config.title.unwrap_or_else(|| language.clone()),
        image: config.image.ok_or_else(|| missing("image"))?,
        command: config.command.ok_or_else(|| missing("command"))?,
        main_file: config.main_file.ok_or_else(|| missing("main_file"))?,
        manager: config.manager,
        apt: config.apt.unwrap_or_default(),
        aliases: config.aliases.unwrap_or_default(),
        env: config.env.unwrap_or_default(),
        in_cell: config.in_cell.unwrap_or_default(),
    };
    if !found.command.iter().any(|word| word == FILE) {
        return Err(LanguageError::NoFile { language });
    }
    let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\0']) && ![".", ".."].contains(&name);
    if plain(&found.main_file) { Ok(found) } else { Err(LanguageError::MainFile { language }) }
}

impl Language {
    /// Whether this is its name or one of its aliases.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_languages_are_complete() {
        let names: Vec<&str> = BUILTIN.keys().map(String::as_str).collect();
        assert_eq!(names, ["python", "node", "bash", "csharp"], "in the order of the file");
        for (name, config) in &*BUILTIN {
            let language = resolve(name, config.clone()).expect(name);
            assert!(language.manager.is_some() && !language.aliases.is_empty(), "{language:?}");
        }
        assert_eq!(BUILTIN["python"].env.as_ref().map(BTreeMap::len), Some(2));
        let script = &BUILTIN["csharp"].command.as_ref().expect("there")[2];
        assert!(script.starts_with("file=$1\n") && script.ends_with("\"$@\"\n"), "{script}");
    }
}
