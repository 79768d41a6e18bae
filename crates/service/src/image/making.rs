//! Images on their way: pulled, given packages, built from a caller's steps; each once, however many wait for it.
//!
//! Owns the makings under way and their progress. A making goes on when no call waits for it any more, so that the next call finds it
//! further or done.

use super::environment;
use super::wanted::{Content, ImageRequest};
use crate::error::ServiceError;
use crate::preparation::PreparationStatus;
use crate::request::InvalidRequest;
use crate::run::{ContainerPlan, Refusal, allowed};
use runcell_docker::{Docker, DockerError, Progress, ProgressSender, Recipe, check_image, check_tag};
use runcell_model::config::{ContainerPolicy, Containers, Language};
use runcell_model::package::{Manager, Package};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// The longest text of a Dockerfile, in bytes.
const LONGEST_DOCKERFILE: usize = 64 << 10;
/// How many of the last lines of a making are kept.
const MOST_LINES: usize = 200;

/// The image or the error of a making, and its output.
#[derive(Debug, Clone)]
enum State {
    Going { step: String, steps: u64 },
    Done(Result<String, Arc<DockerError>>),
}

/// The making of an image. Clones and others wait for the same.
#[derive(Debug, Clone)]
pub(crate) struct ImagePreparation {
    name: String,
    tag: String,
    state: watch::Receiver<State>,
    lines: Arc<Mutex<Vec<String>>>,
}

/// An image to be made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Making {
    source: Source,
    name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Source {
    Image { base: String, packages: BTreeMap<Manager, Vec<Package>> },
    Dockerfile(String),
}

impl Making {
    /// The image that it begins with, if it has a name.
    pub(crate) fn base(&self) -> Option<&str> {
        match &self.source {
            Source::Image { base, .. } => Some(base),
            Source::Dockerfile(_) => None,
        }
    }
}

/// The site's settings for makings.
pub(crate) struct MakingConfig {
    pub(crate) owner: String,
    pub(crate) pull: bool,
    pub(crate) seconds: u64,
    pub(crate) ca_bundle: Option<PathBuf>,
}

/// The makings under way.
#[derive(Debug, Default)]
pub(crate) struct Makings {
    under_way: Arc<Mutex<HashMap<Making, ImagePreparation>>>,
}

impl ImagePreparation {
    /// The name of the image, for people.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A name under which the image can be asked for when it is ready.
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    /// How far it is. Nobody knows how many steps an image takes.
    pub(crate) fn status(&self) -> PreparationStatus {
        let (step, step_number) = match &*self.state.borrow() {
            State::Going { step, steps } => (step.clone(), *steps),
            State::Done(_) => ("ready".to_owned(), u64::MAX),
        };
        PreparationStatus { step, step_number, step_count: None, fraction: None, bytes: 0, step_ms: 0 }
    }

    /// The last lines that the making wrote.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it is ready; the id of the image.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where it cannot be made; the message ends with the last lines of the build.
    pub(crate) async fn ready(&mut self) -> Result<String, ServiceError> {
        let done = |state: &State| matches!(state, State::Done(_));
        let ended = self.state.wait_for(done).await.map(|state| state.clone());
        match ended {
            Ok(State::Done(Ok(id))) => Ok(id),
            Ok(State::Done(Err(error))) => Err(error.into()),
            _ => Err(ServiceError::Internal(format!("the making of {} was lost", self.name))),
        }
    }
}

impl Making {
    pub(crate) fn of_plan(plan: &ContainerPlan) -> Self {
        let manager = plan.language.manager.filter(|_| !plan.packages.is_empty());
        let packages = manager.map(|manager| (manager, plan.packages.clone())).into_iter().collect();
        Self { source: Source::Image { base: plan.image.clone(), packages }, name: None }
    }

    /// Checks what a caller wants against what the site allows.
    pub(super) fn of_request(
        config: &Containers,
        languages: &[Language],
        request: &ImageRequest,
    ) -> Result<Self, InvalidRequest> {
        if config.policy == ContainerPolicy::Never {
            return Err(Refusal::NoContainers.into());
        }
        let name = request.name.as_deref().map(check_tag).transpose()?;
        if let Some(text) = &request.dockerfile {
            if !config.allow_dockerfile {
                return Err(Refusal::Forbidden { what: "a caller's Dockerfile", key: "allow_dockerfile" }.into());
            }
            if text.len() > LONGEST_DOCKERFILE {
                return Err(Refusal::LongDockerfile { bytes: text.len(), most: LONGEST_DOCKERFILE }.into());
            }
            return Ok(Self { source: Source::Dockerfile(text.clone()), name });
        }
        let Content { base, packages } = request.content(config, languages)?;
        allowed(config, request.image.is_some(), !packages.is_empty())?;
        check_image(&base)?;
        Ok(Self { source: Source::Image { base, packages }, name })
    }

    /// For people.
    fn title(&self) -> String {
        match &self.source {
            Source::Image { base, packages } if packages.is_empty() => base.clone(),
            Source::Image { base, packages } => {
                let names: Vec<&str> = packages.values().flatten().map(Package::as_str).collect();
                format!("{base} with {}", names.join(" "))
            }
            Source::Dockerfile(_) => "the image of a Dockerfile".to_owned(),
        }
    }
}

impl Makings {
    /// Begins a making, or joins it. Must be called within a tokio runtime.
    pub(crate) fn begin(&self, docker: Docker, making: Making, config: MakingConfig) -> ImagePreparation {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(preparation) = under_way.get(&making) {
            return preparation.clone();
        }
        let begun = State::Going { step: "looking for the image".to_owned(), steps: 0 };
        let (state, seen) = watch::channel(begun);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let tag = making.name.clone().unwrap_or_default();
        let preparation = ImagePreparation { name: making.title(), tag, state: seen, lines: lines.clone() };
        under_way.insert(making.clone(), preparation.clone());
        let all = self.under_way.clone();
        tokio::spawn(async move {
            let (sender, progress) = mpsc::channel(16);
            let telling = tokio::spawn(tell(progress, state.clone(), lines));
            let limit = Duration::from_secs(config.seconds);
            let made = tokio::time::timeout(limit, make(&docker, &making, &config, sender)).await;
            let made = made.unwrap_or_else(|_| {
                let message = format!("it took longer than {} s (containers.build_seconds)", config.seconds);
                Err(DockerError::BuildFailed { tag: making.title(), message })
            });
            // It ends with the sender; what it tells must not come after the end.
            let _told = telling.await;
            all.lock().unwrap_or_else(PoisonError::into_inner).remove(&making);
            state.send_replace(State::Done(made.map_err(Arc::new)));
        });
        preparation
    }
}

/// Passes progress on as words, and keeps the last lines.
async fn tell(mut progress: mpsc::Receiver<Progress>, state: watch::Sender<State>, lines: Arc<Mutex<Vec<String>>>) {
    let mut steps = 0;
    while let Some(progress) = progress.recv().await {
        steps += 1;
        let step = words(&progress);
        if progress.bytes.is_none() {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(step.clone());
            let over = lines.len().saturating_sub(MOST_LINES);
            lines.drain(..over);
        }
        if !is_bookkeeping(&step) {
            state.send_replace(State::Going { step, steps });
        }
    }
}

/// Whether a line is what the engine says of its own work between two steps: ids of images and containers.
fn is_bookkeeping(line: &str) -> bool {
    line.starts_with("---> ") || line.starts_with("Removing intermediate container ")
}

fn words(progress: &Progress) -> String {
    let layer = progress.layer.as_ref().map(|layer| format!("{layer}: ")).unwrap_or_default();
    let amount = match (progress.bytes, progress.total) {
        (Some(bytes), Some(total)) if total > 0 => format!(" {} of {} KiB", bytes >> 10, total >> 10),
        _ => String::new(),
    };
    let step: String = progress.step.chars().take(200).collect();
    format!("{layer}{step}{amount}")
}

/// Makes an image; its id.
async fn make(
    docker: &Docker,
    making: &Making,
    config: &MakingConfig,
    progress: ProgressSender,
) -> Result<String, DockerError> {
    let recipe = match &making.source {
        Source::Dockerfile(text) => Recipe::Dockerfile { text: text.clone() },
        Source::Image { base, packages } => {
            let base = base_image(docker, base, config.pull, &progress).await?;
            if packages.is_empty() {
                return named(docker, base, making).await;
            }
            Recipe::Packages { base, packages: packages.clone() }
        }
    };
    let id = match docker.derived(&recipe).await? {
        Some(id) => id,
        None => {
            let ca_bundle = config.ca_bundle.clone();
            let environment = tokio::task::spawn_blocking(move || environment::read(ca_bundle.as_deref())).await;
            docker.derive(&recipe, &config.owner, environment.unwrap_or_default(), Some(&progress)).await?
        }
    };
    named(docker, id, making).await
}

async fn named(docker: &Docker, id: String, making: &Making) -> Result<String, DockerError> {
    if let Some(name) = &making.name {
        docker.name_image(&id, name).await?;
    }
    Ok(id)
}

/// The id of an image, which is pulled if it is not here and may be.
async fn base_image(docker: &Docker, name: &str, pull: bool, progress: &ProgressSender) -> Result<String, DockerError> {
    match docker.image(name).await {
        Ok(image) => return Ok(image.id),
        Err(DockerError::NoImage { .. }) if pull => {}
        Err(error) => return Err(error),
    }
    docker.pull(name, Some(progress)).await?;
    Ok(docker.image(name).await?.id)
}
