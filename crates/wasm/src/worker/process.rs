//! One worker, as its server sees it.
//!
//! Owns the process and its socket: starting and ending the process, sending requests, passing reports on to runs, and
//! closing the channels of its runs when it is gone.

use super::message::{Begin, End, Report, Request};
use super::{WorkerConfig, WorkerError, frame};
use runcell_cell::output::OutputBuffer;
use std::collections::HashMap;
use std::os::unix::net::UnixStream as StdStream;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, mpsc};
use tokio_util::sync::CancellationToken;

/// How long a worker may take to be ready: a machine may be very busy, but not for ever.
const START: Duration = Duration::from_secs(20);

/// How much of a worker's stderr is kept or logged, in bytes.
const MOST_STDERR_BYTES: u64 = 4096;

/// A worker's report about a run. If the channel closes, the worker is gone; [`Worker::end_reason`] says why.
#[derive(Debug)]
pub(super) enum RunReport {
    StdinWanted,
    Ended(Box<End>),
    NotReady,
    Failed(String),
}

/// A run that a worker holds.
#[derive(Debug)]
pub(super) struct HeldRun {
    pub(super) output: Arc<OutputBuffer>,
    pub(super) reports: mpsc::Sender<RunReport>,
}

/// The runs of a worker; `None` when it is gone and takes no more.
type Runs = Option<HashMap<u64, HeldRun>>;

/// One worker.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) id: u64,
    pub(super) pid: u32,
    pub(super) started: Instant,
    /// Whom it works for, where tenants are kept apart.
    pub(super) tenant: OnceLock<String>,
    /// How many runs were given to it and have not ended.
    pub(super) load: AtomicUsize,
    /// When it last got a run, as a number of the pool's.
    pub(super) used: AtomicU64,
    /// Whether it gets no more runs.
    pub(super) retired: AtomicBool,
    writer: Arc<AsyncMutex<OwnedWriteHalf>>,
    runs: Mutex<Runs>,
    killed: CancellationToken,
    /// Why it is gone, or is about to be.
    end_reason: OnceLock<String>,
    longest_message: usize,
}

/// A message on its way to a worker.
pub(super) struct Sending {
    frames: Vec<u8>,
    sent: usize,
    writer: Arc<AsyncMutex<OwnedWriteHalf>>,
    held: Option<OwnedMutexGuard<OwnedWriteHalf>>,
}

impl Sending {
    /// Sends the rest.
    pub(super) async fn sent(mut self) -> Result<(), WorkerError> {
        if self.sent == self.frames.len() {
            return Ok(());
        }
        let mut writer = match self.held.take() {
            Some(held) => held,
            None => self.writer.lock_owned().await,
        };
        Ok(writer.write_all(&self.frames[self.sent..]).await.map_err(frame::FrameError::from)?)
    }
}

/// Waits for the end of a worker.
pub(super) struct Watch {
    worker: Arc<Worker>,
    child: Child,
    reports: BufReader<OwnedReadHalf>,
}

/// Starts the process of a worker, with one end of a socket as its stdin. Returns our end.
fn spawn(config: &WorkerConfig) -> Result<(UnixStream, Child), WorkerError> {
    let (ours, theirs) = StdStream::pair().map_err(WorkerError::Start)?;
    ours.set_nonblocking(true).map_err(WorkerError::Start)?;
    let stream = UnixStream::from_std(ours).map_err(WorkerError::Start)?;
    // The command holds the other end open until it is dropped here.
    let mut command = Command::new(&config.program);
    command.args(&config.arguments).env_clear().current_dir("/").kill_on_drop(true);
    command.stdin(std::os::fd::OwnedFd::from(theirs)).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().map_err(WorkerError::Start)?;
    Ok((stream, child))
}

impl Worker {
    /// Starts a worker and waits until it is locked down.
    pub(super) async fn start(
        id: u64,
        config: &WorkerConfig,
        begin: &Begin,
    ) -> Result<(Arc<Self>, Watch), WorkerError> {
        let (stream, mut child) = spawn(config)?;
        let stderr = child.stderr.take();
        let (reader, mut writer) = stream.into_split();
        let mut reports = BufReader::new(reader);
        let mut frames = Vec::new();
        frame::encode(&Request::Begin(begin.clone()), &mut frames)?;
        let handshake = async {
            writer.write_all(&frames).await.map_err(frame::FrameError::from)?;
            frame::read_async::<Report>(&mut reports, config.longest_message).await
        };
        let missing = match tokio::time::timeout(START, handshake).await {
            Ok(Ok(Some(Report::Ready { missing }))) => missing,
            Ok(Ok(_) | Err(frame::FrameError::Broken(_))) => {
                return Err(WorkerError::Silent(stderr_text(stderr).await));
            }
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => return Err(WorkerError::Silent(format!("it took longer than {} s", START.as_secs()))),
        };
        match missing {
            Some(missing) if config.walls_required => return Err(WorkerError::Walls(missing)),
            Some(missing) => tracing::warn!("{missing}; `runcell doctor` says more"),
            None => {}
        }
        tokio::spawn(log(id, stderr));
        let worker = Arc::new(Self {
            id,
            pid: child.id().unwrap_or_default(),
            started: Instant::now(),
            tenant: OnceLock::new(),
            load: AtomicUsize::new(0),
            used: AtomicU64::new(0),
            retired: AtomicBool::new(false),
            writer: Arc::new(AsyncMutex::new(writer)),
            runs: Mutex::new(Some(HashMap::new())),
            killed: CancellationToken::new(),
            end_reason: OnceLock::new(),
            longest_message: config.longest_message,
        });
        Ok((worker.clone(), Watch { worker, child, reports }))
    }

    fn runs(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().expect("no holder of this lock panics")
    }

    /// Whether it can be given runs.
    pub(super) fn is_alive(&self) -> bool {
        !self.retired.load(Ordering::Relaxed) && self.runs().is_some()
    }

    /// Adds a run to those that it has; `false` if it is gone.
    pub(super) fn hold(&self, run: u64, held: HeldRun) -> bool {
        self.runs().as_mut().is_some_and(|runs| runs.insert(run, held).is_none())
    }

    /// Removes a run from those that it has.
    pub(super) fn release(&self, run: u64) {
        if let Some(runs) = self.runs().as_mut() {
            runs.remove(&run);
        }
    }

    /// Sends it a message. An error means that it is dead or about to be killed.
    pub(super) async fn send(&self, request: &Request<'_>) -> Result<(), WorkerError> {
        self.begin_send(request)?.sent().await
    }

    /// Begins to send it a message: as much as possible without waiting goes at once.
    pub(super) fn begin_send(&self, request: &Request<'_>) -> Result<Sending, WorkerError> {
        let mut frames = Vec::new();
        frame::encode(request, &mut frames)?;
        let mut sending = Sending { frames, sent: 0, writer: self.writer.clone(), held: None };
        if let Ok(held) = self.writer.clone().try_lock_owned() {
            // If the socket is full or closed, sending the rest waits or fails.
            sending.sent = held.try_write(&sending.frames).unwrap_or(0);
            // A frame that was begun has to be finished before the next one.
            sending.held = (sending.sent > 0 && sending.sent < sending.frames.len()).then_some(held);
        }
        Ok(sending)
    }

    /// Ends it, and with it all its runs.
    pub(super) fn kill(&self, why: &str) {
        // The first reason counts.
        let _ = self.end_reason.set(why.to_owned());
        self.retired.store(true, Ordering::Relaxed);
        self.killed.cancel();
    }

    /// Why it is gone. Set before the channels of its runs close.
    pub(super) fn end_reason(&self) -> &str {
        self.end_reason.get().map_or("it is gone", String::as_str)
    }

    /// Passes a report on to its run. A report at the wrong time is an error.
    fn dispatch(&self, report: Report) -> Result<(), &'static str> {
        let (run, report) = match report {
            Report::Ready { .. } => return Err("it reported twice that it is ready"),
            Report::Output { run, stream, bytes } => {
                if let Some(held) = self.runs().as_ref().and_then(|runs| runs.get(&run)) {
                    // Output beyond the limit is dropped here too.
                    let _ = held.output.write(stream, &bytes);
                }
                return Ok(());
            }
            Report::StdinWanted { run } => (run, RunReport::StdinWanted),
            Report::Ended { run, end } => (run, RunReport::Ended(end)),
            Report::NotReady { run } => (run, RunReport::NotReady),
            Report::Failed { run, why } => (run, RunReport::Failed(why)),
        };
        match self.runs().as_ref().and_then(|runs| runs.get(&run)) {
            // The run was cancelled meanwhile.
            None => Ok(()),
            Some(held) => match held.reports.try_send(report) {
                Err(mpsc::error::TrySendError::Full(_)) => Err("it sent a message at the wrong time"),
                _ => Ok(()),
            },
        }
    }
}

impl Watch {
    /// Reads what the worker sends until it is gone. Then the channels of its runs close.
    pub(super) async fn until_gone(mut self) -> Arc<Worker> {
        let worker = self.worker.clone();
        let fault = tokio::select! {
            fault = self.listen() => fault,
            () = worker.killed.cancelled() => None,
        };
        // Whether it is dead already or not.
        let _ = self.child.start_kill();
        let ended = self.child.wait().await;
        let why = worker.end_reason.get_or_init(|| match (fault, ended) {
            (Some(fault), _) => format!("it was ended: {fault}"),
            (None, Ok(status)) => format!("it died ({status})"),
            (None, Err(error)) => format!("it died ({error})"),
        });
        // Dropping the senders reports the end to the runs: a message to a run whose queue is full would be lost.
        let held = worker.runs().take().unwrap_or_default();
        if !held.is_empty() {
            tracing::warn!("worker {}: {why}; {} runs are lost", worker.id, held.len());
        }
        worker
    }

    /// Reads reports until the socket closes. Returns what the worker did wrong, or `None` if it just ended.
    async fn listen(&mut self) -> Option<String> {
        loop {
            match frame::read_async::<Report>(&mut self.reports, self.worker.longest_message).await {
                Ok(Some(report)) => {
                    if let Err(fault) = self.worker.dispatch(report) {
                        return Some(fault.to_owned());
                    }
                }
                Ok(None) | Err(frame::FrameError::Broken(_)) => return None,
                Err(error) => return Some(error.to_string()),
            }
        }
    }
}

/// The stderr of a worker that did not become ready.
async fn stderr_text(stderr: Option<ChildStderr>) -> String {
    let mut said = Vec::new();
    if let Some(stderr) = stderr {
        // A part is better than nothing.
        let _ = stderr.take(MOST_STDERR_BYTES).read_to_end(&mut said).await;
    }
    match String::from_utf8_lossy(&said).trim() {
        "" => "it ended and wrote nothing to stderr".to_owned(),
        said => said.to_owned(),
    }
}

/// Logs what a worker writes to stderr. It should write nothing: this is a panic, or a guest that escaped.
async fn log(id: u64, stderr: Option<ChildStderr>) {
    let Some(mut stderr) = stderr else { return };
    let (mut piece, mut left) = ([0; 1024], MOST_STDERR_BYTES);
    while let Ok(count @ 1..) = stderr.read(&mut piece).await {
        if left > 0 {
            let said = String::from_utf8_lossy(&piece[..count]);
            tracing::warn!("worker {id} says: {said:?}");
            left = left.saturating_sub(count as u64);
        }
    }
}
