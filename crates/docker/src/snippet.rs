//! One run of a snippet in a container: its files in, its program, its files out.
//!
//! Owns the contract between a program and its folder `/work`: its content at the start, its limits, the files that come back. The
//! engine mounts the folder, so that it must run on this machine. Knows no language: the caller gives the command.

mod collect;
mod compiler;
mod work;

pub use compiler::COMPILED;
pub use work::WorkFolder;

use super::confinement::{Confinement, UserRule};
use super::label::Labels;
use super::limit::{Exceeded, FolderLimits, FolderUsage};
use super::run::{ContainerEnding, ContainerEvent, ContainerOutcome, ContainerRun, RunningContainer};
use super::watch::{self, Watch};
use super::{Docker, DockerError, Mount};
use compiler::Compiler;
use runcell_folder::Folder;
use runcell_model::file::{InputFile, WORK_DIR};
use runcell_model::limits::{LimitKind, Limits};
use runcell_model::outcome::{Ending, Outcome, Output, RanOn};
use runcell_model::run::{OutputStream, RunEvent};
use runcell_model::usage::Usage;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Bytes of stdin that are sent at a time.
const PIECE: usize = 64 << 10;
/// Time between SIGTERM and SIGKILL. A snippet has nothing to tidy up.
const GRACE: Duration = Duration::from_millis(100);

/// A snippet to run.
#[derive(Debug)]
pub struct SnippetRun {
    /// The image, best by its id.
    pub image: String,
    /// The program and its arguments, word by word. The image's own entry point is not used.
    pub command: Vec<String>,
    /// Environment beyond the image's own.
    pub env: BTreeMap<String, String>,
    /// The text that the command writes to stderr when its compiler is done, where it compiles: the value of [`COMPILED`].
    pub compiled_mark: Option<String>,
    /// Its stdin.
    pub stdin: SnippetInput,
    /// The content of `/work` at the start, the snippet included.
    pub files: Vec<InputFile>,
    /// Paths and globs, relative to `/work`, of the files wanted back.
    pub outputs: Vec<String>,
    /// Folders of this machine that it sees beside `/work`.
    pub mounts: Vec<Mount>,
    /// Its limits. Those of fuel, table and stack exist in cells only.
    pub limits: Limits,
    /// Processors, processes, network and `/tmp`. Memory, time, output and user are set from elsewhere.
    pub confinement: Confinement,
    /// The labels of its container.
    pub labels: Labels,
}

/// The stdin of a snippet.
#[derive(Debug)]
pub enum SnippetInput {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// Pieces as they come; the end when the sender is gone.
    Pieces(mpsc::Receiver<Vec<u8>>),
}

/// A snippet under way. Dropping it cancels the run.
#[derive(Debug)]
pub struct RunningSnippet {
    container: RunningContainer,
    folder: WorkFolder,
    work: Folder,
    watch: Watch,
    output: Output,
    compiler: Option<Compiler>,
    /// Events that were split and are not told yet.
    split: VecDeque<RunEvent>,
    outputs: Vec<String>,
    limits: Limits,
    stdin_bytes: Arc<AtomicU64>,
}

impl Docker {
    /// Starts a snippet in a folder of its own, which is removed at the end.
    ///
    /// # Errors
    /// [`DockerError::RemoteEngine`] where the engine cannot see the folder, [`DockerError::File`] where it cannot be filled.
    pub async fn start_snippet(&self, run: SnippetRun, folder: WorkFolder) -> Result<RunningSnippet, DockerError> {
        if !self.is_local() {
            return Err(DockerError::RemoteEngine { address: self.address().to_owned() });
        }
        let mut run = run;
        run.env.extend(run.compiled_mark.clone().map(|mark| (COMPILED.to_owned(), mark)));
        let compiler = run.compiled_mark.take().map(Compiler::new);
        // Instead of the image's entry point.
        let program = run.command.drain(..run.command.len().min(1)).collect();
        let (files, user) = (run.files, work::user());
        let prepared = tokio::task::spawn_blocking(move || folder.fill(&files, user).map(|work| (folder, work)));
        let prepared = prepared.await.map_err(|error| DockerError::of_task(&error))?;
        let (folder, work) = prepared?;
        let confinement = confine(run.confinement, &run.limits, user);
        confinement.check()?;
        run.mounts.iter().try_for_each(Mount::check)?;
        let mut mounts = vec![Mount::writable(folder.path(), WORK_DIR)];
        mounts.append(&mut run.mounts);
        let (sender, input) = mpsc::channel(1);
        let has_stdin = !matches!(&run.stdin, SnippetInput::Bytes(bytes) if bytes.is_empty());
        let container = ContainerRun {
            image: run.image,
            entrypoint: Some(program),
            command: Some(run.command),
            env: run.env,
            workdir: Some(WORK_DIR.to_owned()),
            stdin: Vec::new(),
            mounts,
            confinement,
            labels: run.labels,
        };
        let container = if has_stdin { self.start_fed(container, input) } else { self.start_run(container) };
        let stdin_bytes = Arc::new(AtomicU64::new(0));
        if has_stdin {
            let allowed = run.limits.get(LimitKind::Stdin);
            tokio::spawn(pump(run.stdin, sender, container.stopper(), allowed, stdin_bytes.clone()));
        }
        let watch = watch::spawn(work.clone(), folder_limits(&run.limits), container.stopper());
        let (output, outputs, limits) = (Output::default(), run.outputs, run.limits);
        let split = VecDeque::new();
        Ok(RunningSnippet { container, folder, work, watch, output, compiler, split, outputs, limits, stdin_bytes })
    }
}

/// The limits of a run as limits of its container.
fn confine(given: Confinement, limits: &Limits, (uid, gid): (u32, u32)) -> Confinement {
    Confinement {
        memory_bytes: limits.get(LimitKind::Memory),
        wall: Duration::from_millis(limits.get(LimitKind::WallTime)),
        output_bytes: limits.get(LimitKind::Output),
        grace: GRACE,
        user: UserRule::Fixed { uid, gid },
        read_only_root: true,
        ..given
    }
}

fn folder_limits(limits: &Limits) -> FolderLimits {
    FolderLimits { bytes: limits.get(LimitKind::FileBytes), files: limits.get(LimitKind::Files) }
}

/// Sends stdin piece by piece, and stops the run at the first byte beyond the limit.
async fn pump(
    from: SnippetInput,
    to: mpsc::Sender<Vec<u8>>,
    stop: mpsc::Sender<Exceeded>,
    allowed: u64,
    passed: Arc<AtomicU64>,
) {
    let mut source = from;
    while let Some(mut piece) = source.next().await {
        let before = passed.fetch_add(piece.len() as u64, Ordering::Relaxed);
        let used = before + piece.len() as u64;
        piece.truncate(usize::try_from(allowed.saturating_sub(before)).unwrap_or(usize::MAX));
        // A program that ended reads no more.
        if !piece.is_empty() && to.send(piece).await.is_err() {
            return;
        }
        if used > allowed {
            let _ended = stop.send(Exceeded { limit: LimitKind::Stdin, allowed, used }).await;
            return;
        }
    }
}

impl SnippetInput {
    async fn next(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => {
                let rest = bytes.split_off(bytes.len().min(PIECE));
                Some(std::mem::replace(bytes, rest)).filter(|piece| !piece.is_empty())
            }
            Self::Pieces(pieces) => pieces.recv().await,
        }
    }
}

impl RunningSnippet {
    /// The next event; `None` when the run is over.
    pub async fn next_event(&mut self) -> Option<RunEvent> {
        loop {
            if let Some(event) = self.split.pop_front() {
                self.keep(&event);
                return Some(event);
            }
            self.split = match (self.container.next_event().await, &mut self.compiler) {
                (Some(ContainerEvent::Output { stream: OutputStream::Stderr, bytes }), Some(compiler)) => {
                    compiler.split(bytes)
                }
                (Some(ContainerEvent::Output { stream, bytes }), _) => [RunEvent::Output { stream, bytes }].into(),
                (Some(_), _) => VecDeque::new(),
                (None, compiler) => [compiler.as_mut()?.rest()?].into(),
            };
        }
    }

    fn keep(&mut self, RunEvent::Output { stream, bytes }: &RunEvent) {
        let of_stream = match stream {
            OutputStream::Stdout => &mut self.output.stdout,
            OutputStream::Stderr | OutputStream::Compiler => &mut self.output.stderr,
        };
        of_stream.extend_from_slice(bytes);
        self.output.compiler_bytes += if *stream == OutputStream::Compiler { bytes.len() } else { 0 };
        self.output.tty.extend_from_slice(bytes);
    }

    /// A token that stops the run.
    #[must_use]
    pub fn canceller(&self) -> CancellationToken {
        self.container.canceller()
    }

    /// Waits for the end and collects the files that the caller asked for.
    ///
    /// # Errors
    /// [`DockerError`] where the program could not be started.
    pub async fn outcome(mut self) -> Result<Outcome, DockerError> {
        while self.next_event().await.is_some() {}
        drop(self.watch);
        let container = self.container.outcome().await?;
        let (work, outputs, limits) = (self.work, self.outputs, folder_limits(&self.limits));
        let taken = tokio::task::spawn_blocking(move || {
            let size = FolderUsage::of(&work, limits);
            let most = if size.exceeded(limits).is_some() { 0 } else { limits.bytes };
            let taken = collect::collect(&work, &outputs, most);
            drop(self.folder);
            (size, taken)
        });
        let (size, (files, missing_files)) = taken.await.map_err(|error| DockerError::of_task(&error))?;
        let mut output = self.output;
        output.truncated = container.truncated;
        let left_out = self.compiler.as_ref().map_or(0, Compiler::left_out) as u64;
        let mut usage = usage(&container, self.stdin_bytes.load(Ordering::Relaxed), (size.bytes, size.files));
        usage.output_bytes = usage.output_bytes.saturating_sub(left_out);
        let ending = match (ending(container.ending), size.exceeded(limits)) {
            // It ended by itself, but left too much in its folder after the last measurement.
            (Ending::Completed { .. }, Some(over)) => exceeded(over),
            (ending, _) => ending,
        };
        let left_files = Vec::new();
        Ok(Outcome {
            ending,
            output,
            files,
            missing_files,
            left_files,
            usage,
            ran_on: RanOn::default(),
            advice: Vec::new(),
        })
    }
}

fn exceeded(Exceeded { limit, allowed, used }: Exceeded) -> Ending {
    Ending::Terminated { limit, allowed, used }
}

fn ending(ending: ContainerEnding) -> Ending {
    match ending {
        ContainerEnding::Exited { code } => Ending::Completed { exit_code: u32::try_from(code).unwrap_or(u32::MAX) },
        ContainerEnding::Exceeded(over) => exceeded(over),
        ContainerEnding::TimedOut { allowed_ms } => Ending::TimedOut { allowed_ms },
        ContainerEnding::Cancelled => Ending::Cancelled,
        ContainerEnding::EngineLost { message } => Ending::Lost { message },
        ContainerEnding::NeverStarted => Ending::Lost { message: "it was never started".to_owned() },
    }
}

/// The usage of a run. There is no fuel; an unknown number is 0.
fn usage(container: &ContainerOutcome, stdin_bytes: u64, (file_bytes, files): (u64, u64)) -> Usage {
    let used = &container.usage;
    Usage {
        wall_us: used.wall_us,
        cpu_us: used.cpu_us.unwrap_or_default(),
        fuel: 0,
        memory_bytes: used.memory_bytes.unwrap_or_default(),
        output_bytes: used.output_bytes,
        stdin_bytes,
        file_bytes,
        files,
    }
}
