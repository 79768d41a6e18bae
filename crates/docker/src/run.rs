//! One program in a container, from start to end: the handle of a run.
//!
//! Owns the handle and its channels. `drive` works in a task of its own, so that dropping the handle leaves nothing behind: the
//! container is stopped and removed all the same.

mod control;
mod create;
mod drive;
mod end;
mod ending;
mod follow;
mod hold;
mod output;
mod shape;

use super::Docker;
use super::error::DockerError;
use super::limit::Exceeded;
use control::Controls;
pub use hold::Hold;
use hold::Holder;
use runcell_model::outcome::Output;
use runcell_model::run::OutputStream;
pub use shape::{ContainerEnding, ContainerEvent, ContainerOutcome, ContainerRun, Resume};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Events that may wait for a slow reader. Beyond that the program waits when it writes; its deadline stays the same.
const WAITING_EVENTS: usize = 64;

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
        RunningContainer::spawn(|controls| async move { drive::run(docker, run, None, controls).await })
    }

    /// Starts a run whose stdin continues with the pieces of a channel, until the sender is gone.
    pub(super) fn start_fed(&self, run: ContainerRun, input: mpsc::Receiver<Vec<u8>>) -> RunningContainer {
        let docker = self.clone();
        RunningContainer::spawn(|controls| async move { drive::run(docker, run, Some(input), controls).await })
    }

    /// Waits again for a run whose runcell died. The events repeat its output from the beginning, but for what the engine has
    /// dropped of a very long output. At its end the container is removed. The time in its usage counts from now.
    #[must_use]
    pub fn resume(&self, resume: Resume) -> RunningContainer {
        let docker = self.clone();
        RunningContainer::spawn(|controls| async move { drive::resume(docker, resume, controls).await })
    }
}

impl RunningContainer {
    fn spawn<F>(drive: impl FnOnce(Controls) -> F) -> Self
    where
        F: Future<Output = Result<ContainerOutcome, DockerError>> + Send + 'static,
    {
        let (sender, events) = mpsc::channel(WAITING_EVENTS);
        let (stop, stopped) = mpsc::channel(1);
        let cancel = CancellationToken::new();
        let holder = Holder::default();
        let controls = Controls { events: sender, cancel: cancel.clone(), stop: stopped, holder: holder.clone() };
        let task = tokio::spawn(drive(controls));
        Self { events, task, stop, holder, _guard: cancel.clone().drop_guard(), cancel }
    }

    /// The next event; `None` when the run is over.
    pub async fn next_event(&mut self) -> Option<ContainerEvent> {
        self.events.recv().await
    }

    /// A token that stops the run.
    #[must_use]
    pub fn canceller(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Stops the run by a limit that its owner watches. The first message counts.
    pub(super) fn stopper(&self) -> mpsc::Sender<Exceeded> {
        self.stop.clone()
    }

    /// Waits for the end and drops all events.
    ///
    /// # Errors
    /// [`DockerError`] where the program could not be started.
    pub async fn outcome(mut self) -> Result<ContainerOutcome, DockerError> {
        while self.events.recv().await.is_some() {}
        self.end().await
    }

    /// Waits for the end and collects the output, which the confinement bounds.
    ///
    /// # Errors
    /// As [`RunningContainer::outcome`].
    pub async fn collect(mut self) -> Result<(ContainerOutcome, Output), DockerError> {
        let mut output = Output::default();
        while let Some(event) = self.events.recv().await {
            if let ContainerEvent::Output { stream, bytes } = event {
                match stream {
                    OutputStream::Stdout => output.stdout.extend_from_slice(&bytes),
                    OutputStream::Stderr | OutputStream::Compiler => output.stderr.extend_from_slice(&bytes),
                }
                output.tty.extend_from_slice(&bytes);
            }
        }
        let outcome = self.end().await?;
        output.truncated = outcome.truncated;
        Ok((outcome, output))
    }

    /// Keeps the container after its end until the hold is released: a caller that dies before it has recorded the end finds the
    /// container again. To be called before anything is awaited.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.holder.hold()
    }

    /// Leaves the run without stopping it: its container goes on by itself, and [`Docker::resume`] waits for it again.
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
