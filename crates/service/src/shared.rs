//! Everything that the doors of the service share: configuration, backends, permits, the store.
//!
//! Owns the parts and when each is opened. Rights are checked by the doors.

use crate::account::Proving;
use crate::engine::Engine;
use crate::error::{ServiceError, Unavailable};
use crate::history::History;
use crate::image::{ImagePreparation, ImageSource, Making, MakingConfig, Makings};
use crate::mount::Mounts;
use crate::rate::Rates;
use crate::run::ContainerPlan;
use crate::run::folder::Folders;
use crate::run::permit::Permits;
use crate::trail::Trail;
use crate::vitals::LastLook;
use runcell_docker::Docker;
use runcell_model::config::{Config, Language};
use runcell_store::{Store, StoreConfig};
use runcell_wasm::WasmBackend;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Runs that go on at the same time on one processor, where the configuration says nothing.
const RUNNING_PER_PROCESSOR: usize = 16;

/// The parts that the doors share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) cells: WasmBackend,
    pub(crate) engine: Arc<Engine>,
    /// Languages that run in containers.
    pub(crate) languages: Vec<Language>,
    /// Where images come from.
    pub(crate) source: ImageSource,
    pub(crate) mounts: Mounts,
    pub(crate) folders: Folders,
    makings: Makings,
    pub(crate) permits: Arc<Permits>,
    pub(crate) proving: Proving,
    pub(crate) rates: Rates,
    pub(crate) trail: Trail,
    pub(crate) last_look: LastLook,
    pub(crate) history: History,
    store: OnceCell<Store>,
}

impl Shared {
    /// A configuration that was parsed was checked; another one whose languages cannot be used has none.
    pub(crate) fn new(config: Config, cells: WasmBackend) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let running = if config.max_running == 0 { RUNNING_PER_PROCESSOR * processors } else { config.max_running };
        let languages = config.containers.languages().unwrap_or_default();
        Self {
            cells,
            engine: Arc::default(),
            source: ImageSource::new(&config.containers, &languages),
            mounts: Mounts::new(config.mounts.clone()),
            languages,
            folders: Folders::new(config.data_dir.as_deref()),
            makings: Makings::default(),
            permits: Permits::new(running, config.max_queued, config.quotas.runs),
            proving: Proving::new(config.accounts.clone()),
            rates: Rates::new(config.rates),
            trail: Trail::default(),
            last_look: LastLook::default(),
            history: History::default(),
            store: OnceCell::new(),
            config,
        }
    }

    /// The store in the data folder, opened at the first call, in whose tokio runtime it lives.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where it cannot be opened.
    pub(crate) async fn store(&self) -> Result<&Store, ServiceError> {
        let open = async {
            let data_dir = self.config.data_dir.clone().ok_or(Unavailable::NoDataDir)?;
            let (url, max_pending) = (self.config.jobs.database.clone(), self.config.jobs.max_pending);
            let config = StoreConfig { url, max_pending, quotas: self.config.quotas, ..StoreConfig::new(data_dir) };
            let store = Store::open(config).await?;
            self.trail.open(store.clone(), self.config.audit, self.config.executions);
            Ok(store)
        };
        self.store.get_or_try_init(|| open).await
    }

    /// The store, if it was opened.
    pub(crate) fn opened_store(&self) -> Option<&Store> {
        self.store.get()
    }

    /// The engine, after what a dead runcell left on it was removed.
    pub(crate) async fn container_engine(&self) -> Result<Docker, ServiceError> {
        let docker = self.engine.get().await?;
        self.folders.reap(&docker).await;
        Ok(docker)
    }

    /// Begins to make the image of a plan ready, or joins the making under way: it is pulled if it is not here, and gets its
    /// packages if it has not got them.
    pub(crate) async fn prepare_image(&self, plan: &ContainerPlan) -> Result<ImagePreparation, ServiceError> {
        self.make_image(Making::of_plan(plan)).await
    }

    /// Begins to make an image, or joins the making under way.
    pub(crate) async fn make_image(&self, making: Making) -> Result<ImagePreparation, ServiceError> {
        let docker = self.container_engine().await?;
        let containers = &self.config.containers;
        // Asked before anything is begun, so that a refusal is one.
        if let Some(image) = making.base().filter(|_| containers.pull) {
            self.source.find(&docker, image).await?;
        }
        let config = MakingConfig {
            owner: self.folders.owner().to_owned(),
            pull: containers.pull,
            seconds: containers.build_seconds,
            ca_bundle: containers.ca_bundle.clone(),
        };
        Ok(self.makings.begin(docker, making, config))
    }
}
