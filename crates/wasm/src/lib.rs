//! Cells: snippets in WebAssembly.
//!
//! Owns a run from its spec to its outcome, here or in a worker process. In reading order: `execution`, `build`, `built`, `component_host`
//! and `execute` (one run), `worker` (the same in other processes), `lockdown` (the walls around a process that runs
//! guests), `checkup` (what all of it needs of the machine), `error`. What a language is stands in the crate `runtimes`,
//! and what a program can reach in the crate `cell`.
//! Does not decide who may run what: the service does.

mod build;
mod built;
mod checkup;
mod component_host;
mod error;
mod execute;
mod execution;
pub mod lockdown;
mod worker;

pub use error::WasmError;
pub use runcell_cell::codegen::Codegen;
pub use runcell_cell::stdin::Stdin;
pub use runcell_runtimes::cache::CacheError;
pub use runcell_runtimes::catalog::CatalogError;
pub use runcell_runtimes::prepare::{FinishedStep, PlanError, PrepareError, PrepareStatus};
pub use runcell_runtimes::ready::{Preparation, ReadyRuntime, ResolvedRuntime};
pub use worker::{WorkerConfig, WorkerError, WorkerInfo, WorkerProcess};

use execution::Shared;
use runcell_cell::engine::Hosts;
use runcell_cell::output::{OutputBuffer, OutputReader};
use runcell_cell::threads::Threads;
use runcell_model::health::Finding;
use runcell_model::outcome::Outcome;
use runcell_model::run::{RunEvent, RunSpec};
use runcell_model::runtime::{RuntimeInfo, RuntimeRef};
use runcell_runtimes::cache::Cache;
use runcell_runtimes::catalog::Catalog;
use runcell_runtimes::prepare::Workshop;
use runcell_runtimes::ready::Runtimes;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use worker::Pool;

/// The settings of the backend.
#[derive(Debug, Clone)]
pub struct WasmConfig {
    /// Where prepared runtimes are kept.
    pub cache_dir: PathBuf,
    /// Where the user's own runtimes are.
    pub runtimes_dir: Option<PathBuf>,
    /// Call stack of a guest, in bytes.
    pub stack_bytes: u64,
    /// How machine code is made.
    pub codegen: Codegen,
    /// The threads of this process that run guests.
    pub guests: GuestThreads,
    /// The worker processes that run guests; `None` to run guests in this process.
    pub workers: Option<WorkerConfig>,
}

/// The threads of a process that run guests.
#[derive(Debug, Clone)]
pub enum GuestThreads {
    /// So many threads, started with the first run; 0 for one thread per processor.
    Own(usize),
    /// The threads that drive this runtime.
    Given(Handle),
}

/// Runs snippets in cells.
pub struct WasmBackend {
    shared: Arc<Shared>,
    runtimes: Arc<Runtimes>,
    threads: Arc<Threads>,
    /// Where guests are run, if not here.
    pool: Option<Arc<Pool>>,
}

/// A run that goes on. Dropping it cancels the run.
pub struct RunningCell {
    events: OutputReader,
    /// Its outcome, without the output.
    task: JoinHandle<Result<Outcome, WasmError>>,
    cancel: CancellationToken,
    _on_drop: tokio_util::sync::DropGuard,
}

impl RunningCell {
    /// The next thing that happens; `None` when the outcome is there.
    pub async fn next_event(&mut self) -> Option<RunEvent> {
        self.events.next().await
    }

    /// A token that stops the run when it is cancelled.
    #[must_use]
    pub fn canceller(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// [`WasmError::Fault`] where the run was lost to a fault of ours.
    pub async fn outcome(self) -> Result<Outcome, WasmError> {
        let mut outcome = ended(self.task).await?;
        let truncated = outcome.output.truncated;
        outcome.output = self.events.take();
        outcome.output.truncated |= truncated;
        Ok(outcome)
    }

    /// The same without the output, for who has followed it.
    async fn end(self) -> Result<Outcome, WasmError> {
        ended(self.task).await
    }
}

async fn ended(task: JoinHandle<Result<Outcome, WasmError>>) -> Result<Outcome, WasmError> {
    task.await.map_err(|error| WasmError::Fault(error.to_string()))?
}

impl WasmBackend {
    /// Starts the backend. Prepares nothing.
    ///
    /// # Errors
    /// [`WasmError`] where the machine cannot run cells.
    pub fn start(config: WasmConfig) -> Result<Self, WasmError> {
        let fail = |error: wasmtime::Error| WasmError::Engine(format!("{error:#}"));
        let hosts = Hosts::new(config.stack_bytes, config.codegen).map_err(fail)?;
        let threads = Arc::new(match config.guests {
            GuestThreads::Own(count) => Threads::new(count),
            GuestThreads::Given(handle) => Threads::Given(handle),
        });
        let cache = Cache::new(config.cache_dir.clone());
        let pool = match config.workers {
            Some(workers) => {
                // A runtime that is prepared later has to lie below a folder that workers may read.
                if let Err(error) = cache.create() {
                    tracing::debug!("{error}");
                }
                let begin = worker::Begin {
                    cache_dir: config.cache_dir,
                    runtimes_dir: config.runtimes_dir.clone(),
                    stack_bytes: config.stack_bytes,
                };
                // The caller's own threads get the outcomes fastest.
                let handle = match Handle::try_current() {
                    Ok(handle) => handle,
                    Err(_) => threads.handle().map_err(WasmError::Threads)?.clone(),
                };
                Some(Pool::start(workers, begin, handle))
            }
            None => None,
        };
        let workshop = Workshop {
            hosts: hosts.clone(),
            cache,
            catalog: Catalog::new(config.runtimes_dir),
            lock: runcell_runtimes::asset::lock(),
            compiling: Arc::default(),
            threads: threads.clone(),
        };
        let shared = Arc::new(Shared {
            host: hosts.plain,
            components: Arc::new(component_host::Components::new(config.stack_bytes)),
            built: built::BuiltPrograms::default(),
            stranded: AtomicBool::new(false),
        });
        Ok(Self { shared, runtimes: Arc::new(Runtimes::new(workshop)), threads, pool })
    }

    /// Finds a runtime by its name, without a look at the cache.
    ///
    /// # Errors
    /// [`CatalogError`] where there is no such runtime.
    pub fn resolve(&self, runtime: &RuntimeRef) -> Result<ResolvedRuntime, CatalogError> {
        self.runtimes.resolve(runtime)
    }

    /// Begins to prepare a runtime, or joins a preparation under way.
    #[must_use]
    pub fn prepare(&self, runtime: &ResolvedRuntime) -> Preparation {
        self.runtimes.prepare(runtime)
    }

    /// A runtime, if everything is there that it is loaded from. Starts no thread and makes nothing.
    ///
    /// # Errors
    /// Where it cannot be loaded.
    pub fn ready_now(&self, runtime: &ResolvedRuntime) -> Result<Option<ReadyRuntime>, PrepareError> {
        self.runtimes.ready_now(runtime)
    }

    /// Everything known of all versions of a runtime.
    ///
    /// # Errors
    /// [`CatalogError`] where there is no such runtime.
    pub fn info(&self, runtime: &RuntimeRef) -> Result<Vec<RuntimeInfo>, CatalogError> {
        self.runtimes.info(runtime)
    }

    /// The names of all runtimes.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.runtimes.names()
    }

    /// The folder of the cache, and the bytes that it takes on disk.
    #[must_use]
    pub fn cache(&self) -> (PathBuf, u64) {
        self.runtimes.cache()
    }

    /// Checks what cells need of this machine.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        let (root, used) = self.cache();
        let mut findings = vec![checkup::cells(&self.shared.host.engine), checkup::cache_folder(&root, used)];
        findings.extend(checkup::clients(&self.runtimes));
        findings.extend(checkup::runtimes(&self.runtimes));
        findings
    }

    /// Empties the cache; returns the bytes that were freed.
    ///
    /// # Errors
    /// [`CacheError`] where something cannot be removed.
    pub fn clean(&self) -> Result<u64, CacheError> {
        self.runtimes.clean()
    }

    /// Removes what no runtime needs any more, such as the parts of earlier versions; returns the bytes that were freed.
    ///
    /// # Errors
    /// If the parts of a runtime cannot be listed, or something cannot be removed.
    pub fn clean_unused(&self) -> Result<u64, PrepareError> {
        self.runtimes.clean_unused()
    }

    /// Waits until runs can begin: with worker processes, until one of them is there.
    ///
    /// # Errors
    /// [`WasmError::Worker`] where there can be none.
    pub async fn ready(&self) -> Result<(), WasmError> {
        match &self.pool {
            Some(pool) => Ok(pool.ready().await?),
            None => Ok(()),
        }
    }

    /// The worker processes there are, if any.
    #[must_use]
    pub fn workers(&self) -> Vec<WorkerInfo> {
        self.pool.as_ref().map(|pool| pool.workers()).unwrap_or_default()
    }

    /// Whether a compilation goes on that no run waits for.
    fn is_stranded(&self) -> bool {
        self.shared.stranded.load(Ordering::Relaxed)
    }

    /// Starts a run, for a tenant if there are several.
    ///
    /// # Errors
    /// [`WasmError::Threads`] where the first run cannot start the threads that all run on.
    pub fn run(
        &self,
        runtime: &ReadyRuntime,
        spec: RunSpec,
        stdin: Stdin,
        tenant: Option<String>,
    ) -> Result<RunningCell, WasmError> {
        let output = OutputBuffer::new(spec.limits.get(runcell_model::limits::LimitKind::Output));
        let cancel = CancellationToken::new();
        if let Some(pool) = &self.pool {
            let wall = execution::most_wall(runtime.loaded(), &spec);
            let run = worker::WorkerRun { spec, stdin, output: output.clone(), cancel: cancel.clone(), tenant, wall };
            let (closing, driving) = (CloseOnDrop(output.clone()), worker::drive(pool.clone(), run));
            let handle = pool.handle();
            let (runtimes, gone) = (self.runtimes.clone(), runtime.clone());
            let task = handle.spawn(async move {
                let outcome = driving.await;
                drop(closing);
                if let Err(WasmError::Vanished { .. }) = &outcome {
                    runtimes.forget(&gone);
                }
                outcome
            });
            let events = OutputReader::new(output);
            return Ok(RunningCell { events, task, cancel: cancel.clone(), _on_drop: cancel.drop_guard() });
        }
        let (shared, runtime, sink, token) =
            (self.shared.clone(), runtime.loaded().clone(), output.clone(), cancel.clone());
        let task = self.threads.handle().map_err(WasmError::Threads)?.spawn(async move {
            // The reader must not wait for a run that was lost to a fault.
            let closing = CloseOnDrop(sink.clone());
            let outcome = execute::execute(&shared, &runtime, &spec, stdin, sink, token).await;
            drop(closing);
            Ok(outcome)
        });
        let (events, token) = (OutputReader::new(output), cancel.clone());
        Ok(RunningCell { events, task, cancel: token, _on_drop: cancel.drop_guard() })
    }
}

impl Drop for WasmBackend {
    fn drop(&mut self) {
        self.runtimes.give_up();
    }
}

struct CloseOnDrop(Arc<OutputBuffer>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}
