//! From the cache into the process: compiled modules, images and file trees of one runtime.
//!
//! Owns [`LoadedRuntime`], which runs are made from. Loading reads no large file: code and images are mapped.

use super::error::PartError;
use super::graph::Graph;
use super::target::Target;
use super::workshop::Workshop;
use super::{mount, program, snapshot};
use crate::manifest::Manifest;
use runcell_cell::cell::Program;
use runcell_cell::fs::BaseTree;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A runtime that is ready to run.
pub struct LoadedRuntime {
    /// The runtime and version that it is.
    pub target: Target,
    /// Programs that are run as commands, by module name.
    pub programs: BTreeMap<String, Program>,
    /// The program that starts from an image, if the runtime has one.
    pub image: Option<LoadedImage>,
    /// Read-only files of the program.
    pub run_base: Arc<BaseTree>,
    /// Read-only files of the compiler.
    pub build_base: Arc<BaseTree>,
}

/// A program that starts from an image.
pub struct LoadedImage {
    /// The export that allocates guest memory.
    pub allocator: String,
    /// The program, with its image.
    pub program: Program,
}

impl LoadedRuntime {
    /// The manifest that it was loaded by.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        self.target.manifest()
    }
}

/// Loads a runtime whose parts are all there.
pub(super) fn load(workshop: &Workshop, graph: &Graph) -> Result<LoadedRuntime, PartError> {
    let cache = &workshop.cache;
    let mut programs = BTreeMap::new();
    for (name, used) in &graph.programs {
        programs.insert(name.clone(), program::load(workshop, graph, used, None)?);
    }
    let image = match (&graph.image, &graph.target.manifest().image) {
        (Some((part, used)), Some(spec)) => {
            let memory = snapshot::open(cache, graph, *part)?;
            let program = program::load(workshop, graph, used, Some(memory))?;
            Some(LoadedImage { allocator: spec.allocator.0.clone(), program })
        }
        _ => None,
    };
    let run_base = mount::base_tree(cache, graph, &graph.run_mounts)?;
    let build_base = match &graph.build_mounts {
        Some(mounts) => mount::base_tree(cache, graph, mounts)?,
        None => run_base.clone(),
    };
    Ok(LoadedRuntime { target: graph.target.clone(), programs, image, run_base, build_base })
}
