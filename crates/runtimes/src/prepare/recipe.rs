//! Recipes: files that are made once from sources, with a compiler that is itself a guest.
//!
//! Owns the order of a recipe's steps and the entry that keeps their outputs. A recipe without steps only unpacks: it
//! keeps its sources.

mod job;

use super::archive::{self, SourceFiles};
use super::entry;
use super::error::PartError;
use super::graph::Graph;
use super::part::Recipe;
use super::workshop::Workshop;
use super::{mount, program};
use crate::cache::{Cache, CacheError};
use crate::manifest::Patch;
use crate::template::Template;
use runcell_cell::fs::BaseBuilder;
use runcell_cell::library;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Runs a recipe and keeps its outputs in the folder of its entry.
pub(super) fn make(workshop: &Workshop, graph: &Graph, recipe: &Recipe, dir: &Path) -> Result<(), PartError> {
    let sources = sources(&workshop.cache, graph, recipe)?;
    if recipe.spec.steps.is_empty() {
        return archive::write_files(&sources, dir);
    }
    let made = run_steps(workshop, graph, recipe, &sources)?;
    for output in &recipe.spec.outputs {
        let bytes = made.get(&format!("/tmp/{output}"));
        let bytes = bytes.ok_or_else(|| recipe.target.missing("output", output))?;
        let path = dir.join(entry::output_name(output));
        std::fs::write(&path, bytes.as_slice()).map_err(CacheError::io("write", &path))?;
    }
    Ok(())
}

/// Runs the steps of a recipe; returns all that they made.
fn run_steps(
    workshop: &Workshop,
    graph: &Graph,
    recipe: &Recipe,
    sources: &SourceFiles,
) -> Result<BTreeMap<String, Arc<Vec<u8>>>, PartError> {
    let Recipe { target, spec, .. } = recipe;
    let mut base = BaseBuilder::default();
    mount::add(&workshop.cache, graph, &recipe.mounts, &mut base)?;
    for (path, bytes) in sources {
        base.bytes(path, bytes.as_slice());
    }
    let base = base.build();
    let (mut made, mut ids) = (BTreeMap::new(), BTreeMap::new());
    for steps in spec.steps.chunk_by(|_, next| next.alongside) {
        let mut all = Vec::new();
        for step in steps {
            let used = recipe.modules.get(&step.module).ok_or_else(|| target.missing("module", &step.module))?;
            let program = program::load(workshop, graph, used, None)?;
            let template = Template::default().lists(&target.manifest().lists);
            let jobs = job::of_step(step, &program, sources, &ids, template)?;
            ids.insert(step.id.clone(), jobs.iter().flat_map(|job| job.makes.clone()).collect());
            all.extend(jobs);
        }
        made.extend(job::run_all(workshop, &base, &made, all)?);
    }
    if let Some(spec) = &spec.library {
        let module = made.get(&spec.module).ok_or_else(|| target.missing("file of the library", &spec.module))?;
        let stub = library::stub(module, &spec.hide)?;
        made.insert(spec.module.clone(), Arc::new(stub.library));
        made.insert(spec.object.clone(), Arc::new(stub.object));
        made.insert(spec.arguments.clone(), Arc::new(stub.arguments.into_bytes()));
    }
    Ok(made)
}

/// The recipe's sources, patched, by guest path.
fn sources(cache: &Cache, graph: &Graph, recipe: &Recipe) -> Result<SourceFiles, PartError> {
    let mut files = SourceFiles::new();
    for source in &recipe.sources {
        let path_of = |name: &str| format!("{}/{name}", source.spec.at);
        if let Some(asset) = source.archive {
            let tree = archive::read_tree(&entry::asset_path(cache, graph, asset)?, &source.spec)?;
            files.extend(tree.into_iter().map(|(name, bytes)| (path_of(&name), bytes)));
        }
        files.extend(source.files.iter().map(|(name, bytes)| (path_of(name), bytes.to_vec())));
        if let Some(outputs) = &source.derived {
            for (name, path) in entry::output_paths(cache, graph, outputs)? {
                files.insert(path_of(&name), std::fs::read(&path).map_err(CacheError::io("read", &path))?);
            }
        }
    }
    for patch in &recipe.spec.patches {
        apply(patch, &mut files)?;
    }
    Ok(files)
}

fn apply(patch: &Patch, files: &mut SourceFiles) -> Result<(), PartError> {
    let bytes = files.get(&patch.file).cloned().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let found = text.matches(&patch.find).count();
    if found != patch.count {
        let (file, find, count) = (patch.file.clone(), patch.find.clone(), patch.count);
        return Err(PartError::Patch { file, find, count, found });
    }
    files.insert(patch.file.clone(), text.replace(&patch.find, &patch.replace).into_bytes());
    Ok(())
}
