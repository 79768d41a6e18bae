//! One version of one runtime, and what its manifest names.
//!
//! Owns looking names up. Does not follow references into other runtimes: `resolve` does.

use super::error::PlanError;
use crate::asset::{Asset, AssetLock};
use crate::catalog::RuntimeFolder;
use crate::manifest::{Derive, Manifest, ModuleSpec, Version};
use std::fmt;
use std::sync::Arc;

/// One version of one runtime. Shown as `ruby@3.3`, or as `ruby` if it is the default version.
#[derive(Debug, Clone)]
pub struct Target {
    /// The runtime.
    pub folder: Arc<RuntimeFolder>,
    /// The name of a version that its manifest has.
    pub version: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.manifest().name)?;
        if self.version == self.folder.manifest.default_version { Ok(()) } else { write!(f, "@{}", self.version) }
    }
}

impl Target {
    /// The manifest of the version.
    pub(crate) fn manifest(&self) -> &Manifest {
        self.folder.manifest_of(&self.version)
    }

    /// The version's entry in its manifest.
    pub(super) fn entry(&self) -> &Version {
        self.manifest().version(Some(&self.version)).expect("a target is made with a version that exists")
    }

    /// The asset that has a role in this version.
    pub(super) fn asset<'a>(&self, lock: &'a AssetLock, role: &str) -> Result<&'a Asset, PlanError> {
        let name = self.entry().assets.get(role).map_or(role, String::as_str);
        let missing = || PlanError::Asset { runtime: self.to_string(), asset: name.to_owned() };
        lock.get(name).ok_or_else(missing)
    }

    pub(super) fn module(&self, name: &str) -> Result<&ModuleSpec, PlanError> {
        self.manifest().modules.get(name).ok_or_else(|| self.missing("module", name))
    }

    pub(super) fn recipe(&self, name: &str) -> Result<&Derive, PlanError> {
        let found = self.manifest().derive.iter().find(|recipe| recipe.name == name);
        found.ok_or_else(|| self.missing("recipe", name))
    }

    /// A number that the version names.
    ///
    /// # Panics
    /// Where no version has it: manifests are checked for those that they name.
    pub fn value(&self, name: &str) -> i32 {
        *self.entry().values.get(name).expect("a checked manifest has the values that its calls name")
    }

    pub(super) fn missing(&self, what: &'static str, name: &str) -> PlanError {
        PlanError::Missing { runtime: self.to_string(), what, name: name.to_owned() }
    }

    /// Whether an image is made of a module, so that it is compiled without its data.
    pub(super) fn has_image(&self, module: &str) -> bool {
        self.manifest().image.as_ref().is_some_and(|image| image.module == module)
    }
}
