//! The whole of a `runtime.toml`.
//!
//! Owns the top level; the structures inside are in `part`, and the checks that go beyond the form in `check`.

use super::build::{Build, Run};
use super::part::{Derive, ImageSpec, ModuleSpec, Mount, OptionSpec, Snippet, Version};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A parsed `runtime.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name; also that of its folder.
    pub name: String,
    /// The language, for people.
    pub title: String,
    /// Its abilities, in a sentence or two.
    pub summary: String,
    /// Other names that mean it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The name of the snippet's file in `/work`.
    pub main_file: String,
    /// Least memory of a run, in MiB.
    #[serde(default)]
    pub memory_mib: u64,
    /// The version that is meant when a caller names none.
    pub default_version: String,
    /// The versions there are.
    pub versions: Vec<Version>,
    /// Environment of the program, beside what every guest gets.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// A runtime whose lists are also this one's, as far as it has none of the same name.
    #[serde(default)]
    pub lists_of: Option<String>,
    /// Lists of arguments that steps share: `{list.NAME}`.
    #[serde(default)]
    pub lists: BTreeMap<String, Vec<String>>,
    /// Options that a caller may set.
    #[serde(default)]
    pub options: Vec<OptionSpec>,
    /// The change to a snippet before it becomes a file.
    #[serde(default)]
    pub snippet: Snippet,
    /// Modules that are compiled once.
    #[serde(default)]
    pub modules: BTreeMap<String, ModuleSpec>,
    /// The memory image that programs start from.
    pub image: Option<ImageSpec>,
    /// Files that are made from assets, once, with a compiler that is itself a runtime.
    #[serde(default)]
    pub derive: Vec<Derive>,
    /// Files that a guest sees.
    #[serde(default)]
    pub mounts: Vec<Mount>,
    /// How a snippet is compiled, where it is.
    pub build: Option<Build>,
    /// How the program is run.
    pub run: Run,
}

impl Manifest {
    /// The version of that name, or the default one.
    #[must_use]
    pub fn version(&self, name: Option<&str>) -> Option<&Version> {
        let name = name.unwrap_or(&self.default_version);
        self.versions.iter().find(|version| version.version == name)
    }
}
