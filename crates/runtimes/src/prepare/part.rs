//! The parts of a runtime: each something in the cache, with a key, an estimate and a way to make it.
//!
//! Owns keys and making of modules; images, recipes and archives have modules of their own.

use super::error::{PartError, PlanError};
use super::{Progress, Workshop, archive, derive, patch, plan, snapshot};
use crate::asset::{self, Asset};
use crate::cache::{CacheError, Key};
use crate::catalog::RuntimeFolder;
use crate::manifest::{Derive, ModuleSpec, Version};
use runcell_cell::engine::fingerprint;
use runcell_cell::instrument;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// One version of one runtime.
#[derive(Debug, Clone)]
pub struct Target {
    /// The runtime.
    pub folder: Arc<RuntimeFolder>,
    /// The name of a version that its manifest has.
    pub version: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.folder.manifest.name)?;
        if self.version == self.folder.manifest.default_version { Ok(()) } else { write!(f, "@{}", self.version) }
    }
}

impl Target {
    /// The version's entry in the manifest.
    pub(super) fn entry(&self) -> &Version {
        self.folder.manifest.version(Some(&self.version)).expect("a target is made with a version that exists")
    }

    /// The asset that has a role in this version.
    pub(super) fn asset<'a>(&self, workshop: &'a Workshop, role: &str) -> Result<&'a Asset, PlanError> {
        let name = self.entry().assets.get(role).map_or(role, String::as_str);
        let missing = || PlanError::Asset { runtime: self.to_string(), asset: name.to_owned() };
        workshop.lock.get(name).ok_or_else(missing)
    }

    pub(super) fn module(&self, name: &str) -> Result<&ModuleSpec, PlanError> {
        self.folder.manifest.modules.get(name).ok_or_else(|| self.missing("module", name))
    }

    pub(super) fn recipe(&self, name: &str) -> Result<&Derive, PlanError> {
        self.folder
            .manifest
            .derive
            .iter()
            .find(|derive| derive.name == name)
            .ok_or_else(|| self.missing("recipe", name))
    }

    pub(super) fn missing(&self, what: &'static str, name: &str) -> PlanError {
        PlanError::Missing { runtime: self.to_string(), what, name: name.to_owned() }
    }

    /// Whether an image is made of a module, so that it is compiled without its data.
    pub(super) fn has_image(&self, module: &str) -> bool {
        self.folder.manifest.image.as_ref().is_some_and(|image| image.module == module)
    }
}

/// What a part is.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// A pinned file.
    Asset(Asset),
    /// The table of contents of a tar asset.
    Index(Asset),
    /// The outputs of a recipe, by its name.
    Derived(String),
    /// Machine code of a module, by its name.
    Module(String),
    /// A memory image, by its name.
    Image,
}

/// A part of a runtime.
#[derive(Debug, Clone)]
pub struct Part {
    pub(super) target: Target,
    pub(super) what: What,
    pub(super) key: Key,
    /// Bytes of what it is made from, where that is known.
    pub(super) bytes: u64,
}

/// The file of a compiled module in its entry.
pub(super) const CODE: &str = "code.cwasm";

/// What compiling takes on two processors, in bytes of WebAssembly a second.
const COMPILE_RATE: f64 = 1_700_000.0;

/// What a download is assumed to take, in bytes a second.
const DOWNLOAD_RATE: f64 = 8_000_000.0;

impl Part {
    /// What is done to make it, for people.
    pub fn label(&self) -> String {
        let megabytes = format!("{:.1} MB", precise(self.bytes) / 1e6);
        let runtime = &self.target;
        match &self.what {
            What::Asset(asset) => format!("fetching {} {} ({megabytes})", asset.package, asset.version),
            What::Index(asset) => format!("indexing {}", asset.file.as_deref().unwrap_or("an archive")),
            What::Derived(name) => match self.target.recipe(name) {
                Ok(recipe) => format!("building {}", recipe.title),
                Err(_) => format!("building {name}"),
            },
            What::Module(name) => format!("compiling {runtime}/{name} ({megabytes})"),
            What::Image => format!("starting {runtime} and keeping its memory as an image"),
        }
    }

    /// About how long making it takes, in seconds on two processors.
    pub(super) fn seconds(&self) -> f64 {
        match &self.what {
            What::Asset(_) => 0.5 + precise(self.bytes) / DOWNLOAD_RATE,
            What::Index(_) => 0.1,
            What::Derived(name) => self.target.recipe(name).map_or(1.0, |recipe| precise(recipe.seconds.max(1))),
            What::Module(_) => 0.2 + precise(self.bytes) / COMPILE_RATE,
            What::Image => 2.0,
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes that have to be downloaded to make it.
    pub fn download(&self) -> Option<(&str, u64)> {
        match &self.what {
            What::Asset(asset) => Some((&asset.package, asset.download_bytes)),
            _ => None,
        }
    }

    /// Its key in the cache.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The package client that it is fetched with.
    pub fn client(&self) -> Option<&'static str> {
        match &self.what {
            What::Asset(asset) => Some(asset.client()),
            _ => None,
        }
    }

    /// The licence of the asset that it is.
    pub fn licence(&self) -> Option<&str> {
        match &self.what {
            What::Asset(asset) => Some(&asset.licence),
            _ => None,
        }
    }

    /// Whether it lies in the cache, undamaged.
    pub fn is_ready(&self, workshop: &Workshop) -> bool {
        workshop.cache.find(&self.key).is_some()
    }

    /// Bytes that it takes on disk.
    pub fn disk_bytes(&self, workshop: &Workshop) -> u64 {
        workshop.cache.find(&self.key).map_or(0, |entry| entry.bytes())
    }

    /// Makes it, unless it is there.
    pub(super) fn make(&self, workshop: &Workshop, progress: &Progress) -> Result<(), PartError> {
        if let What::Asset(asset) = &self.what {
            let wanted: Vec<Asset> = plan::assets_of(workshop, &self.target)?;
            asset::fetch(&workshop.cache, asset, &wanted, || progress.waiting())?;
            return Ok(());
        }
        workshop.cache.find_or_make(
            &self.key,
            || progress.waiting(),
            |dir| match &self.what {
                What::Asset(_) => Ok(()),
                What::Index(asset) => archive::write_asset_index(workshop, asset, dir),
                What::Derived(name) => derive::make(workshop, &self.target, name, dir),
                What::Module(name) => compile(workshop, &self.target, name, progress, dir),
                What::Image => snapshot::make(workshop, &self.target, dir),
            },
        )?;
        Ok(())
    }
}

fn precise(bytes: u64) -> f64 {
    // Estimates for people: 2^52 bytes are beyond any of them.
    u32::try_from(bytes / 1024)
        .map_or(f64::MAX, f64::from)
        .mul_add(1024.0, f64::from(u16::try_from(bytes % 1024).unwrap_or(0)))
}

fn compile(workshop: &Workshop, target: &Target, name: &str, progress: &Progress, dir: &Path) -> Result<(), PartError> {
    let wasm = wasm_of(workshop, target, name)?;
    let wasm = if target.has_image(name) { instrument::instrument(&wasm)?.wasm } else { instrument::strip(&wasm)? };
    let host = &workshop.hosts.plain;
    let code = {
        let _turn = progress.turn(&workshop.compiling);
        host.engine.precompile_module(&host.codegen.place(&wasm)?)?
    };
    let path = dir.join(CODE);
    std::fs::write(&path, code).map_err(CacheError::io("write", &path))?;
    Ok(())
}

/// The WebAssembly of a module, with the changes that its manifest makes.
pub(super) fn wasm_of(workshop: &Workshop, target: &Target, name: &str) -> Result<Vec<u8>, PartError> {
    let mut wasm = origin_of(workshop, target, name)?;
    patch::apply(target, name, &mut wasm)?;
    Ok(wasm)
}

fn origin_of(workshop: &Workshop, target: &Target, name: &str) -> Result<Vec<u8>, PartError> {
    let spec = target.module(name)?;
    if let Some(role) = &spec.asset {
        return archive::read_asset(workshop, target, role);
    }
    if let Some(file) = &spec.file {
        return Ok(target.folder.file(file)?.into_owned());
    }
    let derived = spec.derived.as_deref().and_then(|derived| derived.split_once('/'));
    let (recipe, file) = derived.ok_or_else(|| target.missing("file of the module", name))?;
    derive::read_output(workshop, target, recipe, file)
}

/// The key of a compiled module.
pub(super) fn module_key(workshop: &Workshop, target: &Target, name: &str) -> Result<Key, PlanError> {
    let spec = target.module(name)?;
    let source = if let Some(role) = &spec.asset {
        target.asset(workshop, role)?.sha256.clone()
    } else if let Some(derived) = &spec.derived {
        let recipe = derived.split_once('/').map_or(derived.as_str(), |(recipe, _)| recipe);
        format!("{} {derived}", derive::key(workshop, target, recipe)?.digest())
    } else {
        let file = spec.file.as_deref().unwrap_or_default();
        Key::new("file", [&*target.folder.file(file)?]).digest().to_owned()
    };
    let kind = if target.has_image(name) { "without data" } else { "whole" };
    let engine = fingerprint(&workshop.hosts.plain.engine).to_string();
    let mut parts = vec![source, kind.to_owned(), workshop.hosts.plain.codegen.key_part(), engine];
    parts.extend(patch::key_parts(target, name)?);
    Ok(Key::new("module", parts))
}
