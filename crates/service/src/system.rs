//! The door of the machine: how the engine, the workers and the folders are.
//!
//! Owns the questions. Nothing is changed here.

use crate::error::ServiceError;
use crate::history::Sample;
use crate::machine::Machine;
use crate::shared::Shared;
use crate::vitals::{self, Vitals};
use runcell_docker::ContainerState;
use runcell_folder::{Bounds, Folder};
use runcell_model::caller::{Caller, Operation, Scope};
use runcell_model::health::Finding;
use runcell_model::job::JobState;
use runcell_telemetry::metric::{self, Gauges};
use runcell_wasm::WorkerInfo;
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;

/// How long jobs may take to be counted.
const COUNTED_WITHIN: Duration = Duration::from_secs(2);

/// The machine, for one caller.
pub struct System<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) caller: &'a Caller,
}

/// How the container engine is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerHealth {
    /// The engine and its version.
    pub engine: String,
    /// Containers of runs of this installation that run now.
    pub running: usize,
    /// Images on the engine's machine.
    pub images: usize,
}

impl System<'_> {
    /// The worker processes there are; none where guests run in this process.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub fn workers(&self) -> Result<Vec<WorkerInfo>, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        Ok(self.shared.cells.workers())
    }

    /// Whether the parts answer that a server stands on. It takes a few seconds at most.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub async fn vitals(&self) -> Result<Vitals, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        let shared = self.shared;
        let look = async {
            let (database, engine) =
                tokio::join!(vitals::database(shared.opened_store()), shared.engine.part(vitals::PATIENCE));
            Vitals { database, engine, workers: shared.cells.workers().len() }
        };
        Ok(shared.last_look.vitals(look).await)
    }

    /// The machine itself: processors, memory, disks.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub fn machine(&self) -> Result<Machine, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        Ok(Machine::look(self.shared.config.data_dir.as_deref()))
    }

    /// How the machine was during the last hour, the oldest sample first; nothing where nobody takes samples.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub fn history(&self) -> Result<Vec<Sample>, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        Ok(self.shared.history.samples())
    }

    /// The newest sample, and each that follows it.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub fn follow(&self) -> Result<watch::Receiver<Option<Sample>>, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        Ok(self.shared.history.follow())
    }

    /// The counts of the process and its present state, as Prometheus reads them: of all tenants, and of nobody by name.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub async fn metrics(&self) -> Result<String, ServiceError> {
        self.caller.may(Operation::ReadMetrics)?;
        let workers = self.shared.cells.workers();
        let (run_places, runs_running, runs_waiting) = self.shared.permits.counts();
        let worker_runs = workers.iter().map(|worker| worker.runs).sum();
        let jobs = self.job_counts().await;
        let now = Gauges { run_places, runs_running, runs_waiting, workers: workers.len(), worker_runs, jobs };
        Ok(metric::text(&now))
    }

    /// Jobs in each state; none where the store is not open, or does not answer soon.
    async fn job_counts(&self) -> Vec<(&'static str, u64)> {
        let Some(store) = self.shared.opened_store() else { return Vec::new() };
        let view = store.view(&Scope::All);
        match tokio::time::timeout(COUNTED_WITHIN, view.counts()).await {
            Ok(Ok(counts)) => {
                JobState::ALL.iter().map(|state| (state.name(), counts.get(state).copied().unwrap_or(0))).collect()
            }
            Ok(Err(_)) | Err(_) => Vec::new(),
        }
    }

    /// Checks what runs need of this machine.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub fn check(&self) -> Result<Vec<Finding>, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        let data = self.shared.config.data_dir.as_deref().and_then(data_folder);
        Ok(self.shared.cells.check().into_iter().chain(data).collect())
    }

    /// Checks what containers need of this machine.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not read it.
    pub async fn check_engine(&self) -> Result<Vec<Finding>, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        let folder = self.shared.config.data_dir.as_deref().filter(|folder| folder.is_dir());
        Ok(runcell_docker::check(folder).await)
    }

    /// How the container engine is now.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if there is no engine or it does not answer.
    pub async fn container_health(&self) -> Result<ContainerHealth, ServiceError> {
        self.caller.may(Operation::ReadSystem)?;
        let docker = self.shared.container_engine().await?;
        let owned = docker.owned(self.shared.folders.owner()).await?;
        let running = owned.iter().filter(|container| container.state == ContainerState::Running).count();
        let images = docker.images().await?.len();
        let version = docker.version();
        Ok(ContainerHealth { engine: format!("{} {}", version.product, version.version), running, images })
    }
}

/// The size of the data folder; `None` where nothing was kept yet.
fn data_folder(root: &Path) -> Option<Finding> {
    if !root.join("installation").is_file() {
        return None;
    }
    let [jobs, uploads] = ["jobs", "files"].map(|name| allocated(&root.join(name)) / 1_000_000);
    let text = format!(
        "{}: jobs take {jobs} MB, uploads {uploads} MB; `runcell job prune [--uploads]` removes old ones",
        root.display()
    );
    Some(Finding::good("data", text))
}

/// The room that a folder takes on disk, in bytes; 0 where it is not there.
fn allocated(path: &Path) -> u64 {
    let Ok(mut walk) = Folder::open(path).and_then(|folder| folder.walk(Bounds::ANY_NUMBER)) else { return 0 };
    let mut bytes = 0_u64;
    while let Some(entry) = walk.next_entry() {
        bytes = bytes.saturating_add(entry.metadata().allocated);
    }
    bytes
}
