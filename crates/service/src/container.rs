//! Snippets in containers: who may, in which image, under which limits.
//!
//! Owns the folders of runs, the images that are being made, and what a request means for a container. Whether one is used is
//! decided in `decide`; the engine's side is [`runcell_docker`].

mod decide;
mod environment;
mod folder;
mod image;

pub use decide::{BackendChoice, ContainerPlan, Decision};
pub use image::{ImagePreparation, ImageRequest, ImageStatus};
pub use runcell_docker::Derived as DerivedImage;

use super::error::{ServiceError, Unavailable};
use super::request::{InvalidRequest, RunRequest};
use super::{Run, Running, Service};
use folder::Folders;
use image::Images;
use runcell_docker::{Confinement, ContainerState, Docker, DockerError, Labels, Network, SnippetInput, SnippetRun};
use runcell_model::config::{Config, FILE, Language};
use runcell_model::file::{GuestPath, InputFile, WORK_DIR};
use runcell_model::limits::{LimitKind, Limits};
use runcell_model::outcome::{BackendKind, Ending, Outcome, RunPlace};
use runcell_wasm::Stdin;

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

/// Which of the images that runcell made are to be removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImagePruning {
    /// Also those that callers named, or made from a Dockerfile.
    pub own: bool,
    /// Also those that other installations made with the same engine.
    pub everyone: bool,
    /// Nothing is removed, only named.
    pub dry_run: bool,
}

/// The least memory that the engine gives to a container, in bytes.
const LEAST_MEMORY: u64 = 6 << 20;

/// What the service keeps for containers.
pub(super) struct ContainerSide {
    languages: Vec<Language>,
    folders: Folders,
    images: Images,
}

impl ContainerSide {
    /// A configuration that was parsed was checked; another one that cannot be used has no languages.
    pub(super) fn new(config: &Config) -> Self {
        let languages = config.containers.languages().unwrap_or_default();
        Self { languages, folders: Folders::new(config.data_dir.as_deref()), images: Images::default() }
    }
}

impl Service {
    /// Where a request is to be run, and why there. Starts nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where it cannot be run as it is asked for; the message says what is allowed.
    pub fn decide(&self, request: &RunRequest) -> Result<Decision, ServiceError> {
        let cell = || {
            let name = request.runtime.name();
            self.backend.names().iter().any(|known| known == name) || self.backend.info(&request.runtime).is_ok()
        };
        Ok(decide::decide(&self.config.containers, &self.containers.languages, request, cell)?)
    }

    /// The languages that run in containers; none where the policy is `never`.
    #[must_use]
    pub fn container_languages(&self) -> &[Language] {
        match self.config.containers.policy {
            runcell_model::config::ContainerPolicy::Never => &[],
            _ => &self.containers.languages,
        }
    }

    /// Begins to make the image of a plan ready, or joins the making under way: it is pulled if it is not here, and gets its
    /// packages if it has not got them.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is no engine.
    pub async fn prepare_image(&self, plan: &ContainerPlan) -> Result<ImagePreparation, ServiceError> {
        let docker = self.container_engine().await?;
        let making = image::Making::of_plan(plan);
        Ok(self.containers.images.begin(docker, making, self.making_config()))
    }

    /// Begins to make an image as a caller wants it.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where it may not be made, [`ServiceError::Unavailable`] where there is no engine.
    pub async fn make_image(&self, request: &ImageRequest) -> Result<ImagePreparation, ServiceError> {
        let making = image::Making::of_request(&self.config.containers, &self.containers.languages, request)?;
        let docker = self.container_engine().await?;
        Ok(self.containers.images.begin(docker, making, self.making_config()))
    }

    /// The images that were made from others, whoever made them.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is no engine.
    pub async fn images(&self) -> Result<Vec<DerivedImage>, ServiceError> {
        self.engine().await?.all_derived().await.map_err(refused)
    }

    /// Removes images that were made from others and that no container uses; those that went, or would.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is no engine.
    pub async fn prune_images(&self, which: ImagePruning) -> Result<Vec<DerivedImage>, ServiceError> {
        let docker = self.engine().await?;
        let owner = self.containers.folders.owner();
        let mut gone = Vec::new();
        for image in docker.all_derived().await.map_err(refused)? {
            let named = (which.own || !image.is_own()) && (which.everyone || image.owner == owner);
            if named && (which.dry_run || docker.remove_derived(&image).await.map_err(refused)?) {
                gone.push(image);
            }
        }
        Ok(gone)
    }

    /// How the container engine is now.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is none, or it does not answer.
    pub async fn container_health(&self) -> Result<ContainerHealth, ServiceError> {
        let docker = self.container_engine().await?;
        let owned = docker.owned(self.containers.folders.owner()).await.map_err(refused)?;
        let running = owned.iter().filter(|container| container.state == ContainerState::Running).count();
        let images = docker.images().await.map_err(refused)?.len();
        let version = docker.version();
        Ok(ContainerHealth { engine: format!("{} {}", version.product, version.version), running, images })
    }

    /// Starts a run in a container whose image is ready, as soon as there is a free place.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] names what is wrong with the request, [`ServiceError::Busy`] that the queue is full.
    pub async fn open_in_container(
        &self,
        plan: &ContainerPlan,
        image: String,
        request: RunRequest,
    ) -> Result<Run, ServiceError> {
        let limits = self.config.limits.resolve(&request.limits)?;
        let (asked, least) = (limits.get(LimitKind::Memory), LEAST_MEMORY);
        if asked < least {
            return Err(InvalidRequest::Memory { runtime: request.runtime.to_string(), asked, least }.into());
        }
        request.check_plain(&plan.language.main_file)?;
        let place =
            RunPlace { backend: BackendKind::Container, image: Some(plan.image.clone()), reason: plan.reason.clone() };
        let permit = self.permit().await?;
        if let Some(over) = over(&request, &limits) {
            let mut outcome = Outcome::unstarted(over);
            outcome.missing_files = request.outputs;
            return Ok(Run { running: Running::Ended(Box::new(outcome)), place, _permit: permit });
        }
        let docker = self.container_engine().await?;
        let (folder, owner) = self.containers.folders.take().await?;
        let labels = Labels::new(owner, "run", folder.id());
        let run = self.snippet(plan, image, request, (limits, labels));
        let running = docker.start_snippet(run, folder).await.map_err(refused)?;
        Ok(Run { running: Running::Container(Box::new(running)), place, _permit: permit })
    }

    fn snippet(
        &self,
        plan: &ContainerPlan,
        image: String,
        request: RunRequest,
        (limits, labels): (Limits, Labels),
    ) -> SnippetRun {
        let language = &plan.language;
        let main = request.code_name.as_ref().map_or(language.main_file.as_str(), GuestPath::as_str);
        let place = format!("{WORK_DIR}/{main}");
        let word = |word: &String| if word == FILE { place.clone() } else { word.clone() };
        let command = language.command.iter().map(word).chain(request.args).collect();
        let mut env = language.env.clone();
        // Its own home, if it has one, is read-only or another user's.
        env.entry("HOME".to_owned()).or_insert_with(|| "/tmp".to_owned());
        env.extend(request.env);
        let mut files = request.files;
        if let Ok(path) = GuestPath::new(main) {
            files.push(InputFile { path, bytes: request.code });
        }
        let containers = &self.config.containers;
        let confinement = Confinement {
            cpu_millis: containers.cpu_millis,
            pids: containers.pids,
            tmpfs_bytes: containers.tmp_bytes,
            network: if plan.network { Network::Default } else { Network::None },
            ..Confinement::default()
        };
        let stdin = match request.stdin {
            Stdin::Bytes(bytes) => SnippetInput::Bytes(bytes),
            Stdin::Stream(pieces) => SnippetInput::Pieces(pieces),
            // Nobody can tell when a program in a container first reads.
            Stdin::OnDemand(begin) => SnippetInput::Pieces(begin()),
        };
        SnippetRun { image, command, env, stdin, files, outputs: request.outputs, limits, confinement, labels }
    }

    /// The engine, after what a dead runcell left on it was removed.
    async fn container_engine(&self) -> Result<Docker, ServiceError> {
        let docker = self.engine().await?;
        self.containers.folders.reap(&docker).await;
        Ok(docker)
    }

    fn making_config(&self) -> image::MakingConfig {
        let containers = &self.config.containers;
        image::MakingConfig {
            owner: self.containers.folders.owner().to_owned(),
            pull: containers.pull,
            seconds: containers.build_seconds,
            ca_bundle: containers.ca_bundle.clone(),
        }
    }
}

/// What is too much already before anything runs.
fn over(request: &RunRequest, limits: &Limits) -> Option<Ending> {
    let code = request.code.len() as u64;
    let bytes = request.files.iter().map(|file| file.bytes.len() as u64).sum::<u64>() + code;
    let files = request.files.len() as u64 + 1;
    let used = [(LimitKind::Code, code), (LimitKind::FileBytes, bytes), (LimitKind::Files, files)];
    used.into_iter().find_map(|(limit, used)| {
        let allowed = limits.get(limit);
        (used > allowed).then_some(Ending::Terminated { limit, allowed, used })
    })
}

/// What the engine's refusal means for a caller.
pub(super) fn refused(error: DockerError) -> ServiceError {
    match error {
        error @ (DockerError::BadName { .. } | DockerError::BadField { .. }) => {
            InvalidRequest::Place(error.to_string()).into()
        }
        error => Unavailable::Engine(error).into(),
    }
}
