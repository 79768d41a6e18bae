//! From the cache into the process: compiled modules, images and file trees of one runtime.
//!
//! Owns [`LoadedRuntime`], which runs are made from. Loading reads no large file: code and images are mapped.

use super::Workshop;
use super::archive::{self, IndexEntry};
use super::derive;
use super::error::{PartError, PlanError};
use super::part::{CODE, Target, module_key};
use super::plan;
use super::snapshot;
use crate::cache::{CacheError, Key};
use crate::manifest::{Manifest, ModuleSpec, Mount, MountPhase, ProductRun};
use runcell_cell::cell::{CellState, Code, Program};
use runcell_cell::fs::{BaseBuilder, BaseTree, HostSlice};
use runcell_cell::image::Image;
use runcell_cell::module;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wasmtime::{Linker, Val};

/// A runtime that is ready to run.
pub struct LoadedRuntime {
    /// The runtime and version that it is.
    pub target: Target,
    /// Programs that are run as commands, by module name.
    pub programs: BTreeMap<String, Program>,
    /// The program with an image, where there is one.
    pub image: Option<LoadedImage>,
    /// Read-only files of the program.
    pub run_base: Arc<BaseTree>,
    /// Read-only files of the compiler.
    pub build_base: Arc<BaseTree>,
}

/// A program with an image.
pub struct LoadedImage {
    /// The export that allocates guest memory.
    pub allocator: String,
    pub program: Program,
}

impl LoadedRuntime {
    /// The manifest that it was loaded by.
    pub fn manifest(&self) -> &Manifest {
        &self.target.folder.manifest
    }
}

/// Loads a runtime whose parts are all there.
pub(super) fn load(workshop: &Workshop, target: &Target) -> Result<LoadedRuntime, PartError> {
    let manifest = &target.folder.manifest;
    let mut programs = BTreeMap::new();
    let builds = manifest.run.product == ProductRun::Yes;
    let steps = manifest.build.iter().filter(|_| builds).flat_map(|build| &build.steps).map(|step| &step.module);
    let library = manifest.build.iter().filter(|_| builds).filter_map(|build| build.library.as_ref());
    for name in steps.chain(library).chain(&manifest.run.module) {
        if !programs.contains_key(name) {
            programs.insert(name.clone(), program(workshop, target, name, None)?);
        }
    }
    let mut image = None;
    if let Some(spec) = manifest.image.as_ref().filter(|_| manifest.run.call.is_some()) {
        let memory = snapshot::open(workshop, target)?;
        let program = program(workshop, target, &spec.module, Some(memory))?;
        image = Some(LoadedImage { allocator: spec.allocator.0.clone(), program });
    }
    let run_base = base_tree(workshop, target, MountPhase::Run)?;
    let build_base = if builds { base_tree(workshop, target, MountPhase::Build)? } else { run_base.clone() };
    Ok(LoadedRuntime { target: target.clone(), programs, image, run_base, build_base })
}

/// Loads one module and links it.
pub(super) fn program(
    workshop: &Workshop,
    target: &Target,
    name: &str,
    image: Option<Image>,
) -> Result<Program, PartError> {
    let spec = target.module(name)?;
    if let Some(of) = &spec.of {
        let (other, module) = plan::other(workshop, of)?;
        return program(workshop, &other, &module, image);
    }
    let vanished = || PartError::Vanished(format!("the module {name} of {target}"));
    let entry = workshop.cache.find(&module_key(workshop, target, name)?).ok_or_else(vanished)?;
    let host = if target.has_image(name) { &workshop.hosts.image } else { &workshop.hosts.plain };
    let module = module::load(&host.engine, &entry.path(CODE))?;
    let mut linker = host.linker.clone();
    stub_imports(&mut linker, spec, &module)?;
    linker.define_unknown_imports_as_traps(&module)?;
    Ok(Program { code: Code::Whole(linker.instantiate_pre(&module)?), image })
}

/// Defines the imports that a manifest says how to answer.
fn stub_imports(linker: &mut Linker<CellState>, spec: &ModuleSpec, module: &wasmtime::Module) -> wasmtime::Result<()> {
    for import in module.imports() {
        let Some(ty) = import.ty().func().cloned() else {
            continue;
        };
        let name = format!("{}.{}", import.module(), import.name());
        let (refuse, identity) = (spec.refuse.contains(&name), spec.identity.contains(&name));
        if !refuse && !identity && !spec.ignore.contains(&name) {
            continue;
        }
        linker.func_new(import.module(), import.name(), ty, move |_, params, results| {
            for result in results.iter_mut() {
                *result = match (identity, refuse) {
                    (true, _) => params.first().copied().unwrap_or(Val::I32(0)),
                    (_, true) => Val::I32(-1),
                    _ => Val::I32(0),
                };
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The environment of a guest: what every guest gets, the runtime's own, the caller's. Later ones win.
pub fn environment(manifest: &Manifest, caller: &BTreeMap<String, String>) -> Vec<String> {
    let common = [
        ("HOME", "/work"),
        ("PWD", "/work"),
        ("TMPDIR", "/tmp"),
        ("LANG", "C.UTF-8"),
        ("TZ", "UTC"),
        ("TERM", "dumb"),
        ("NO_COLOR", "1"),
    ];
    let mut env: BTreeMap<&str, &str> = BTreeMap::from(common);
    env.extend(manifest.env.iter().chain(caller).map(|(name, value)| (name.as_str(), value.as_str())));
    env.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
}

/// What the program's read-only files are made from, for the key of an image.
pub(super) fn mount_digests(workshop: &Workshop, target: &Target) -> Result<Vec<String>, PlanError> {
    let mut digests = Vec::new();
    for mount in target.folder.manifest.mounts.iter().filter(|mount| mount.phase == MountPhase::Run) {
        digests.push(mount_digest(workshop, target, mount)?);
    }
    Ok(digests)
}

/// What one mount is made from.
pub(super) fn mount_digest(workshop: &Workshop, target: &Target, mount: &Mount) -> Result<String, PlanError> {
    let mut parts = vec![mount.at.clone()];
    for role in mount.asset.iter().chain(&mount.tar) {
        parts.push(target.asset(workshop, role)?.sha256.clone());
    }
    if let Some(recipe) = &mount.derived {
        parts.push(derive::key(workshop, target, recipe)?.digest().to_owned());
    }
    for file in &mount.files {
        parts.push(Key::new("file", [&*target.folder.file(file)?]).digest().to_owned());
    }
    if let Some(of) = &mount.of {
        let (other, _) = plan::other(workshop, of)?;
        for mount in other.folder.manifest.mounts.iter().filter(|other| other.phase == mount.phase) {
            parts.push(mount_digest(workshop, &other, mount)?);
        }
    }
    Ok(Key::new("mount", parts).digest().to_owned())
}

/// The read-only files of one phase.
pub(super) fn base_tree(workshop: &Workshop, target: &Target, phase: MountPhase) -> Result<Arc<BaseTree>, PartError> {
    let mut base = BaseBuilder::default();
    add_mounts(workshop, target, phase, &mut base, true)?;
    Ok(base.build())
}

/// Adds the mounts of one phase; those that come from a recipe of its own only if asked: a recipe cannot see its own
/// output.
pub(super) fn add_mounts(
    workshop: &Workshop,
    target: &Target,
    phase: MountPhase,
    base: &mut BaseBuilder,
    derived_too: bool,
) -> Result<(), PartError> {
    for mount in target.folder.manifest.mounts.iter().filter(|mount| mount.phase == phase) {
        if let Some(of) = &mount.of {
            add_mounts(workshop, &plan::other(workshop, of)?.0, phase, base, true)?;
        }
        if let Some(role) = &mount.asset {
            base.host_file(&mount.at, open_whole(&archive::asset_path(workshop, target, role)?)?);
        }
        if let Some(role) = &mount.tar {
            add_archive(base, &mount.at, archive::read_index(workshop, target, role)?)?;
        }
        if let (Some(recipe), true) = (&mount.derived, derived_too) {
            if target.recipe(recipe)?.steps.is_empty() {
                add_archive(base, &mount.at, archive::read_files(&derive::entry(workshop, target, recipe)?)?)?;
            }
            for (name, path) in derive::output_paths(workshop, target, recipe)? {
                base.host_file(&format!("{}/{name}", mount.at), open_whole(&path)?);
            }
        }
        for name in &mount.files {
            base.bytes(&format!("{}/{name}", mount.at), target.folder.file(name)?.into_owned());
        }
    }
    Ok(())
}

/// Adds the members of a tar archive, as parts of its file.
fn add_archive(base: &mut BaseBuilder, at: &str, (path, entries): (PathBuf, Vec<IndexEntry>)) -> Result<(), PartError> {
    let file = Arc::new(File::open(&path).map_err(CacheError::io("read", &path))?);
    for IndexEntry { path, offset, len } in entries {
        base.host_file(&format!("{at}/{path}"), HostSlice { file: file.clone(), offset, len });
    }
    Ok(())
}

fn open_whole(path: &Path) -> Result<HostSlice, PartError> {
    let file = File::open(path).map_err(CacheError::io("read", path))?;
    let len = file.metadata().map_err(CacheError::io("read", path))?.len();
    Ok(HostSlice { file: Arc::new(file), offset: 0, len })
}
