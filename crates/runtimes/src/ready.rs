//! The runtimes of this process: which are loaded, which are being prepared, and a description of each.
//!
//! Owns the state of preparations. A runtime is prepared once, however many callers ask for it. A preparation that failed
//! is forgotten, so that the next call tries again.

use super::cache::CacheError;
use super::catalog::{CatalogError, RuntimeFolder};
use super::manifest::Build;
use super::prepare::{
    FinishedStep, Graph, LoadedRuntime, Part, PlanError, PrepareError, PrepareStatus, Progress, Target, Workshop,
};
use runcell_model::runtime::{OptionInfo, RuntimeInfo, RuntimeRef, RuntimeState};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// A runtime that was found and made ready.
#[derive(Clone)]
pub struct ReadyRuntime(Arc<LoadedRuntime>);

impl ReadyRuntime {
    /// The parts that a run is made from.
    #[must_use]
    pub fn loaded(&self) -> &Arc<LoadedRuntime> {
        &self.0
    }
}

/// A version of a runtime, found by its name in the catalog alone: nothing was looked up in the cache.
#[derive(Clone)]
pub struct ResolvedRuntime(Target);

impl ResolvedRuntime {
    /// Its name; an alias has become it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.manifest().name
    }

    /// The name of the snippet's file where the caller names none.
    #[must_use]
    pub fn main_file(&self) -> &str {
        &self.0.manifest().main_file
    }

    /// Whether the snippet is a program already, a module, and no source.
    #[must_use]
    pub fn brings_program(&self) -> bool {
        self.0.folder.manifest.build.as_ref().is_some_and(Build::is_done)
    }

    /// The least memory that a run needs, in bytes.
    #[must_use]
    pub fn least_memory_bytes(&self) -> u64 {
        self.0.manifest().memory_mib << 20
    }

    /// The values that an option takes; `None` if there is no such option.
    #[must_use]
    pub fn option_values(&self, name: &str) -> Option<Vec<&str>> {
        let option = self.0.manifest().options.iter().find(|option| option.name == name)?;
        Some(option.values.keys().map(String::as_str).collect())
    }

    /// The names of its options.
    #[must_use]
    pub fn option_names(&self) -> Vec<&str> {
        self.0.manifest().options.iter().map(|option| option.name.as_str()).collect()
    }
}

impl std::fmt::Display for ResolvedRuntime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

type Prepared = Option<Result<ReadyRuntime, Arc<PrepareError>>>;

/// A runtime that is being prepared, or is ready already.
#[derive(Clone)]
pub struct Preparation {
    runtime: String,
    progress: Arc<Progress>,
    result: watch::Receiver<Prepared>,
}

impl Preparation {
    /// The name of the runtime.
    #[must_use]
    pub fn runtime(&self) -> &str {
        &self.runtime
    }

    /// How far it is.
    #[must_use]
    pub fn status(&self) -> PrepareStatus {
        self.progress.status()
    }

    /// The finished steps, without the first `known` ones.
    #[must_use]
    pub fn finished(&self, known: usize) -> Vec<FinishedStep> {
        self.progress.finished(known)
    }

    /// Waits until the runtime is ready.
    ///
    /// # Errors
    /// Why it could not be prepared.
    pub async fn ready(&mut self) -> Result<ReadyRuntime, Arc<PrepareError>> {
        let lost = || Arc::new(PrepareError::Lost { runtime: self.runtime.clone() });
        match self.result.wait_for(Option::is_some).await {
            Ok(result) => result.clone().unwrap_or_else(|| Err(lost())),
            Err(_) => Err(lost()),
        }
    }

    fn failed(&self) -> bool {
        let ended = self.result.has_changed().is_err();
        match &*self.result.borrow() {
            Some(result) => result.is_err(),
            None => ended,
        }
    }
}

/// The runtimes of this process. Cheap to ask: what was loaded once is kept.
pub struct Runtimes {
    workshop: Workshop,
    preparations: Mutex<BTreeMap<String, Preparation>>,
}

impl Runtimes {
    /// Starts with nothing loaded and nothing prepared.
    pub fn new(workshop: Workshop) -> Self {
        Self { workshop, preparations: Mutex::default() }
    }

    /// Finds a runtime by its name in the catalog. Does not look at the cache.
    ///
    /// # Errors
    /// [`CatalogError`] if there is no such runtime or version.
    pub fn resolve(&self, runtime: &RuntimeRef) -> Result<ResolvedRuntime, CatalogError> {
        let folder = self.workshop.catalog.find(runtime)?;
        let version = runtime.version().unwrap_or(&folder.manifest.default_version).to_owned();
        Ok(ResolvedRuntime(Target { folder, version }))
    }

    /// Begins to prepare a runtime, or joins a preparation under way.
    pub fn prepare(&self, runtime: &ResolvedRuntime) -> Preparation {
        let mut preparations = self.preparations.lock().expect("no holder of this lock panics");
        let name = runtime.to_string();
        if let Some(known) = preparations.get(&name).filter(|known| !known.failed()) {
            return known.clone();
        }
        let preparation = self.begin(runtime.0.clone());
        preparations.insert(name, preparation.clone());
        preparation
    }

    /// A runtime of which nothing is missing in the cache; `None` if something is. Makes nothing and starts no thread.
    pub fn ready_now(&self, runtime: &ResolvedRuntime) -> Result<Option<ReadyRuntime>, PrepareError> {
        let loaded = self.workshop.load_if_ready(&runtime.0)?;
        Ok(loaded.map(|loaded| ReadyRuntime(Arc::new(loaded))))
    }

    fn begin(&self, target: Target) -> Preparation {
        let progress = Arc::new(Progress::default());
        let (sender, result) = watch::channel(None);
        let preparation = Preparation { runtime: target.to_string(), progress: progress.clone(), result };
        let workshop = self.workshop.clone();
        let work = move || {
            let loaded = workshop.prepare(&target, &progress);
            sender.send_replace(Some(loaded.map(|loaded| ReadyRuntime(Arc::new(loaded))).map_err(Arc::new)));
        };
        // If no thread can be started, the sender is dropped, and waiting for it fails.
        let _ = std::thread::Builder::new().name("runcell-prepare".to_owned()).spawn(work);
        preparation
    }

    /// Forgets that a runtime was prepared: what was made is gone.
    pub fn forget(&self, runtime: &ReadyRuntime) {
        let same = |known: &Preparation| match &*known.result.borrow() {
            Some(Ok(ready)) => Arc::ptr_eq(&ready.0, &runtime.0),
            _ => false,
        };
        self.preparations.lock().expect("no holder of this lock panics").retain(|_, known| !same(known));
    }

    /// Gives up the preparations that are under way.
    pub fn give_up(&self) {
        self.workshop.cache.give_up();
    }

    /// The names of all runtimes, the built-in ones first.
    pub fn names(&self) -> Vec<String> {
        self.workshop.catalog.names()
    }

    /// The folder of the cache, and the bytes that it takes on disk.
    pub fn cache(&self) -> (PathBuf, u64) {
        (self.workshop.cache.root().to_owned(), self.workshop.cache.disk_bytes())
    }

    /// Empties the cache and forgets all preparations. Returns the bytes that were freed.
    ///
    /// # Errors
    /// [`CacheError`] if something cannot be removed.
    pub fn clean(&self) -> Result<u64, CacheError> {
        self.preparations.lock().expect("no holder of this lock panics").clear();
        self.workshop.cache.clean()
    }

    /// Removes the entries that no version of any runtime is made from. Returns the bytes that were freed.
    ///
    /// # Errors
    /// [`PrepareError`] if the parts of a runtime cannot be listed, or an entry cannot be removed.
    pub fn clean_unused(&self) -> Result<u64, PrepareError> {
        let mut wanted = Vec::new();
        // A folder whose name is not a runtime's name cannot be asked for.
        for runtime in self.names().iter().filter_map(|name| name.parse().ok()) {
            let folder = self.workshop.catalog.find(&runtime).map_err(PlanError::from)?;
            for version in &folder.manifest.versions {
                let target = Target { folder: folder.clone(), version: version.version.clone() };
                wanted.extend(self.workshop.graph(&target)?.parts().iter().map(|part| part.key().clone()));
            }
        }
        Ok(self.workshop.cache.retain(&wanted)?)
    }

    /// The package clients that missing parts are fetched with, each with the names of the runtimes that need it.
    pub fn clients_wanted(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut wanted: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for name in self.names() {
            let folder = name.parse().ok().and_then(|runtime| self.workshop.catalog.find(&runtime).ok());
            let Some(folder) = folder else { continue };
            let target = Target { version: folder.manifest.default_version.clone(), folder };
            let Ok(graph) = self.workshop.graph(&target) else { continue };
            let missing = graph.missing(&self.workshop.cache);
            let clients: BTreeSet<&str> = missing.into_iter().filter_map(Part::client).collect();
            clients.into_iter().for_each(|client| wanted.entry(client).or_default().push(name.clone()));
        }
        wanted
    }

    /// Describes a version of a runtime, or all versions if the reference names none.
    ///
    /// # Errors
    /// [`CatalogError`] if there is no such runtime or version.
    pub fn info(&self, runtime: &RuntimeRef) -> Result<Vec<RuntimeInfo>, CatalogError> {
        let folder = self.workshop.catalog.find(runtime)?;
        let versions = folder.manifest.versions.iter().map(|version| version.version.clone());
        let wanted = versions.filter(|version| runtime.version().is_none_or(|wanted| wanted == version));
        Ok(wanted.map(|version| self.info_of(&folder, version)).collect())
    }

    fn info_of(&self, folder: &Arc<RuntimeFolder>, version: String) -> RuntimeInfo {
        let target = Target { folder: folder.clone(), version: version.clone() };
        let manifest = target.manifest();
        let cache = &self.workshop.cache;
        // A runtime that cannot be resolved is one that nothing is prepared of; preparing it says why.
        let graph = self.workshop.graph(&target).ok();
        let missing = graph.as_ref().map(|graph| graph.missing(cache)).unwrap_or_default();
        let state = graph.as_ref().map_or(RuntimeState::Unprepared, |graph| graph.state(&missing, cache));
        let parts = graph.as_ref().map(Graph::parts).unwrap_or_default();
        let downloads: BTreeMap<&str, u64> = missing.iter().copied().filter_map(Part::download).collect();
        let licences: BTreeSet<&str> = parts.iter().filter_map(Part::licence).collect();
        let options = manifest.options.iter().map(|option| OptionInfo {
            name: option.name.clone(),
            summary: option.summary.clone(),
            values: option.values.keys().cloned().collect(),
            default: option.default.clone(),
        });
        RuntimeInfo {
            name: manifest.name.clone(),
            aliases: folder.manifest.aliases.clone(),
            title: manifest.title.clone(),
            default: version == folder.manifest.default_version,
            version,
            summary: manifest.summary.clone(),
            main_file: manifest.main_file.clone(),
            licences: licences.into_iter().map(str::to_owned).collect(),
            state,
            disk_bytes: parts.iter().map(|part| part.disk_bytes(cache)).sum(),
            download_bytes: downloads.values().sum(),
            options: options.collect(),
            folder: folder.dir().map(std::path::Path::to_owned),
        }
    }
}
