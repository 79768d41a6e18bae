//! From a manifest to the graph of its parts: every reference is followed once, also into other runtimes (a compiler is
//! a runtime like any other).
//!
//! Owns the keys. A part's key hashes everything that it is made from, the keys of its inputs included, so that a change
//! anywhere remakes what depends on it and nothing else. Looks at no entry of the cache.

mod estimate;
mod parts;

use super::archive;
use super::call;
use super::environment::environment;
use super::error::PlanError;
use super::graph::Graph;
use super::part::{
    Bytes, CompiledModule, Content, Maker, Mounted, Origin, Outputs, Part, PartId, Recipe, RecipeSource, SetUp,
    UsedModule,
};
use super::patch;
use super::target::Target;
use super::workshop::Workshop;
use crate::asset::Asset;
use crate::cache::Key;
use crate::catalog::CatalogError;
use crate::manifest::{Derive, Exceptions, Mount, MountPhase, ProductRun, SourceTree};
use crate::template::Template;
use estimate::{compile_seconds, download_seconds, megabytes, precise};
use parts::{Parts, Thing};
use runcell_cell::cell::Entry;
use runcell_cell::engine::fingerprint;
use runcell_cell::legacy::LEGACY_VERSION;
use runcell_cell::library;
use std::collections::BTreeMap;

/// Follows every reference of a runtime.
///
/// # Errors
/// [`PlanError`] where a reference leads nowhere, or back to where it stands.
pub(super) fn resolve(workshop: &Workshop, target: &Target) -> Result<Graph, PlanError> {
    let host = &workshop.hosts.plain;
    let compiler = [host.codegen.key_part(), fingerprint(&host.engine).to_string()];
    Resolver { workshop, compiler, parts: Parts::default() }.runtime(target)
}

/// Mounts of one phase: what is mounted, the parts that it comes from, and what keys hold of it.
#[derive(Default)]
struct Mounts {
    mounted: Vec<Mounted>,
    inputs: Vec<PartId>,
    digests: Vec<String>,
}

struct Resolver<'a> {
    workshop: &'a Workshop,
    /// The share of the compiler in the keys of compiled modules.
    compiler: [String; 2],
    parts: Parts,
}

impl Resolver<'_> {
    fn runtime(mut self, target: &Target) -> Result<Graph, PlanError> {
        let manifest = target.manifest();
        let run = self.mounts(target, MountPhase::Run, true)?;
        let mut names: Vec<&String> = manifest.run.module.iter().collect();
        let mut build = None;
        if manifest.run.product == ProductRun::Yes {
            build = Some(self.mounts(target, MountPhase::Build, true)?);
            names.extend(manifest.build.iter().flat_map(|build| &build.steps).map(|step| &step.module));
            names.extend(manifest.build.iter().filter_map(|build| build.library.as_ref()));
        }
        let mut programs = BTreeMap::new();
        for name in names {
            programs.insert(name.clone(), self.module(target, name)?);
        }
        let image = manifest.image.as_ref().filter(|_| manifest.run.call.is_some());
        let image = image.map(|_| self.image(target, &run)).transpose()?;
        let roots = run.inputs.iter().chain(build.iter().flat_map(|build| &build.inputs)).copied();
        let roots = roots.chain(programs.values().map(|used| used.part));
        let roots = roots.chain(image.iter().flat_map(|(part, used)| [*part, used.part])).collect();
        let (run_mounts, build_mounts) = (run.mounted, build.map(|build| build.mounted));
        Ok(Graph {
            target: target.clone(),
            parts: self.parts.into_parts(),
            roots,
            programs,
            image,
            run_mounts,
            build_mounts,
        })
    }

    /// The part of a thing that is resolved at most once.
    fn once(
        &mut self,
        thing: Thing,
        resolve: impl FnOnce(&mut Self) -> Result<PartId, PlanError>,
    ) -> Result<PartId, PlanError> {
        if let Some(known) = self.parts.known(&thing) {
            return Ok(known);
        }
        self.parts.enter(thing.clone())?;
        let part = resolve(self)?;
        self.parts.leave();
        self.parts.know(thing, part);
        Ok(part)
    }

    /// The runtime that a reference `RUNTIME/THING` or `RUNTIME` leads to, and the thing.
    fn other(&self, reference: &str) -> Result<(Target, String), PlanError> {
        let (name, thing) = reference.split_once('/').unwrap_or((reference, ""));
        let missing = |_| PlanError::Missing { runtime: name.to_owned(), what: "runtime", name: name.to_owned() };
        let folder = self.workshop.catalog.find(&name.parse().map_err(missing)?)?;
        let version = folder.manifest.default_version.clone();
        Ok((Target { folder, version }, thing.to_owned()))
    }

    fn asset(&mut self, target: &Target, role: &str) -> Result<(PartId, Asset), PlanError> {
        let lock = &self.workshop.lock;
        let asset = target.asset(lock, role)?.clone();
        let wanted = target.entry().assets.keys().filter_map(|role| target.asset(lock, role).ok().cloned()).collect();
        let (package, version, bytes) = (&asset.package, &asset.version, asset.download_bytes);
        let part = Part {
            key: asset.key(),
            inputs: Vec::new(),
            name: format!("{package} {version}"),
            label: format!("fetching {package} {version} ({})", megabytes(bytes)),
            seconds: download_seconds(bytes),
            bytes,
            maker: Maker::Asset { asset: asset.clone(), wanted },
        };
        Ok((self.parts.add(part), asset))
    }

    fn index(&mut self, asset: &Asset, part: PartId) -> PartId {
        self.parts.add(Part {
            key: archive::index_key(asset),
            inputs: vec![part],
            name: "a table of contents".to_owned(),
            label: format!("indexing {}", asset.file.as_deref().unwrap_or("an archive")),
            seconds: 0.1,
            bytes: 0,
            maker: Maker::Index(part),
        })
    }

    fn module(&mut self, target: &Target, name: &str) -> Result<UsedModule, PlanError> {
        let thing = (target.to_string(), "module", name.to_owned());
        if let Some(of) = &target.module(name)?.of {
            self.parts.enter(thing)?;
            let (other, module) = self.other(of)?;
            let used = self.module(&other, &module)?;
            self.parts.leave();
            return Ok(used);
        }
        let part = self.once(thing, |this| this.new_module(target, name))?;
        Ok(UsedModule { part, target: target.clone(), name: name.to_owned() })
    }

    fn new_module(&mut self, target: &Target, name: &str) -> Result<PartId, PlanError> {
        let spec = target.module(name)?;
        let (mut bytes, mut inputs) = (1 << 20, Vec::new());
        let (source, origin) = if let Some(role) = &spec.asset {
            let (part, asset) = self.asset(target, role)?;
            bytes = asset.bytes;
            inputs.push(part);
            (asset.sha256, Origin::Asset(part))
        } else if let Some(derived) = &spec.derived {
            let missing = || target.missing("file of the module", name);
            let (recipe, file) = derived.split_once('/').ok_or_else(missing)?;
            if !target.recipe(recipe)?.outputs.iter().any(|output| output == file) {
                return Err(target.missing("output", file));
            }
            let part = self.recipe(target, recipe)?;
            inputs.push(part);
            (format!("{} {derived}", self.parts.digest(part)), Origin::Recipe(part, file.to_owned()))
        } else {
            let file = target.folder.file(spec.file.as_deref().unwrap_or_default())?;
            (file_digest(&file), Origin::File(file))
        };
        let without_data = target.has_image(name);
        let kind = if without_data { "without data" } else { "whole" };
        let [codegen, engine] = &self.compiler;
        let mut key = vec![source, kind.to_owned(), codegen.clone(), engine.clone()];
        key.extend(patch::key_parts(target, name)?);
        key.extend((spec.exceptions == Exceptions::Legacy).then(|| LEGACY_VERSION.to_owned()));
        Ok(self.parts.add(Part {
            key: Key::new("module", key),
            inputs,
            name: format!("the module {name} of {target}"),
            label: format!("compiling {target}/{name} ({})", megabytes(bytes)),
            seconds: compile_seconds(bytes),
            bytes,
            maker: Maker::Module(Box::new(CompiledModule {
                target: target.clone(),
                name: name.to_owned(),
                origin,
                without_data,
            })),
        }))
    }

    fn recipe(&mut self, target: &Target, name: &str) -> Result<PartId, PlanError> {
        let thing = (target.to_string(), "recipe", name.to_owned());
        self.once(thing, |this| this.new_recipe(target, name))
    }

    /// The key of a recipe: its text, its sources, the compiler, and the files that the compiler sees.
    fn new_recipe(&mut self, target: &Target, name: &str) -> Result<PartId, PlanError> {
        let spec = target.recipe(name)?.clone();
        let mut key = vec![text(&spec, &target.manifest().lists)];
        key.extend(spec.library.iter().map(|_| library::STUB_VERSION.to_owned()));
        let (mut inputs, mut sources) = (Vec::new(), Vec::new());
        for source in &spec.sources {
            sources.push(self.source(target, source, &mut key, &mut inputs)?);
        }
        let (mut modules, mut mounts) = (BTreeMap::new(), Mounts::default());
        for step in &spec.steps {
            let used = self.module(target, &step.module)?;
            key.push(self.parts.digest(used.part));
            inputs.push(used.part);
            modules.insert(step.module.clone(), used);
        }
        if !spec.steps.is_empty() {
            // Without those that come from a recipe of the runtime: a recipe cannot see its own output.
            mounts = self.mounts(target, MountPhase::Build, false)?;
            key.append(&mut mounts.digests);
            inputs.append(&mut mounts.inputs);
        }
        Ok(self.parts.add(Part {
            key: Key::new("derived", key),
            inputs,
            name: format!("{name} of {target}"),
            label: format!("building {}", spec.title),
            seconds: precise(spec.seconds.max(1)),
            bytes: 0,
            maker: Maker::Recipe(Box::new(Recipe {
                target: target.clone(),
                spec,
                sources,
                modules,
                mounts: mounts.mounted,
            })),
        }))
    }

    fn source(
        &mut self,
        target: &Target,
        spec: &SourceTree,
        key: &mut Vec<String>,
        inputs: &mut Vec<PartId>,
    ) -> Result<RecipeSource, PlanError> {
        let mut source = RecipeSource { spec: spec.clone(), archive: None, files: Vec::new(), derived: None };
        if let Some(role) = &spec.asset {
            let (part, asset) = self.asset(target, role)?;
            key.push(asset.sha256);
            source.archive = Some(part);
        }
        if let Some(derived) = &spec.derived {
            let part = self.recipe(target, derived)?;
            key.push(self.parts.digest(part));
            source.derived = Some(Outputs { part, names: target.recipe(derived)?.outputs.clone() });
        }
        inputs.extend(source.archive.into_iter().chain(source.derived.iter().map(|derived| derived.part)));
        source.files = files(target, &spec.files)?;
        key.extend(source.files.iter().map(|(_, bytes)| file_digest(bytes)));
        Ok(source)
    }

    /// The mounts of one phase; those that come from recipes of the runtime itself only if `own_recipes` is set.
    fn mounts(&mut self, target: &Target, phase: MountPhase, own_recipes: bool) -> Result<Mounts, PlanError> {
        self.parts.enter((target.to_string(), "mounts", format!("{phase:?} {own_recipes}")))?;
        let mut mounts = Mounts::default();
        let of_phase = target.manifest().mounts.iter().filter(|mount| mount.phase == phase);
        for mount in of_phase.filter(|mount| own_recipes || mount.derived.is_none()) {
            let mut one = self.mount(target, mount)?;
            mounts.mounted.append(&mut one.mounted);
            mounts.inputs.append(&mut one.inputs);
            mounts.digests.push(Key::new("mount", one.digests).digest().to_owned());
        }
        self.parts.leave();
        Ok(mounts)
    }

    fn mount(&mut self, target: &Target, mount: &Mount) -> Result<Mounts, PlanError> {
        if let Some(of) = &mount.of {
            let (other, _) = self.other(of)?;
            let mut mounts = self.mounts(&other, mount.phase, true)?;
            mounts.digests.insert(0, mount.at.clone());
            return Ok(mounts);
        }
        let mut mounts = Mounts { digests: vec![mount.at.clone()], ..Mounts::default() };
        let content = if let Some(role) = &mount.asset {
            let (part, asset) = self.asset(target, role)?;
            mounts.inputs.push(part);
            mounts.digests.push(asset.sha256);
            Content::Asset(part)
        } else if let Some(role) = &mount.tar {
            let (part, asset) = self.asset(target, role)?;
            let index = self.index(&asset, part);
            mounts.inputs.extend([part, index]);
            mounts.digests.push(asset.sha256);
            Content::Archive { asset: part, index }
        } else if let Some(name) = &mount.derived {
            let part = self.recipe(target, name)?;
            let recipe = target.recipe(name)?;
            mounts.inputs.push(part);
            mounts.digests.push(self.parts.digest(part));
            let outputs = Outputs { part, names: recipe.outputs.clone() };
            Content::Recipe { outputs, unpacked: recipe.steps.is_empty() }
        } else if let Some(device) = mount.device {
            mounts.digests.push(format!("{device:?}"));
            Content::Device(device)
        } else {
            let files = files(target, &mount.files)?;
            mounts.digests.extend(files.iter().map(|(_, bytes)| file_digest(bytes)));
            Content::Files(files)
        };
        mounts.mounted.push(Mounted { at: mount.at.clone(), content });
        Ok(mounts)
    }

    /// The key of an image: its module, everything that sets it up, and every file it may read.
    fn image(&mut self, target: &Target, run: &Mounts) -> Result<(PartId, UsedModule), PlanError> {
        let spec = target.manifest().image.clone().ok_or_else(|| target.missing("section", "image"))?;
        let program = self.module(target, &spec.module)?;
        let mut key = vec![self.parts.digest(program.part), format!("{:?}", spec.args)];
        let mut calls = Vec::new();
        for call in &spec.setup {
            calls.extend(call::exports(call, target, &Template::default())?);
        }
        key.extend(calls.iter().map(|call| format!("{} {:?}", call.export, call.arguments)));
        let setup = Entry::Calls { calls, allocator: spec.allocator.0.clone() };
        key.push(format!("{:?}", environment(target.manifest(), &BTreeMap::default())));
        key.extend(run.digests.iter().cloned());
        // The WebAssembly of the module as well: the image takes its data.
        let mut inputs = self.parts.get(program.part).inputs.clone();
        inputs.push(program.part);
        inputs.extend(&run.inputs);
        let mounts = run.mounted.clone();
        let maker = SetUp { target: target.clone(), spec, setup, program: program.clone(), mounts };
        let part = self.parts.add(Part {
            key: Key::new("image", key),
            inputs,
            name: format!("the image of {target}"),
            label: format!("starting {target} and keeping its memory as an image"),
            seconds: 2.0,
            bytes: 0,
            maker: Maker::Image(Box::new(maker)),
        });
        Ok((part, program))
    }
}

/// The text of a recipe, with the lists that it uses.
fn text(recipe: &Derive, lists: &BTreeMap<String, Vec<String>>) -> String {
    let text = format!("{recipe:?}");
    let used: Vec<_> = lists.iter().filter(|(name, _)| text.contains(&format!("{{list.{name}}}"))).collect();
    format!("{text} {used:?}")
}

/// Files of the runtime's folder, by name.
fn files(target: &Target, names: &[String]) -> Result<Vec<(String, Bytes)>, CatalogError> {
    names.iter().map(|name| Ok((name.clone(), target.folder.file(name)?))).collect()
}

fn file_digest(bytes: &[u8]) -> String {
    Key::new("file", [bytes]).digest().to_owned()
}
