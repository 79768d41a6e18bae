//! The door of runs. A run has four steps, and every face takes these and no others:
//!
//! 1. [`Runs::plan`] checks the request and decides, once, where it runs and why.
//! 2. [`Runs::prepare`] makes ready what it runs in: a runtime, or an image.
//! 3. [`Runs::start`] starts it as soon as there is a free place.
//! 4. [`Run::next_event`] and [`Run::outcome`] follow it to its end.
//!
//! Owns this order. The parts: `decide` and `refusal` (cell or container), `permit` (how many at a time, and whose turn it is), `container` (a run
//! in a container) and its folder (`folder`), `watched` (what metrics and traces tell of it).

mod container;
mod decide;
pub(crate) mod folder;
pub(crate) mod permit;
mod refusal;
mod watched;

pub(crate) use decide::{ContainerPlan, allowed, no_language, packages};
pub use refusal::{Reason, Refusal};

use crate::error::ServiceError;
use crate::preparation::{Preparation, Ready, ReadyKind};
use crate::request::RunRequest;
use crate::shared::Shared;
use crate::trail::Act;
use container::Started;
use decide::Decision;
use permit::Permit;
use runcell_docker::RunningSnippet;
use runcell_model::advice::{self, Advice};
use runcell_model::caller::{Caller, Operation};
use runcell_model::file::GuestPath;
use runcell_model::limits::Limits;
use runcell_model::mount::MountRequest;
use runcell_model::outcome::{BackendKind, Outcome, RanOn};
use runcell_model::run::RunEvent;
use runcell_telemetry::metric;
use runcell_wasm::{ResolvedRuntime, RunningCell};
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use watched::Watched;

/// Runs of one caller. Copies are the same.
#[derive(Clone, Copy)]
pub struct Runs<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) caller: &'a Caller,
}

/// A request that was checked, and where it runs. Nothing was prepared or started for it.
pub struct Plan {
    checked: Checked,
    /// Its line in the audit.
    act: Act,
}

/// A request after its checks, and the decisions about it.
struct Checked {
    request: RunRequest,
    limits: Limits,
    target: Target,
    mounts: Vec<MountRequest>,
    advice: Vec<Advice>,
}

/// The backend of a plan, with its parts.
enum Target {
    Cell { runtime: ResolvedRuntime, reason: Reason },
    Container(Box<ContainerPlan>),
}

impl Target {
    /// The name of the language.
    fn language(&self) -> &str {
        match self {
            Self::Cell { runtime, .. } => runtime.name(),
            Self::Container(plan) => &plan.language.name,
        }
    }
}

impl Plan {
    /// The backend that runs it.
    #[must_use]
    pub fn backend(&self) -> BackendKind {
        match self.checked.target {
            Target::Cell { .. } => BackendKind::Wasm,
            Target::Container(_) => BackendKind::Container,
        }
    }

    /// The request as it was checked.
    #[must_use]
    pub fn request(&self) -> &RunRequest {
        &self.checked.request
    }

    /// The name that the snippet gets in `/work`.
    #[must_use]
    pub fn main_file(&self) -> &str {
        match (&self.checked.request.code_name, &self.checked.target) {
            (Some(name), _) => GuestPath::as_str(name),
            (None, Target::Cell { runtime, .. }) => runtime.main_file(),
            (None, Target::Container(plan)) => &plan.language.main_file,
        }
    }
}

/// A run under way. Dropping it cancels the run.
pub struct Run {
    running: Running,
    ran_on: RanOn,
    advice: Vec<Advice>,
    act: Act,
    watched: Watched,
    _permit: Permit,
}

/// The running backend.
enum Running {
    Cell(RunningCell),
    Container(Box<RunningSnippet>),
    /// Nothing: it was over before it began.
    Ended(Box<Outcome>),
}

impl Runs<'_> {
    /// Checks a request and decides where it runs. Looks neither at the cache nor at the engine, and starts nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where it cannot be run as it is asked for, [`ServiceError::NotFound`] where there is no such
    /// runtime, [`ServiceError::Forbidden`] where the caller may not run code.
    pub fn plan(&self, request: RunRequest) -> Result<Plan, ServiceError> {
        let _span = tracing::info_span!("plan").entered();
        let begun = self.shared.trail.begin(self.caller, Operation::RunCode, &request.runtime.to_string());
        let act = begun.inspect_err(watched::refused)?;
        match self.check(request) {
            Ok(checked) => Ok(Plan { checked, act }),
            Err(error) => {
                watched::refused(&error);
                act.done(Err(error))
            }
        }
    }

    fn check(&self, mut request: RunRequest) -> Result<Checked, ServiceError> {
        let (config, languages) = (&self.shared.config, &self.shared.languages);
        let limits = config.limits.resolve(&request.limits)?;
        let mounts = self.shared.mounts.requested(self.caller, &request.mounts)?;
        let resolve = || self.shared.cells.resolve(&request.runtime);
        let target = match decide::decide(&config.containers, languages, &request, || resolve().is_ok())? {
            Decision::Cell(reason) => Target::Cell { runtime: resolve()?, reason },
            Decision::Container(plan) => Target::Container(plan),
        };
        match &target {
            Target::Cell { runtime, .. } => {
                if runtime.brings_program() {
                    request.take_program();
                }
                request.check_cell(runtime, &limits)?;
            }
            Target::Container(plan) => container::check(&request, plan, &limits)?,
        }
        let advice = if request.check { advice::check(target.language(), &request.code) } else { Vec::new() };
        Ok(Checked { request, limits, target, mounts, advice })
    }

    /// Begins to make ready what a plan runs in, or joins a preparation under way.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where it takes a container and there is no engine.
    pub async fn prepare(self, plan: &Plan) -> Result<Preparation, ServiceError> {
        match &plan.checked.target {
            Target::Cell { runtime, .. } => Ok(Preparation::of_runtime(self.shared.cells.prepare(runtime))),
            Target::Container(plan) => Ok(Preparation::of_image(self.shared.prepare_image(plan).await?)),
        }
    }

    /// The parts that a plan in a cell starts from, if all of them are there already. Makes nothing and starts no thread, so that the
    /// process can still be locked down afterwards.
    ///
    /// # Errors
    /// Where it cannot be loaded.
    pub fn ready_now(&self, plan: &Plan) -> Result<Option<Ready>, ServiceError> {
        let Target::Cell { runtime, .. } = &plan.checked.target else { return Ok(None) };
        Ok(self.shared.cells.ready_now(runtime)?.map(|runtime| Ready(ReadyKind::Runtime(runtime))))
    }

    /// Starts a plan in what was made ready for it, as soon as there is a free place.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] where too many wait, [`ServiceError::Unavailable`] where it cannot be started.
    pub async fn start(self, plan: Plan, ready: Ready) -> Result<Run, ServiceError> {
        let backend = plan.backend();
        let Plan { checked, act } = plan;
        let mut watched = Watched::new(checked.target.language(), backend);
        let span = watched.span();
        match self.begin(checked, ready, &mut watched).instrument(span).await {
            Ok((running, ran_on, advice, _permit)) => Ok(Run { running, ran_on, advice, act, watched, _permit }),
            Err(error) => {
                watched.refused(&error);
                act.done(Err(error))
            }
        }
    }

    async fn begin(
        self,
        Checked { request, limits, target, mounts, advice }: Checked,
        ready: Ready,
        watched: &mut Watched,
    ) -> Result<(Running, RanOn, Vec<Advice>, Permit), ServiceError> {
        let asked = Instant::now();
        let permit = self.shared.permits.take(&self.caller.tenant).await?;
        metric::waited(asked.elapsed());
        watched.begin();
        let (running, ran_on) = match (target, ready.0) {
            (Target::Cell { reason, .. }, ReadyKind::Runtime(runtime)) => {
                let (spec, stdin) = request.into_spec(limits);
                let cell = self.shared.cells.run(&runtime, spec, stdin, Some(self.caller.tenant.to_string()))?;
                (Running::Cell(cell), RanOn { reason: reason.to_string(), ..RanOn::default() })
            }
            (Target::Container(plan), ReadyKind::Image(image)) => {
                let (backend, reason) = (BackendKind::Container, plan.reason.to_string());
                let ran_on = RanOn { backend, image: Some(plan.image.clone()), reason };
                let running = match container::start(self.shared, *plan, (image, mounts), (request, limits)).await? {
                    Started::Running(snippet) => Running::Container(snippet),
                    Started::Ended(outcome) => Running::Ended(outcome),
                };
                (running, ran_on)
            }
            _ => return Err(ServiceError::Internal("a plan was started in what another one waited for".to_owned())),
        };
        Ok((running, ran_on, advice, permit))
    }

    /// The first three steps.
    ///
    /// # Errors
    /// [`ServiceError`] where it could not be started.
    pub async fn open(self, request: RunRequest) -> Result<Run, ServiceError> {
        let plan = self.plan(request)?;
        let ready = self.prepare(&plan).await?.ready().await?;
        self.start(plan, ready).await
    }

    /// All four steps.
    ///
    /// # Errors
    /// [`ServiceError`] where it could not be run. Whatever the snippet does is an [`Outcome`].
    pub async fn run(self, request: RunRequest) -> Result<Outcome, ServiceError> {
        self.open(request).await?.outcome().await
    }
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

    /// A token that stops the run when it is cancelled.
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
        let outcome: Result<Outcome, ServiceError> = async {
            match self.running {
                Running::Cell(cell) => Ok(cell.outcome().await?),
                Running::Container(snippet) => Ok(snippet.outcome().await?),
                Running::Ended(outcome) => Ok(*outcome),
            }
        }
        .instrument(self.watched.span())
        .await;
        match outcome {
            Ok(outcome) => {
                self.watched.end(&outcome);
                self.act.end(outcome.ending.name(), "");
                Ok(Outcome { ran_on: self.ran_on, advice: self.advice, ..outcome })
            }
            Err(error) => {
                self.watched.refused(&error);
                self.act.done(Err(error))
            }
        }
    }
}
