//! The graph of a runtime's parts, and the walks over it.
//!
//! Owns which parts there are, which of them are missing, and how ready the runtime is. `resolve` builds it.

use super::part::{Mounted, Part, PartId, UsedModule};
use super::target::Target;
use crate::cache::Cache;
use runcell_model::runtime::RuntimeState;
use std::collections::BTreeMap;

/// Everything that one version of a runtime is made of.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(super) target: Target,
    /// All parts; inputs come before what is made from them.
    pub(super) parts: Vec<Part>,
    /// The parts that the runtime is loaded from.
    pub(super) roots: Vec<PartId>,
    /// Programs that are run as commands, by module name.
    pub(super) programs: BTreeMap<String, UsedModule>,
    /// The image that is called, and its program.
    pub(super) image: Option<(PartId, UsedModule)>,
    /// The read-only files of the program.
    pub(super) run_mounts: Vec<Mounted>,
    /// The read-only files of the compiler, if the runtime compiles snippets.
    pub(super) build_mounts: Option<Vec<Mounted>>,
}

impl Graph {
    pub(super) fn part(&self, id: PartId) -> &Part {
        &self.parts[id.0]
    }

    /// Every part, in an order in which they can be made.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The parts that have to be made before the runtime can be loaded, in order. The inputs of a part count only if the
    /// part itself has to be made: a compiled module does not need the WebAssembly that it was made from.
    pub(crate) fn missing(&self, cache: &Cache) -> Vec<&Part> {
        let mut needed = vec![false; self.parts.len()];
        self.roots.iter().for_each(|root| needed[root.0] = true);
        // From the greatest number down, so that a part is decided after all that need it.
        for (index, part) in self.parts.iter().enumerate().rev() {
            needed[index] = needed[index] && cache.find(&part.key).is_none();
            if needed[index] {
                part.inputs.iter().for_each(|input| needed[input.0] = true);
            }
        }
        self.parts.iter().zip(needed).filter_map(|(part, needed)| needed.then_some(part)).collect()
    }

    /// How ready the runtime is, given its `missing` parts.
    pub(crate) fn state(&self, missing: &[&Part], cache: &Cache) -> RuntimeState {
        if missing.is_empty() {
            RuntimeState::Ready
        } else if self.parts.iter().any(|part| cache.find(&part.key).is_some()) {
            RuntimeState::Partial
        } else {
            RuntimeState::Unprepared
        }
    }
}
