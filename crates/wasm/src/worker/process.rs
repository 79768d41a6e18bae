//! One worker, as its server sees it.
//!
//! Owns the process and its socket: starting it, telling it, hearing it, ending it, and telling every run that it held
//! when it is gone.

use super::message::{Begin, End, Order, Report};
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

/// How much of what a worker writes to stderr is kept.
const LAST_WORDS: u64 = 4096;

/// What a run hears from its worker. One that hears nothing more lost it: [`Worker::fate`] says why.
#[derive(Debug)]
pub(super) enum Heard {
    StdinWanted,
    Ended(Box<End>),
    NotReady,
    Failed(String),
}

/// A run that a worker holds.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) output: Arc<OutputBuffer>,
    pub(super) heard: mpsc::Sender<Heard>,
}

/// The runs of a worker; none is taken any more when it is gone.
type Runs = Option<HashMap<u64, Held>>;

/// One worker.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) id: u64,
    pub(super) pid: u32,
    pub(super) born: Instant,
    /// Whom it works for, where tenants are kept apart.
    pub(super) tenant: OnceLock<String>,
    /// Runs that were given to it and have not ended.
    pub(super) load: AtomicUsize,
    /// When it was last used, as a count of the pool's.
    pub(super) used: AtomicU64,
    /// Whether it gets no more runs.
    pub(super) retired: AtomicBool,
    writer: Arc<AsyncMutex<OwnedWriteHalf>>,
    runs: Mutex<Runs>,
    doom: CancellationToken,
    /// Why it is gone, or is about to be.
    fate: OnceLock<String>,
    longest_message: usize,
}

/// Something that is being told to a worker.
pub(super) struct Telling {
    frames: Vec<u8>,
    sent: usize,
    writer: Arc<AsyncMutex<OwnedWriteHalf>>,
    held: Option<OwnedMutexGuard<OwnedWriteHalf>>,
}

impl Telling {
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

/// What is left of the start: the end of the story, to be watched by the pool.
pub(super) struct Watch {
    worker: Arc<Worker>,
    child: Child,
    reports: BufReader<OwnedReadHalf>,
}

impl Worker {
    /// Starts a worker and waits until it is locked down.
    pub(super) async fn start(
        id: u64,
        config: &WorkerConfig,
        begin: &Begin,
    ) -> Result<(Arc<Self>, Watch), WorkerError> {
        let (ours, theirs) = StdStream::pair().map_err(WorkerError::Start)?;
        ours.set_nonblocking(true).map_err(WorkerError::Start)?;
        let stream = UnixStream::from_std(ours).map_err(WorkerError::Start)?;
        let mut command = Command::new(&config.program);
        command.args(&config.arguments).env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(std::os::fd::OwnedFd::from(theirs)).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(WorkerError::Start)?;
        // The command holds the other end open.
        drop(command);
        let stderr = child.stderr.take();
        let (reader, mut writer) = stream.into_split();
        let mut reports = BufReader::new(reader);
        let mut frames = Vec::new();
        frame::encode(&Order::Begin(begin.clone()), &mut frames)?;
        let handshake = async {
            writer.write_all(&frames).await.map_err(frame::FrameError::from)?;
            frame::read_async::<Report>(&mut reports, config.longest_message).await
        };
        let missing = match tokio::time::timeout(START, handshake).await {
            Ok(Ok(Some(Report::Ready { missing }))) => missing,
            Ok(Ok(_) | Err(frame::FrameError::Broken(_))) => return Err(WorkerError::Silent(last_words(stderr).await)),
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
            born: Instant::now(),
            tenant: OnceLock::new(),
            load: AtomicUsize::new(0),
            used: AtomicU64::new(0),
            retired: AtomicBool::new(false),
            writer: Arc::new(AsyncMutex::new(writer)),
            runs: Mutex::new(Some(HashMap::new())),
            doom: CancellationToken::new(),
            fate: OnceLock::new(),
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

    /// Makes it hold a run; not if it is gone.
    pub(super) fn hold(&self, run: u64, held: Held) -> bool {
        self.runs().as_mut().is_some_and(|runs| runs.insert(run, held).is_none())
    }

    /// Lets go of a run.
    pub(super) fn release(&self, run: u64) {
        if let Some(runs) = self.runs().as_mut() {
            runs.remove(&run);
        }
    }

    /// Tells it something. One that does not hear is about to be found dead.
    pub(super) async fn tell(&self, order: &Order<'_>) -> Result<(), WorkerError> {
        self.tell_now(order)?.sent().await
    }

    /// Begins to tell it something: as much as goes without waiting is sent at once.
    pub(super) fn tell_now(&self, order: &Order<'_>) -> Result<Telling, WorkerError> {
        let mut frames = Vec::new();
        frame::encode(order, &mut frames)?;
        let mut telling = Telling { frames, sent: 0, writer: self.writer.clone(), held: None };
        if let Ok(held) = self.writer.clone().try_lock_owned() {
            // A socket that is full, or gone, is met again by whoever sends the rest.
            telling.sent = held.try_write(&telling.frames).unwrap_or(0);
            // A frame that was begun has to be ended before another one.
            telling.held = (telling.sent > 0 && telling.sent < telling.frames.len()).then_some(held);
        }
        Ok(telling)
    }

    /// Ends it, and with it all runs that it holds.
    pub(super) fn kill(&self, why: &str) {
        // The first reason counts.
        let _ = self.fate.set(why.to_owned());
        self.retired.store(true, Ordering::Relaxed);
        self.doom.cancel();
    }

    /// Why it is gone. Known before any run that it held hears the end of it.
    pub(super) fn fate(&self) -> &str {
        self.fate.get().map_or("it is gone", String::as_str)
    }

    /// Passes a report on to its run. A word out of turn is an error.
    fn hear(&self, report: Report) -> Result<(), &'static str> {
        let (run, heard) = match report {
            Report::Ready { .. } => return Err("it said twice that it is ready"),
            Report::Output { run, stream, bytes } => {
                if let Some(held) = self.runs().as_ref().and_then(|runs| runs.get(&run)) {
                    // What goes over the limit is dropped here as it is there.
                    let _ = held.output.write(stream, &bytes);
                }
                return Ok(());
            }
            Report::StdinWanted { run } => (run, Heard::StdinWanted),
            Report::Ended { run, end } => (run, Heard::Ended(end)),
            Report::NotReady { run } => (run, Heard::NotReady),
            Report::Failed { run, why } => (run, Heard::Failed(why)),
        };
        match self.runs().as_ref().and_then(|runs| runs.get(&run)) {
            // A run that was cancelled meanwhile hears nothing more.
            None => Ok(()),
            Some(held) => match held.heard.try_send(heard) {
                Err(mpsc::error::TrySendError::Full(_)) => Err("it said more than it was asked"),
                _ => Ok(()),
            },
        }
    }
}

impl Watch {
    /// Hears the worker until it is gone; then every run that it held knows.
    pub(super) async fn until_gone(mut self) -> Arc<Worker> {
        let worker = self.worker.clone();
        let fault = tokio::select! {
            fault = self.listen() => fault,
            () = worker.doom.cancelled() => None,
        };
        // Whether it is dead already or not.
        let _ = self.child.start_kill();
        let ended = self.child.wait().await;
        let why = worker.fate.get_or_init(|| match (fault, ended) {
            (Some(fault), _) => format!("it was ended: {fault}"),
            (None, Ok(status)) => format!("it died ({status})"),
            (None, Err(error)) => format!("it died ({error})"),
        });
        // Letting go of them is how they hear of it: a word to a run whose queue is full would not arrive.
        let held = worker.runs().take().unwrap_or_default();
        if !held.is_empty() {
            tracing::warn!("worker {}: {why}; {} runs are lost", worker.id, held.len());
        }
        worker
    }

    /// Reads reports until the socket closes; what was wrong with it, if anything was.
    async fn listen(&mut self) -> Option<String> {
        loop {
            match frame::read_async::<Report>(&mut self.reports, self.worker.longest_message).await {
                Ok(Some(report)) => {
                    if let Err(fault) = self.worker.hear(report) {
                        return Some(fault.to_owned());
                    }
                }
                Ok(None) | Err(frame::FrameError::Broken(_)) => return None,
                Err(error) => return Some(error.to_string()),
            }
        }
    }
}

/// What a worker that did not come up had to say.
async fn last_words(stderr: Option<ChildStderr>) -> String {
    let mut said = Vec::new();
    if let Some(stderr) = stderr {
        // Whatever can be read is better than nothing.
        let _ = stderr.take(LAST_WORDS).read_to_end(&mut said).await;
    }
    match String::from_utf8_lossy(&said).trim() {
        "" => "it ended without a word".to_owned(),
        said => said.to_owned(),
    }
}

/// Logs what a worker writes to stderr, which it should not: its own panics, or what a guest that got out writes.
async fn log(id: u64, stderr: Option<ChildStderr>) {
    let Some(mut stderr) = stderr else { return };
    let (mut piece, mut left) = ([0; 1024], LAST_WORDS);
    while let Ok(count @ 1..) = stderr.read(&mut piece).await {
        if left > 0 {
            let said = String::from_utf8_lossy(&piece[..count]);
            tracing::warn!("worker {id} says: {said:?}");
            left = left.saturating_sub(count as u64);
        }
    }
}
