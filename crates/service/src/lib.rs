//! The one door: every face asks only here to run, keep or list something.
//!
//! Owns policy (limits, names, sizes), rights, and permits (how many run, how many wait). There is a door for each noun:
//! [`Service::runs`], [`Service::jobs`], [`Service::tools`], [`Service::uploads`], [`Service::images`], [`Service::runtimes`],
//! [`Service::users`], [`Service::tokens`], [`Service::audit`], [`Service::executions`], [`Service::profile`] and
//! [`Service::system`]; who the caller is, [`Service::accounts`] finds out. Each takes the [`Caller`] who asks, checks the table of rights
//! ([`runcell_model::caller::Operation`]), and finds only the rows of the caller's tenant. A refusal says which value is
//! wrong, what is allowed and what to do; a guest's failure is never an error.

mod account;
mod audit;
mod engine;
mod error;
mod execution;
mod history;
mod image;
mod job;
mod kept;
mod key;
mod machine;
mod mount;
mod preparation;
mod profile;
mod rate;
mod request;
mod run;
mod runtime;
mod sampler;
mod secret;
mod shared;
mod system;
mod tally;
mod token;
mod tool;
mod trail;
mod upload;
mod user;
mod vitals;

pub use account::{
    Accounts, EnvironmentToken, EnvironmentTokens, FirstAdmin, InvalidAccount, Limited, Login, PageLogin,
    Unauthenticated,
};
pub use audit::Audit;
pub use error::{NotFound, ServiceError, Unavailable};
pub use execution::Executions;
pub use history::{SAMPLE_EVERY, Sample};
pub use image::{DerivedImage, ImagePruning, ImageRequest, Images};
pub use job::{
    CancelOutcome, Dataset, InvalidJob, JobNews, JobSubmit, JobWatch, Jobs, LocalFile, LogFollower, LogStream, Preview,
    ResultFile, ResultKind, ResultList, ResultSummary, Runner, RunnerEnd, Submitted, ZipSummary,
};
pub use kept::{KeptPiece, KeptPieces, NewPiece};
pub use key::{HeldKey, Keys, LONGEST_KEPT, Taken};
pub use machine::{Disk, Machine};
pub use mount::MountFault;
pub use preparation::{Patience, Preparation, PreparationStatus, Ready, Waited};
pub use profile::{Me, Profile};
pub use rate::Admission;
pub use request::{InvalidRequest, RunRequest};
pub use run::{Plan, Reason, Refusal, Run, Runs};
pub use runcell_model::caller::Caller;
pub use runcell_model::job::JobWork;
pub use runcell_model::run::BackendChoice;
pub use runcell_store::{AccountError, Answer as KeptAnswer, FileError, StoreError, UploadedFile};
pub use runcell_wasm::{FinishedStep, Stdin, WorkerInfo};
pub use runtime::{BrokenRuntime, RuntimeList, Runtimes};
pub use secret::Secret;
pub use system::{ContainerHealth, System};
pub use token::{MadeToken, NewToken, Tokens};
pub use tool::{InspectedImage, ToolEntry, ToolFault, ToolList, Tools};
pub use upload::{UploadStats, Uploads};
pub use user::{ImportInto, Imported, NewUser, UserChange, Users};
pub use vitals::{Part, Vitals};

use job::{Site, Work};
use runcell_model::config::{AnswersConfig, Config, ContainerPolicy, Tenants, UploadsConfig, WallPolicy};
use runcell_model::limits::{LimitKind, LimitPolicy};
use runcell_wasm::{Codegen, GuestThreads, WasmBackend, WasmConfig, WorkerConfig};
use shared::Shared;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tool::ToolCatalog;

/// Runs snippets and jobs under a site's policy, for callers.
pub struct Service {
    shared: Shared,
    /// The task of this process that runs jobs, once it was begun.
    runner: Mutex<Option<Runner>>,
}

/// The most that a message of a worker may hold beside output and files, in bytes: names and words.
const LONGEST_REST: u64 = 64 << 20;

/// The program that worker processes run: it takes a [`runcell_wasm::WorkerProcess`] on its stdin, locks itself down and
/// serves. `runcell worker` is one.
#[derive(Debug, Clone)]
pub struct WorkerProgram {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
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
        let (codegen, guests) = (Codegen::Standard, GuestThreads::Own(config.threads));
        let cells = WasmBackend::start(WasmConfig { cache_dir, runtimes_dir, stack_bytes, codegen, guests, workers })?;
        Ok(Self { shared: Shared::new(config, cells), runner: Mutex::default() })
    }

    /// The door of runs.
    #[must_use]
    pub fn runs<'a>(&'a self, caller: &'a Caller) -> Runs<'a> {
        Runs { shared: &self.shared, caller }
    }

    /// The door of runtimes.
    #[must_use]
    pub fn runtimes<'a>(&'a self, caller: &'a Caller) -> Runtimes<'a> {
        Runtimes { shared: &self.shared, caller }
    }

    /// The door of container images.
    #[must_use]
    pub fn images<'a>(&'a self, caller: &'a Caller) -> Images<'a> {
        Images { shared: &self.shared, caller }
    }

    /// The door of the machine.
    #[must_use]
    pub fn system<'a>(&'a self, caller: &'a Caller) -> System<'a> {
        System { shared: &self.shared, caller }
    }

    /// The door of uploaded files.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn uploads<'a>(&'a self, caller: &'a Caller) -> Result<Uploads<'a>, ServiceError> {
        let (store, quotas) = (self.shared.store().await?, self.shared.config.uploads);
        Ok(Uploads { store, trail: &self.shared.trail, caller, quotas })
    }

    /// The door of tools in images.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn tools<'a>(&'a self, caller: &'a Caller) -> Result<Tools<'a>, ServiceError> {
        let store = self.shared.store().await?.clone();
        Ok(Tools { catalog: ToolCatalog::new(store, self.shared.engine.clone()), caller })
    }

    /// The door of jobs.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn jobs(&self, caller: &Caller) -> Result<Jobs, ServiceError> {
        Ok(Jobs::new(self.work().await?, caller, self.shared.trail.clone()))
    }

    /// The door of accounts, for somebody who has not proved who it is.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn accounts(&self) -> Result<Accounts<'_>, ServiceError> {
        let Shared { proving, trail, .. } = &self.shared;
        Ok(Accounts { store: self.shared.store().await?, proving, trail })
    }

    /// The door of the caller's own account.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn profile<'a>(&'a self, caller: &'a Caller) -> Result<Profile<'a>, ServiceError> {
        let Shared { proving, trail, .. } = &self.shared;
        Ok(Profile { store: self.shared.store().await?, proving, trail, caller })
    }

    /// The door of users.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn users<'a>(&'a self, caller: &'a Caller) -> Result<Users<'a>, ServiceError> {
        let Shared { proving, trail, .. } = &self.shared;
        Ok(Users { store: self.shared.store().await?, proving, trail, caller })
    }

    /// The door of tokens.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn tokens<'a>(&'a self, caller: &'a Caller) -> Result<Tokens<'a>, ServiceError> {
        let Shared { proving, trail, .. } = &self.shared;
        Ok(Tokens { store: self.shared.store().await?, proving, trail, caller })
    }

    /// The door of the audit.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn audit<'a>(&'a self, caller: &'a Caller) -> Result<Audit<'a>, ServiceError> {
        Ok(Audit { store: self.shared.store().await?, trail: &self.shared.trail, caller })
    }

    /// The door of recorded runs.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn executions<'a>(&'a self, caller: &'a Caller) -> Result<Executions<'a>, ServiceError> {
        let (trail, config) = (&self.shared.trail, self.shared.config.executions);
        Ok(Executions { store: self.shared.store().await?, trail, caller, config })
    }

    /// The door of idempotency keys.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be opened.
    pub async fn keys<'a>(&'a self, caller: &'a Caller) -> Result<Keys<'a>, ServiceError> {
        Ok(Keys { store: self.shared.store().await?, caller, config: self.shared.config.keys })
    }

    /// Counts a request of a caller who proved who it is. A server asks once a request, before anything else.
    ///
    /// # Errors
    /// [`ServiceError::Limited`] where the tenant or the token has as many as it may.
    pub fn admit(&self, caller: &Caller) -> Result<Admission, ServiceError> {
        Ok(self.shared.rates.admit(caller)?)
    }

    async fn work(&self) -> Result<Work, ServiceError> {
        let store = self.shared.store().await?.clone();
        let containers = &self.shared.config.containers;
        let commands = containers.policy != ContainerPolicy::Never && containers.allow_images;
        let (source, mounts) = (self.shared.source.clone(), self.shared.mounts.clone());
        let site = Site { jobs: self.shared.config.jobs.clone(), commands, source, mounts };
        Ok(Work::new(store, self.shared.engine.clone(), Arc::new(site)))
    }

    /// Takes samples of how the machine is, for as long as it is awaited. [`System::history`] has those of the last hour.
    pub async fn keep_history(&self) {
        self.shared.keep_history().await;
    }

    /// Sees to it that this process runs jobs, in the background, until [`Service::close`]. Begun once.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store or the data folder cannot be used.
    pub async fn run_jobs(&self) -> Result<(), ServiceError> {
        let mut runner = self.runner.lock().await;
        if runner.is_none() {
            *runner = Some(self.work().await?.runner().await?);
        }
        Ok(())
    }

    /// The same, if jobs were ever kept in the data folder or are kept elsewhere: those of an earlier process may go on.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store or the data folder cannot be used.
    pub async fn resume_jobs(&self) -> Result<(), ServiceError> {
        let config = &self.shared.config;
        let kept = |folder: &std::path::Path| config.jobs.database.is_some() || folder.join("installation").is_file();
        if config.data_dir.as_deref().is_some_and(kept) { self.run_jobs().await } else { Ok(()) }
    }

    /// Runs jobs until no job is left or the scheduler is stopped. One process of an installation does so at a time.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store or the data folder cannot be used.
    pub async fn drain_jobs(&self, stop: &CancellationToken) -> Result<RunnerEnd, ServiceError> {
        self.work().await?.drain(stop).await
    }

    /// Stops running jobs. Jobs under way go on in their containers; the next process that runs jobs takes them over.
    pub async fn stop_jobs(&self) {
        if let Some(runner) = self.runner.lock().await.take() {
            runner.stop().await;
        }
    }

    /// Stops running jobs, and closes the store if it was opened. Jobs under way go on in their containers; the next process
    /// that runs jobs takes them over. To be called last.
    pub async fn close(&self) {
        self.stop_jobs().await;
        self.shared.trail.close().await;
        if let Some(store) = self.shared.opened_store() {
            store.close().await;
        }
    }

    /// Waits until runs can begin: with worker processes, until one of them is there and locked down.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there can be none; the message says why.
    pub async fn ready(&self) -> Result<(), ServiceError> {
        Ok(self.shared.cells.ready().await?)
    }

    /// How much every tenant may upload.
    #[must_use]
    pub fn uploads_config(&self) -> UploadsConfig {
        self.shared.config.uploads
    }

    /// The issuer whose tokens are good, if the configuration names one.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.shared.config.accounts.oidc.issuer.as_deref()
    }

    /// How much of a result one answer holds.
    #[must_use]
    pub fn answers(&self) -> AnswersConfig {
        self.shared.config.answers
    }

    /// The policy of limits.
    #[must_use]
    pub fn policy(&self) -> &LimitPolicy {
        &self.shared.config.limits
    }
}
