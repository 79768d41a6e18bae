//! One program in a container, from start to end: what is asked for, what is told meanwhile, how it ended.
//!
//! Owns the shapes and the handle. `drive` does the work, in a task of its own, so that whoever drops the handle leaves nothing
//! behind: the container is stopped and removed all the same.

mod drive;
mod end;
mod hold;
mod output;

use super::Docker;
use super::confinement::Confinement;
use super::error::DockerError;
use super::label::Labels;
use super::limit::Exceeded;
use super::mount::Mount;
use super::usage::ContainerUsage;
pub use hold::Hold;
use hold::Holder;
use runcell_model::outcome::Output;
use runcell_model::run::OutputStream;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Events that may wait for a slow reader. After that the program waits when it writes; its deadline goes on.
const WAITING_EVENTS: usize = 64;

/// A program to run in a container of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerRun {
    /// The image.
    pub image: String,
    /// What stands before the command; the image's entry point where there is none.
    pub entrypoint: Option<Vec<String>>,
    /// The program and its arguments, handed over as they are, without a shell; the image's command where there is none.
    pub command: Option<Vec<String>>,
    /// Environment beside the image's own.
    pub env: BTreeMap<String, String>,
    /// The folder it starts in; the image's own where there is none.
    pub workdir: Option<String>,
    /// What it reads from stdin.
    pub stdin: Vec<u8>,
    /// Folders of this machine that it sees.
    pub mounts: Vec<Mount>,
    /// What it may use and touch.
    pub confinement: Confinement,
    /// What marks its container.
    pub labels: Labels,
}

impl ContainerRun {
    /// A command in an image, everything else as by default.
    pub fn new(image: impl Into<String>, command: &[&str], labels: Labels) -> Self {
        Self {
            image: image.into(),
            entrypoint: None,
            command: Some(command.iter().map(|&word| word.to_owned()).collect()),
            env: BTreeMap::new(),
            workdir: None,
            stdin: Vec::new(),
            mounts: Vec::new(),
            confinement: Confinement::default(),
            labels,
        }
    }
}

/// How to wait again for a run whose runcell died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// The engine's id of its container, as [`Docker::find_owned`] gives it.
    pub container_id: String,
    /// What it may use; `wall` is the time that is left to it.
    pub confinement: Confinement,
}

/// Something that happened in a run that is still going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerEvent {
    /// Its container is there; a record of the id lets the run be resumed.
    Created {
        /// The engine's id of the container.
        container_id: String,
    },
    /// The program runs.
    Started,
    /// The program wrote something. The pieces of a run, put together, are its output up to the limit.
    Output {
        /// Where to.
        stream: OutputStream,
        /// What.
        bytes: Vec<u8>,
    },
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerEnding {
    /// The program ended by itself, or by a signal that is not ours (128 and its number).
    Exited {
        /// Its exit code.
        code: i64,
    },
    /// A limit stopped it.
    Exceeded(Exceeded),
    /// Its time was up.
    TimedOut {
        /// The time that was allowed, in milliseconds.
        allowed_ms: u64,
    },
    /// The caller stopped it.
    Cancelled,
    /// The engine went away, or somebody removed the container: nobody knows what the program did. It may be run again.
    EngineLost {
        /// What happened.
        message: String,
    },
    /// Found again by [`Docker::resume`], but it had never been started. It may be run again.
    NeverStarted,
}

/// How a run ended and what it used. Its output went out as events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerOutcome {
    /// How it ended.
    pub ending: ContainerEnding,
    /// What it used.
    pub usage: ContainerUsage,
    /// Whether output is missing: over the limit, or lost with the engine.
    pub truncated: bool,
}

/// A run under way. Dropping it cancels the run, whose container is then stopped and removed in the background.
#[derive(Debug)]
pub struct RunningContainer {
    events: mpsc::Receiver<ContainerEvent>,
    task: JoinHandle<Result<ContainerOutcome, DockerError>>,
    cancel: CancellationToken,
    stop: mpsc::Sender<Exceeded>,
    holder: Holder,
    _guard: DropGuard,
}

impl Docker {
    /// Starts a run. Must be called within a tokio runtime.
    #[must_use]
    pub fn start_run(&self, run: ContainerRun) -> RunningContainer {
        let docker = self.clone();
        RunningContainer::spawn(|reins| async move { drive::run(docker, run, None, reins).await })
    }

    /// The same; what comes through the channel follows what the run itself gives to stdin, until the sender is gone.
    pub(super) fn start_fed(&self, run: ContainerRun, input: mpsc::Receiver<Vec<u8>>) -> RunningContainer {
        let docker = self.clone();
        RunningContainer::spawn(|reins| async move { drive::run(docker, run, Some(input), reins).await })
    }

    /// Waits again for a run whose runcell died: its output so far is told as events from the beginning, then goes on; at its end
    /// the container is removed. What the engine has already dropped of a very long output is missing. The time in its
    /// usage counts from now.
    #[must_use]
    pub fn resume(&self, resume: Resume) -> RunningContainer {
        let docker = self.clone();
        RunningContainer::spawn(|reins| async move { drive::resume(docker, resume, reins).await })
    }
}

/// What a task that drives a run hears and says.
struct Reins {
    events: mpsc::Sender<ContainerEvent>,
    cancel: CancellationToken,
    stop: mpsc::Receiver<Exceeded>,
    holder: Holder,
}

impl RunningContainer {
    fn spawn<F>(drive: impl FnOnce(Reins) -> F) -> Self
    where
        F: Future<Output = Result<ContainerOutcome, DockerError>> + Send + 'static,
    {
        let (sender, events) = mpsc::channel(WAITING_EVENTS);
        let (stop, stopped) = mpsc::channel(1);
        let cancel = CancellationToken::new();
        let holder = Holder::default();
        let reins = Reins { events: sender, cancel: cancel.clone(), stop: stopped, holder: holder.clone() };
        let task = tokio::spawn(drive(reins));
        Self { events, task, stop, holder, _guard: cancel.clone().drop_guard(), cancel }
    }

    /// The next thing that happens; `None` when the outcome is there, or about to be.
    pub async fn next_event(&mut self) -> Option<ContainerEvent> {
        self.events.recv().await
    }

    /// Something that stops the run when it is told to.
    #[must_use]
    pub fn canceller(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Something that stops the run by a limit that its owner watches. The first word counts.
    pub(super) fn stopper(&self) -> mpsc::Sender<Exceeded> {
        self.stop.clone()
    }

    /// Waits for the end, hearing no more events.
    ///
    /// # Errors
    /// [`DockerError`] where the program could not be started.
    pub async fn outcome(mut self) -> Result<ContainerOutcome, DockerError> {
        while self.events.recv().await.is_some() {}
        self.end().await
    }

    /// Waits for the end and keeps the output, which the confinement bounds.
    ///
    /// # Errors
    /// As [`RunningContainer::outcome`].
    pub async fn collect(mut self) -> Result<(ContainerOutcome, Output), DockerError> {
        let mut output = Output::default();
        while let Some(event) = self.events.recv().await {
            if let ContainerEvent::Output { stream, bytes } = event {
                match stream {
                    OutputStream::Stdout => output.stdout.extend_from_slice(&bytes),
                    OutputStream::Stderr => output.stderr.extend_from_slice(&bytes),
                }
                output.tty.extend_from_slice(&bytes);
            }
        }
        let outcome = self.end().await?;
        output.truncated = outcome.truncated;
        Ok((outcome, output))
    }

    /// Keeps the container after its end, until the hold is released, so that whoever dies before the end is recorded finds it
    /// again. To be called before anything is awaited.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.holder.hold()
    }

    /// Lets go of the run without stopping it: its container goes on by itself, and [`Docker::resume`] waits for it again.
    pub fn detach(self) {
        self.task.abort();
        let _undone = self._guard.disarm();
    }

    async fn end(self) -> Result<ContainerOutcome, DockerError> {
        match (&mut { self.task }).await {
            Ok(outcome) => outcome,
            Err(error) => {
                Err(DockerError::EngineLost { doing: "run a container".to_owned(), message: error.to_string() })
            }
        }
    }
}

/// A duration as a number for people and records.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
