//! From assets to a runtime that can run: fetch, derive, compile, snapshot, load.
//!
//! A manifest is resolved once into a `graph` of `part`s: each has a key, the parts that it is made from, and a maker.
//! Everything else is a walk over that graph: what is missing, making it, loading it. In reading order: `target`, `part`,
//! `graph`, `resolve`; `entry`, `archive`, `mount` and `program` (what lies in the cache); `call`, `compile`, `recipe` and
//! `snapshot` behind `make`; `load`; `progress`, `environment`, `error`.
//!
//! Owns the way from a version of a runtime to a [`LoadedRuntime`]. Does not run snippets.

mod archive;
mod call;
mod compile;
mod entry;
mod environment;
mod error;
mod graph;
mod load;
mod make;
mod mount;
mod part;
mod patch;
mod program;
mod progress;
mod recipe;
mod resolve;
mod snapshot;
mod target;
mod workshop;

pub use call::exports;
pub use environment::environment;
pub use error::{PartError, PlanError, PrepareError};
pub use load::{LoadedImage, LoadedRuntime};
pub use progress::{FinishedStep, PrepareStatus, Progress};
pub use target::Target;
pub use workshop::Workshop;

pub(crate) use graph::Graph;
pub(crate) use part::Part;

impl Workshop {
    /// The graph of a runtime's parts.
    pub(crate) fn graph(&self, target: &Target) -> Result<Graph, PlanError> {
        resolve::resolve(self, target)
    }

    /// Makes every part of a runtime that is missing, and loads it. Blocks; not for a thread that runs guests.
    pub(crate) fn prepare(&self, target: &Target, progress: &Progress) -> Result<LoadedRuntime, PrepareError> {
        let graph = self.graph(target)?;
        let missing = graph.missing(&self.cache);
        progress.plan(&missing);
        for part in missing {
            progress.begin(part);
            make::make(self, &graph, part, progress).map_err(|error| PrepareError::Part {
                runtime: target.to_string(),
                part: part.label.clone(),
                source: Box::new(error),
            })?;
            progress.end(part);
        }
        self.load(&graph, target)
    }

    /// Loads a runtime if none of its parts is missing.
    pub(crate) fn load_if_ready(&self, target: &Target) -> Result<Option<LoadedRuntime>, PrepareError> {
        let graph = self.graph(target)?;
        if graph.missing(&self.cache).is_empty() { self.load(&graph, target).map(Some) } else { Ok(None) }
    }

    fn load(&self, graph: &Graph, target: &Target) -> Result<LoadedRuntime, PrepareError> {
        load::load(self, graph)
            .map_err(|error| PrepareError::Load { runtime: target.to_string(), source: Box::new(error) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{Cache, CacheError};
    use crate::catalog::Catalog;
    use runcell_cell::engine::Hosts;
    use runcell_cell::threads::Threads;
    use std::path::Path;
    use std::sync::Arc;

    fn workshop(dir: &Path) -> Workshop {
        Workshop {
            hosts: Hosts::new(1 << 20, Default::default()).expect("engines"),
            cache: Cache::new(dir.join("cache")),
            catalog: Catalog::new(Some(dir.join("runtimes"))),
            lock: crate::asset::lock(),
            compiling: Arc::default(),
            threads: Arc::new(Threads::new(1)),
        }
    }

    fn targets(workshop: &Workshop, name: &str) -> Vec<Target> {
        let folder = workshop.catalog.find(&name.parse().expect("a name")).expect("a runtime");
        let versions = folder.manifest.versions.iter().map(|version| version.version.clone());
        versions.map(|version| Target { folder: folder.clone(), version }).collect()
    }

    #[test]
    fn a_part_is_made_after_its_inputs_and_only_if_something_needs_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let workshop = workshop(dir.path());
        for target in workshop.catalog.names().iter().flat_map(|name| targets(&workshop, name)) {
            let graph = workshop.graph(&target).expect("a sound manifest");
            for (index, part) in graph.parts().iter().enumerate() {
                assert!(part.inputs.iter().all(|input| input.0 < index), "{target}: {}", part.label);
            }
            let missing = graph.missing(&workshop.cache).len();
            // A runtime whose programs are brought by the user has nothing that could be missing.
            assert!((missing > 0 || graph.parts().is_empty()) && missing <= graph.parts().len(), "{target}");
            for root in &graph.roots {
                let write = |dir: &Path| std::fs::write(dir.join("f"), "").map_err(CacheError::io("write", dir));
                workshop.cache.find_or_make(&graph.part(*root).key, || (), write).expect("made");
            }
            assert!(graph.missing(&workshop.cache).is_empty(), "{target} is loaded from its roots");
        }
    }

    #[test]
    fn what_is_made_from_itself_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("runtimes/loop");
        std::fs::create_dir_all(&folder).expect("created");
        let manifest = r#"
            name = "loop"
            title = "Loop"
            summary = ""
            main_file = "main.l"
            default_version = "1"
            versions = [{ version = "1" }]
            modules.l.derived = "one/l.wasm"
            derive = [
                { name = "one", title = "", sources = [{ at = "/", derived = "two" }], outputs = ["l.wasm"] },
                { name = "two", title = "", sources = [{ at = "/", derived = "one" }], outputs = ["l.wasm"] },
            ]
            run = { module = "l" }
        "#;
        std::fs::write(folder.join("runtime.toml"), manifest).expect("written");
        let workshop = workshop(dir.path());
        let error = workshop.graph(&targets(&workshop, "loop")[0]).expect_err("it never ends");
        assert_eq!(error.to_string(), "the recipe \"one\" of the runtime loop needs itself");
    }
}
