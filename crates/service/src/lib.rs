//! The one door: every face asks here, and only here, for something to be run.
//!
//! Owns policy (limits, names, sizes) and permits (how many run, how many wait). What it refuses is said in words that
//! name the value, what is allowed and what to do; what a guest does is never an error.

mod container;
mod engine;
mod error;
mod job;
mod library;
mod request;

pub use container::{
    BackendChoice, ContainerHealth, ContainerPlan, Decision, DerivedImage, ImagePreparation, ImagePruning,
    ImageRequest, ImageStatus,
};
pub use error::{NotFound, ServiceError, Unavailable};
pub use job::{
    CancelOutcome, Dataset, InspectedImage, InvalidJob, JobSubmit, Jobs, LOCAL_OWNER, LocalFile, LogFollower,
    LogStream, Missing, Preview, ResultFile, ResultKind, ResultList, ResultSummary, Runner, RunnerEnd, Submitted,
    ToolEntry, ToolFault, ToolList, ZipSummary,
};
pub use request::{InvalidRequest, RunRequest};
pub use runcell_store::UploadedFile;
pub use runcell_wasm::{Preparation, PrepareStatus, ReadyRuntime, Stdin, WorkerInfo};

use container::ContainerSide;
use engine::Engine;
use runcell_docker::{Docker, RunningSnippet};
use runcell_model::config::{Config, Tenants, WallPolicy};
use runcell_model::limits::LimitKind;
use runcell_model::outcome::{Outcome, RunPlace};
use runcell_model::run::RunEvent;
use runcell_model::runtime::{RuntimeInfo, RuntimeRef};
use runcell_wasm::{Codegen, GuestPlace, RunningCell, WasmBackend, WasmConfig, WorkerConfig};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Runs snippets under a site's policy.
pub struct Service {
    backend: WasmBackend,
    config: Config,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Where containers run.
    engine: Arc<Engine>,
    containers: ContainerSide,
    /// The tools, their jobs and uploaded files, opened when they are first needed.
    jobs: tokio::sync::OnceCell<Jobs>,
}

/// What a message of a worker may hold beside output and files, in bytes: names and words.
const LONGEST_REST: u64 = 64 << 20;

/// The program that worker processes run: it takes a [`runcell_wasm::Seat`] on its stdin, locks itself down and
/// serves. `runcell worker` is one.
#[derive(Debug, Clone)]
pub struct WorkerProgram {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// A run under way. Dropping it cancels the run.
pub struct Run {
    running: Running,
    place: RunPlace,
    _permit: OwnedSemaphorePermit,
}

/// What runs it.
enum Running {
    Cell(RunningCell),
    Container(Box<RunningSnippet>),
    /// Nothing: it was over before it began.
    Ended(Box<Outcome>),
}

impl Run {
    /// The next thing that happens; `None` when the outcome is there.
    pub async fn next_event(&mut self) -> Option<RunEvent> {
        match &mut self.running {
            Running::Cell(cell) => cell.next_event().await,
            Running::Container(snippet) => snippet.next_event().await,
            Running::Ended(_) => None,
        }
    }

    /// Something that stops the run when it is told to.
    #[must_use]
    pub fn canceller(&self) -> CancellationToken {
        match &self.running {
            Running::Cell(cell) => cell.canceller(),
            Running::Container(snippet) => snippet.canceller(),
            Running::Ended(_) => CancellationToken::new(),
        }
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] where the run was lost to a fault of ours.
    pub async fn outcome(self) -> Result<Outcome, ServiceError> {
        let mut outcome = match self.running {
            Running::Cell(cell) => cell.outcome().await?,
            Running::Container(snippet) => snippet.outcome().await.map_err(container::refused)?,
            Running::Ended(outcome) => *outcome,
        };
        outcome.place = self.place;
        Ok(outcome)
    }
}

impl Service {
    /// Starts a service that runs guests in this process. Nothing is prepared before it is asked for.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where this machine cannot run cells.
    pub fn start(config: Config, cache_dir: PathBuf, runtimes_dir: Option<PathBuf>) -> Result<Self, ServiceError> {
        Self::begin(config, cache_dir, runtimes_dir, None)
    }

    /// Starts a service that runs guests in worker processes, which are started in the background. Within a tokio runtime,
    /// that runtime listens to them and has to outlive the service; elsewhere threads are started for it.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where this machine cannot run cells.
    pub fn start_with_workers(
        config: Config,
        cache_dir: PathBuf,
        runtimes_dir: Option<PathBuf>,
        worker: WorkerProgram,
    ) -> Result<Self, ServiceError> {
        let (output, files) = (LimitKind::Output, LimitKind::FileBytes);
        let most = [output, files].map(|kind| config.limits.ceiling(kind)).iter().sum::<u64>() + LONGEST_REST;
        let workers = WorkerConfig {
            program: worker.program,
            arguments: worker.arguments,
            count: config.workers.count,
            tenants_apart: config.workers.tenants == Tenants::Apart,
            walls_required: config.walls == WallPolicy::Require,
            longest_message: usize::try_from(most).unwrap_or(usize::MAX),
        };
        Self::begin(config, cache_dir, runtimes_dir, Some(workers))
    }

    fn begin(
        config: Config,
        cache_dir: PathBuf,
        runtimes_dir: Option<PathBuf>,
        workers: Option<WorkerConfig>,
    ) -> Result<Self, ServiceError> {
        let stack_bytes = config.limits.default_of(LimitKind::Stack);
        let (codegen, place) = (Codegen::Standard, GuestPlace::Threads(config.threads));
        let backend = WasmBackend::start(WasmConfig { cache_dir, runtimes_dir, stack_bytes, codegen, place, workers })?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let running = if config.max_running == 0 { 16 * processors } else { config.max_running };
        let containers = ContainerSide::new(&config);
        Ok(Self {
            backend,
            containers,
            config,
            permits: Arc::new(Semaphore::new(running)),
            waiting: AtomicUsize::new(0),
            engine: Arc::default(),
            jobs: tokio::sync::OnceCell::new(),
        })
    }

    /// Runs a snippet to its end, preparing its runtime first where that is needed.
    ///
    /// # Errors
    /// [`ServiceError`] where it could not be run. Whatever the snippet does is an [`Outcome`].
    pub async fn run(&self, request: RunRequest) -> Result<Outcome, ServiceError> {
        self.open(request).await?.outcome().await
    }

    /// Starts a run where it belongs, preparing its runtime or its image first where that is needed, and waits for a free place.
    ///
    /// # Errors
    /// [`ServiceError`] where it could not be run.
    pub async fn open(&self, request: RunRequest) -> Result<Run, ServiceError> {
        match self.decide(&request)? {
            Decision::Cell(_) => {
                let runtime = self.prepare(&request.runtime)?.ready().await?;
                self.open_ready(&runtime, request).await
            }
            Decision::Container(plan) => {
                let image = self.prepare_image(&plan).await?.ready().await?;
                self.open_in_container(&plan, image, request).await
            }
        }
    }

    /// Starts a run of a runtime that is ready, in a cell, as soon as there is a free place.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names what is wrong with the request, [`ServiceError::Busy`] that the queue is full.
    pub async fn open_ready(&self, runtime: &ReadyRuntime, request: RunRequest) -> Result<Run, ServiceError> {
        let limits = self.config.limits.resolve(&request.limits)?;
        let tenant = request.tenant.clone();
        let Decision::Cell(reason) = self.decide(&request)? else {
            let name = request.runtime.to_string();
            return Err(InvalidRequest::Place(format!("{name} was asked for with what only a container has")).into());
        };
        let place = RunPlace { reason, ..RunPlace::default() };
        let (spec, stdin) = request.check(runtime, limits)?;
        let permit = self.permit().await?;
        Ok(Run { running: Running::Cell(self.backend.run(runtime, spec, stdin, tenant)?), place, _permit: permit })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, ServiceError> {
        if let Ok(permit) = self.permits.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let place = Place::take(&self.waiting, self.config.max_queued)?;
        let permit = self.permits.clone().acquire_owned().await;
        drop(place);
        permit.map_err(|_| ServiceError::Internal("the permits were closed".to_owned()))
    }

    /// Waits until runs can begin: with worker processes, until one of them is there and locked down.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there can be none; the message says why.
    pub async fn ready(&self) -> Result<(), ServiceError> {
        Ok(self.backend.ready().await?)
    }

    /// The worker processes there are; none where guests run in this process.
    #[must_use]
    pub fn workers(&self) -> Vec<WorkerInfo> {
        self.backend.workers()
    }

    /// Begins to prepare a runtime, or joins a preparation under way.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such runtime.
    pub fn prepare(&self, runtime: &RuntimeRef) -> Result<Preparation, ServiceError> {
        Ok(self.backend.prepare(runtime)?)
    }

    /// A runtime, if everything is there that it is loaded from. Makes nothing, and starts no thread.
    ///
    /// # Errors
    /// [`ServiceError`] where there is no such runtime, or it cannot be loaded.
    pub fn ready_now(&self, runtime: &RuntimeRef) -> Result<Option<ReadyRuntime>, ServiceError> {
        self.backend.ready_now(runtime).map_err(ServiceError::of_preparing)
    }

    /// Everything known of all runtimes.
    ///
    /// # Errors
    /// [`ServiceError`] where a runtime of the user cannot be read.
    pub fn runtimes(&self) -> Result<Vec<RuntimeInfo>, ServiceError> {
        let mut all = Vec::new();
        for name in self.backend.names() {
            let runtime = name.parse().map_err(|error| ServiceError::Internal(format!("{error}")))?;
            all.extend(self.backend.info(&runtime)?);
        }
        Ok(all)
    }

    /// The names of all runtimes, those included that cannot be read.
    #[must_use]
    pub fn runtime_names(&self) -> Vec<String> {
        self.backend.names()
    }

    /// Everything known of the versions of one runtime.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is no such runtime.
    pub fn runtime(&self, runtime: &RuntimeRef) -> Result<Vec<RuntimeInfo>, ServiceError> {
        Ok(self.backend.info(runtime)?)
    }

    /// The folder of prepared runtimes, and the bytes that it takes on disk.
    #[must_use]
    pub fn cache(&self) -> (PathBuf, u64) {
        self.backend.cache()
    }

    /// Removes everything that was prepared; returns the bytes that were freed.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where something cannot be removed.
    pub fn clean(&self) -> Result<u64, ServiceError> {
        Ok(self.backend.clean()?)
    }

    /// Removes what no runtime needs any more, such as the parts of earlier versions; returns the bytes that were freed.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where a runtime cannot be read, or something cannot be removed.
    pub fn clean_unused(&self) -> Result<u64, ServiceError> {
        Ok(self.backend.clean_unused().map_err(Arc::new)?)
    }

    /// Checks what runs need of this machine.
    #[must_use]
    pub fn check(&self) -> Vec<runcell_model::health::Finding> {
        self.backend.check()
    }

    /// The engine that runs containers, for a look at it: what runs on it goes through the service's other doors.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is none; the message says what to do.
    pub async fn engine(&self) -> Result<Docker, ServiceError> {
        self.engine.get().await
    }

    /// The tools in containers and their jobs. Their store, in the data folder of the configuration, is opened at the first
    /// call, in whose tokio runtime it lives.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn jobs(&self) -> Result<&Jobs, ServiceError> {
        self.jobs.get_or_try_init(|| Jobs::open(&self.config, self.engine.clone())).await
    }

    /// Whether jobs were ever kept in the data folder, or are kept elsewhere: something of an earlier process may go on.
    #[must_use]
    pub fn may_have_jobs(&self) -> bool {
        let folder = self.config.data_dir.as_deref();
        folder.is_some_and(|folder| self.config.jobs.database.is_some() || folder.join("installation").is_file())
    }

    /// Checks what containers need of this machine.
    pub async fn check_engine(&self) -> Vec<runcell_model::health::Finding> {
        let folder = self.config.data_dir.as_deref().filter(|folder| folder.is_dir());
        runcell_docker::check(folder).await
    }

    /// The policy of limits.
    #[must_use]
    pub fn policy(&self) -> &runcell_model::limits::LimitPolicy {
        &self.config.limits
    }
}

/// A place in the queue.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Result<Self, ServiceError> {
        let place = Self(waiting);
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        if before >= most {
            return Err(ServiceError::Busy { queued: before, retry_after_ms: 1000 });
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
