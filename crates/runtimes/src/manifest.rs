//! `runtime.toml`: everything that makes a language a runtime, as data.
//!
//! Owns the format: strict structures, unknown keys refused, references checked. A folder with such a file, and the
//! files it names, is a runtime; the six that come with the program have no privilege over one that a user adds.
//! What is done with it is the business of `prepare` (once) and `execute` (every run).

mod check;
mod part;

pub use check::{ManifestError, check};
pub use part::{
    Build, CallText, Derive, DeriveStep, Extra, ImageSpec, ModuleSpec, Mount, MountPhase, OptionSpec, Patch, PatchFile,
    ProductRun, RepeatedPatch, Run, Snippet, SourceTree, Step, Version,
};

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
    /// What it can do, in a sentence or two.
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
    /// What is done to a snippet before it becomes a file.
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
    /// Parses and checks the text of a `runtime.toml`.
    ///
    /// # Errors
    /// [`ManifestError`] says where and why.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text)?;
        check(&manifest)?;
        Ok(manifest)
    }

    /// The version of that name, or the default one.
    pub fn version(&self, name: Option<&str>) -> Option<&Version> {
        let name = name.unwrap_or(&self.default_version);
        self.versions.iter().find(|version| version.version == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzz_runtime_toml() {
        let seeds = [
            include_bytes!("../../../runtimes/python/runtime.toml").as_slice(),
            include_bytes!("../../../runtimes/clangpp/runtime.toml"),
            include_bytes!("../../../runtimes/clang/runtime.toml"),
            include_bytes!("../../../runtimes/php/runtime.toml"),
            include_bytes!("../../../runtimes/ruby/runtime.toml"),
            include_bytes!("../../../runtimes/quickjs/runtime.toml"),
        ];
        runcell_fuzzing::attack("fuzz_runtime_toml", &seeds, |input| {
            let text = String::from_utf8_lossy(input);
            if let Ok(manifest) = Manifest::parse(&text) {
                assert!(!manifest.versions.is_empty() && manifest.version(None).is_some());
            }
        });
    }
}
