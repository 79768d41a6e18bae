//! `runtime.toml`: everything that makes a language a runtime, as data.
//!
//! Owns the format: strict structures, unknown keys refused, references checked. A folder with such a file, and the
//! files it names, is a runtime; the six that come with the program have no privilege over one that a user adds.
//! Preparing is the business of `prepare` (once), running that of `execute` (every run).

mod build;
mod check;
mod file;
mod part;

pub use build::{Build, Extra, Note, ProductRun, Run, Step};
pub use check::ManifestError;
pub use file::Manifest;
pub use part::{
    Call, CallText, Derive, DeriveStep, Exceptions, ImageSpec, Interface, ModuleSpec, Mount, MountPhase, OptionSpec,
    Patch, PatchFile, RepeatedPatch, Snippet, SourceTree, Version,
};

use check::check;

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
            include_bytes!("../../../runtimes/wasm/runtime.toml"),
        ];
        runcell_fuzzing::attack("fuzz_runtime_toml", &seeds, |input| {
            let text = String::from_utf8_lossy(input);
            if let Ok(manifest) = Manifest::parse(&text) {
                assert!(!manifest.versions.is_empty() && manifest.version(None).is_some());
            }
        });
    }
}
