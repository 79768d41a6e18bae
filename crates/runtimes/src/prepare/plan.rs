//! Which parts a runtime needs, in the order in which they can be made.
//!
//! Owns the walk over a manifest's references, also into other runtimes (a compiler is a runtime like any other).

use super::error::{PlanError, PrepareError};
use super::part::{Part, Target, What, module_key};
use super::{Workshop, archive, derive, snapshot};
use crate::asset::Asset;
use crate::cache::Key;
use crate::manifest::{MountPhase, ProductRun};

/// The parts that have to be made before a runtime can be loaded.
pub(super) fn missing(workshop: &Workshop, target: &Target) -> Result<Vec<Part>, PrepareError> {
    let mut walk = Walk { workshop, parts: Vec::new(), only_missing: true };
    walk.runtime(target)?;
    Ok(walk.parts)
}

/// Every part that a runtime is loaded from, and what those are made from.
pub(super) fn all(workshop: &Workshop, target: &Target) -> Result<Vec<Part>, PrepareError> {
    let mut walk = Walk { workshop, parts: Vec::new(), only_missing: false };
    walk.runtime(target)?;
    Ok(walk.parts)
}

/// Every asset that a version of a runtime names.
pub(super) fn assets_of(workshop: &Workshop, target: &Target) -> Result<Vec<Asset>, PlanError> {
    target.entry().assets.keys().map(|role| target.asset(workshop, role).cloned()).collect()
}

/// The runtime (and version) that a reference `RUNTIME/THING` or `RUNTIME` leads to.
pub(super) fn other(workshop: &Workshop, reference: &str) -> Result<(Target, String), PlanError> {
    let (name, thing) = reference.split_once('/').unwrap_or((reference, ""));
    let missing = |_| PlanError::Missing { runtime: name.to_owned(), what: "runtime", name: name.to_owned() };
    let folder = workshop.catalog.find(&name.parse().map_err(missing)?)?;
    let version = folder.manifest.default_version.clone();
    Ok((Target { folder, version }, thing.to_owned()))
}

struct Walk<'a> {
    workshop: &'a Workshop,
    parts: Vec<Part>,
    only_missing: bool,
}

impl Walk<'_> {
    fn runtime(&mut self, target: &Target) -> Result<(), PlanError> {
        let manifest = &target.folder.manifest;
        self.mounts(target, MountPhase::Run)?;
        if let Some(module) = &manifest.run.module {
            self.module(target, module)?;
        }
        if manifest.run.product == ProductRun::Yes {
            self.mounts(target, MountPhase::Build)?;
            let build = || manifest.build.iter();
            for module in
                build().flat_map(|b| &b.steps).map(|s| &s.module).chain(build().filter_map(|b| b.library.as_ref()))
            {
                self.module(target, module)?;
            }
        }
        if let Some(image) = manifest.image.as_ref().filter(|_| manifest.run.call.is_some()) {
            self.module(target, &image.module)?;
            self.add(target, What::Image, snapshot::key(self.workshop, target)?, 0);
        }
        Ok(())
    }

    /// Adds a part unless it is there already; tells whether it has to be made.
    fn add(&mut self, target: &Target, what: What, key: Key, bytes: u64) -> bool {
        if self.parts.iter().any(|part| part.key == key) {
            return false;
        }
        let part = Part { target: target.clone(), what, key, bytes };
        let missing = !part.is_ready(self.workshop);
        if missing || !self.only_missing {
            self.parts.push(part);
        }
        missing
    }

    /// Adds a part after what it is made from, which is only looked at if the part has to be made.
    fn add_after(
        &mut self,
        part: Part,
        origins: impl FnOnce(&mut Self) -> Result<(), PlanError>,
    ) -> Result<(), PlanError> {
        let wanted = !self.only_missing || !part.is_ready(self.workshop);
        if !wanted || self.parts.iter().any(|known| known.key == part.key) {
            return Ok(());
        }
        origins(self)?;
        self.parts.push(part);
        Ok(())
    }

    fn asset(&mut self, target: &Target, role: &str) -> Result<(), PlanError> {
        let asset = target.asset(self.workshop, role)?;
        self.add(target, What::Asset(asset.clone()), asset.key(), asset.download_bytes);
        Ok(())
    }

    fn module(&mut self, target: &Target, name: &str) -> Result<(), PlanError> {
        let spec = target.module(name)?;
        if let Some(of) = &spec.of {
            let (other, module) = other(self.workshop, of)?;
            return self.module(&other, &module);
        }
        let key = module_key(self.workshop, target, name)?;
        let bytes = match &spec.asset {
            Some(role) => target.asset(self.workshop, role)?.bytes,
            None => 1 << 20,
        };
        let part = Part { target: target.clone(), what: What::Module(name.to_owned()), key, bytes };
        self.add_after(part, |walk| {
            if let Some(role) = &spec.asset {
                walk.asset(target, role)?;
            }
            let recipe = spec.derived.as_deref().and_then(|derived| derived.split_once('/'));
            recipe.map_or(Ok(()), |(recipe, _)| walk.recipe(target, recipe))
        })
    }

    fn recipe(&mut self, target: &Target, name: &str) -> Result<(), PlanError> {
        let recipe = target.recipe(name)?;
        let key = derive::key(self.workshop, target, name)?;
        let part = Part { target: target.clone(), what: What::Derived(name.to_owned()), key, bytes: 0 };
        self.add_after(part, |walk| {
            for source in &recipe.sources {
                if let Some(role) = &source.asset {
                    walk.asset(target, role)?;
                }
                if let Some(derived) = &source.derived {
                    walk.recipe(target, derived)?;
                }
            }
            for step in &recipe.steps {
                walk.module(target, &step.module)?;
            }
            if recipe.steps.is_empty() { Ok(()) } else { walk.toolchain(target) }
        })
    }

    /// The build mounts that do not themselves come from a recipe: what recipes are made with.
    fn toolchain(&mut self, target: &Target) -> Result<(), PlanError> {
        self.mounts_if(target, MountPhase::Build, false)
    }

    fn mounts(&mut self, target: &Target, phase: MountPhase) -> Result<(), PlanError> {
        self.mounts_if(target, phase, true)
    }

    fn mounts_if(&mut self, target: &Target, phase: MountPhase, derived_too: bool) -> Result<(), PlanError> {
        for mount in target.folder.manifest.mounts.iter().filter(|mount| mount.phase == phase) {
            if let Some(of) = &mount.of {
                let (other, _) = other(self.workshop, of)?;
                self.mounts_if(&other, phase, true)?;
            }
            for role in mount.asset.iter().chain(&mount.tar) {
                self.asset(target, role)?;
            }
            if let Some(role) = &mount.tar {
                let asset = target.asset(self.workshop, role)?.clone();
                let key = archive::index_key(&asset);
                self.add(target, What::Index(asset), key, 0);
            }
            if let (Some(recipe), true) = (&mount.derived, derived_too) {
                self.recipe(target, recipe)?;
            }
        }
        Ok(())
    }
}
