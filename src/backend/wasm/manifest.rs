//! `runtime.toml`: everything that makes a language a runtime, as data.
//!
//! Owns the format: strict structures, unknown keys refused, references checked. A folder with such a file, and the
//! files it names, is a runtime; the six that come with the program have no privilege over one that a user adds.
//! What is done with it is the business of `prepare` (once) and `execute` (every run).

mod check;
mod part;

pub(crate) use check::{ManifestError, check};
pub(crate) use part::{
    Build, CallText, Derive, DeriveStep, Expect, Extra, ImageSpec, ModuleSpec, Mount, MountPhase, OptionSpec, Patch,
    PatchFile, ProductRun, RepeatedPatch, Run, Snippet, SourceTree, Step, Streams, Version,
};

use serde::Deserialize;
use std::collections::BTreeMap;

/// A parsed `runtime.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// Its name; also that of its folder.
    pub(crate) name: String,
    /// The language, for people.
    pub(crate) title: String,
    /// What it can do, in a sentence or two.
    pub(crate) summary: String,
    /// Other names that mean it.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// The name of the snippet's file in `/work`.
    pub(crate) main_file: String,
    /// Least memory of a run, in MiB.
    #[serde(default)]
    pub(crate) memory_mib: u64,
    /// The version that is meant when a caller names none.
    pub(crate) default_version: String,
    /// The versions there are.
    pub(crate) versions: Vec<Version>,
    /// Environment of the program, beside what every guest gets.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// A runtime whose lists are also this one's, as far as it has none of the same name.
    #[serde(default)]
    pub(crate) lists_of: Option<String>,
    /// Lists of arguments that steps share: `{list.NAME}`.
    #[serde(default)]
    pub(crate) lists: BTreeMap<String, Vec<String>>,
    /// Options that a caller may set.
    #[serde(default)]
    pub(crate) options: Vec<OptionSpec>,
    /// What is done to a snippet before it becomes a file.
    #[serde(default)]
    pub(crate) snippet: Snippet,
    /// Modules that are compiled once.
    #[serde(default)]
    pub(crate) modules: BTreeMap<String, ModuleSpec>,
    /// The memory image that programs start from.
    pub(crate) image: Option<ImageSpec>,
    /// Files that are made from assets, once, with a compiler that is itself a runtime.
    #[serde(default)]
    pub(crate) derive: Vec<Derive>,
    /// Files that a guest sees.
    #[serde(default)]
    pub(crate) mounts: Vec<Mount>,
    /// How a snippet is compiled, where it is.
    pub(crate) build: Option<Build>,
    /// How the program is run.
    pub(crate) run: Run,
}

impl Manifest {
    /// Parses and checks the text of a `runtime.toml`.
    ///
    /// # Errors
    /// [`ManifestError`] says where and why.
    pub(crate) fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text)?;
        check(&manifest)?;
        Ok(manifest)
    }

    /// The version of that name, or the default one.
    pub(crate) fn version(&self, name: Option<&str>) -> Option<&Version> {
        let name = name.unwrap_or(&self.default_version);
        self.versions.iter().find(|version| version.version == name)
    }
}
