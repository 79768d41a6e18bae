//! The inside of a worker: requests come in over a socket, reports go out.
//!
//! Owns the worker's end of the protocol. One thread does everything: it reads requests and runs cells in turns, which is
//! the fastest way from a request to its end. Several processes share the machine; in a single process, mapping memory
//! would stop all threads. When the socket closes, the server is gone and the worker ends.

use super::WorkerError;
use super::frame;
use super::message::{Begin, End, Report, Request, RunRequest};
use crate::{Codegen, GuestThreads, ReadyRuntime, RunningCell, Stdin, WasmBackend, WasmConfig, WasmError};
use runcell_cell::threads;
use runcell_model::outcome::Outcome;
use runcell_model::run::RunEvent;
use runcell_model::runtime::RuntimeRef;
use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::unix::OwnedWriteHalf;
use tokio::runtime::Runtime;
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// The longest request, in bytes: the worker trusts the server.
const LONGEST_REQUEST: usize = u32::MAX as usize;

/// Reports of one run that are gathered before they are sent, in bytes.
const MOST_GATHERED: usize = 1 << 20;

/// A process that is to be a worker: it has its configuration and has not begun to serve.
pub struct WorkerProcess {
    socket: UnixStream,
    begin: Begin,
    backend: WasmBackend,
    runtime: Runtime,
}

impl WorkerProcess {
    /// Reads the configuration from the server at the other end of a socket. Starts no thread.
    ///
    /// # Errors
    /// [`WorkerError`] if the other end is not a server, or this machine cannot run cells.
    pub fn connect(socket: OwnedFd) -> Result<Self, WorkerError> {
        let mut socket = UnixStream::from(socket);
        let Ok(Some(Request::Begin(begin))) = frame::read(&mut socket, LONGEST_REQUEST) else {
            return Err(WorkerError::Silent("a worker is started by a server, over a socket".to_owned()));
        };
        let runtime = threads::single().map_err(WorkerError::Start)?;
        let config = WasmConfig {
            cache_dir: begin.cache_dir.clone(),
            runtimes_dir: begin.runtimes_dir.clone(),
            stack_bytes: begin.stack_bytes,
            codegen: Codegen::Standard,
            guests: GuestThreads::Given(runtime.handle().clone()),
            workers: None,
        };
        let backend = WasmBackend::start(config).map_err(|error| WorkerError::Silent(error.to_string()))?;
        Ok(Self { socket, begin, backend, runtime })
    }

    /// The folders that it reads prepared runtimes from while it serves.
    #[must_use]
    pub fn readable(&self) -> Vec<PathBuf> {
        let entries = self.begin.cache_dir.join("entries");
        self.begin.runtimes_dir.iter().cloned().chain([entries]).filter(|folder| folder.is_dir()).collect()
    }

    /// Reports that it is ready, and which wall is `missing`, and serves until the server is gone.
    ///
    /// # Errors
    /// [`WorkerError`] where the socket breaks, or threads cannot be started.
    pub fn serve(self, missing: Option<String>) -> Result<(), WorkerError> {
        let Self { socket, backend, runtime, .. } = self;
        let served = runtime.block_on(async {
            socket.set_nonblocking(true).map_err(WorkerError::Start)?;
            let socket = tokio::net::UnixStream::from_std(socket).map_err(WorkerError::Start)?;
            let (reader, writer) = socket.into_split();
            let writer = Writer(Arc::new(AsyncMutex::new(writer)));
            writer.send(&Report::Ready { missing }).await?;
            let mut handler =
                RequestHandler { backend: Arc::new(backend), writer, runtimes: BTreeMap::new(), runs: Arc::default() };
            let mut requests = BufReader::new(reader);
            while let Some(request) = frame::read_async(&mut requests, LONGEST_REQUEST).await? {
                handler.handle(request).await?;
            }
            Ok(())
        });
        // Nobody reads the outcomes of what still runs.
        runtime.shutdown_background();
        served
    }
}

/// The sending end, shared by all runs: whole frames only.
#[derive(Clone)]
struct Writer(Arc<AsyncMutex<OwnedWriteHalf>>);

impl Writer {
    async fn send(&self, report: &Report) -> Result<(), WorkerError> {
        let mut frames = Vec::new();
        frame::encode(report, &mut frames)?;
        self.send_frames(&frames).await
    }

    async fn send_frames(&self, frames: &[u8]) -> Result<(), WorkerError> {
        Ok(self.0.lock().await.write_all(frames).await.map_err(frame::FrameError::from)?)
    }
}

/// A run that requests can still refer to.
struct ActiveRun {
    cancel: CancellationToken,
    stdin: Option<mpsc::Sender<Option<Vec<u8>>>>,
}

type Runs = Arc<Mutex<BTreeMap<u64, ActiveRun>>>;

/// Does what requests ask for.
struct RequestHandler {
    backend: Arc<WasmBackend>,
    writer: Writer,
    runtimes: BTreeMap<RuntimeRef, ReadyRuntime>,
    runs: Runs,
}

impl RequestHandler {
    async fn handle(&mut self, request: Request<'_>) -> Result<(), WorkerError> {
        match request {
            Request::Begin(_) => Err(WorkerError::Silent("a worker begins once".to_owned())),
            Request::Run(request) => self.run(*request).await,
            Request::Cancel { run } => {
                if let Some(active) = self.runs().get(&run) {
                    active.cancel.cancel();
                }
                Ok(())
            }
            Request::Stdin { run, piece } => {
                // A run that has ended or reads no more drops it.
                if let Some(stdin) = self.runs().get(&run).and_then(|active| active.stdin.as_ref()) {
                    let _ = stdin.try_send(piece);
                }
                Ok(())
            }
        }
    }

    fn runs(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, ActiveRun>> {
        self.runs.lock().expect("no holder of this lock panics")
    }

    /// A runtime, loaded at its first use. Nothing else in a worker opens files.
    fn runtime(&mut self, name: &RuntimeRef) -> Result<Option<ReadyRuntime>, String> {
        if let Some(known) = self.runtimes.get(name) {
            return Ok(Some(known.clone()));
        }
        let resolved = self.backend.resolve(name).map_err(|error| error.to_string())?;
        let found = self.backend.ready_now(&resolved).map_err(|error| error.to_string())?;
        self.runtimes.extend(found.iter().map(|runtime| (name.clone(), runtime.clone())));
        Ok(found)
    }

    async fn run(&mut self, request: RunRequest<'_>) -> Result<(), WorkerError> {
        let (run, spec, stdin) = (request.run, request.spec.into_owned(), request.stdin.into_owned());
        let trace = request.trace.as_deref();
        let runtime = match self.runtime(&spec.runtime) {
            Ok(Some(runtime)) => runtime,
            Ok(None) => return self.writer.send(&Report::NotReady { run }).await,
            Err(why) => return self.writer.send(&Report::Failed { run, why }).await,
        };
        let (stdin, asked) = match stdin {
            Some(bytes) => (Stdin::Bytes(bytes), None),
            None => {
                let (sender, stdin) = self.stdin(run);
                (stdin, Some(sender))
            }
        };
        let cell = match self.backend.run(&runtime, spec, stdin, None) {
            Ok(cell) => cell,
            Err(error) => return self.writer.send(&Report::Failed { run, why: error.to_string() }).await,
        };
        self.runs().insert(run, ActiveRun { cancel: cell.canceller(), stdin: asked });
        let (writer, runs, backend) = (self.writer.clone(), self.runs.clone(), self.backend.clone());
        // Lines of the log below it say which trace they belong to.
        let span = tracing::error_span!("worker", trace);
        let following = async move {
            // A socket that broke ends the worker from the other side.
            let _ = follow(run, cell, &writer, || backend.is_stranded()).await;
            runs.lock().expect("no holder of this lock panics").remove(&run);
        };
        tokio::spawn(following.instrument(span));
        Ok(())
    }

    /// A stdin that asks the server for each piece, from the guest's first read on.
    fn stdin(&self, run: u64) -> (mpsc::Sender<Option<Vec<u8>>>, Stdin) {
        let (sender, mut pieces) = mpsc::channel::<Option<Vec<u8>>>(1);
        let writer = self.writer.clone();
        let start = move || {
            let (feed, fed) = mpsc::channel(1);
            tokio::spawn(async move {
                while writer.send(&Report::StdinWanted { run }).await.is_ok() {
                    let Some(Some(piece)) = pieces.recv().await else { return };
                    if feed.send(piece).await.is_err() {
                        return;
                    }
                }
            });
            fed
        };
        (sender, Stdin::OnDemand(Box::new(start)))
    }
}

/// Reports what a run writes and how it ends. All reports of a short run go out in one write.
async fn follow(
    run: u64,
    mut cell: RunningCell,
    writer: &Writer,
    stranded: impl Fn() -> bool,
) -> Result<(), WorkerError> {
    let mut frames = Vec::new();
    while let Some(event) = cell.next_event().await {
        encode_event(run, event, &mut frames)?;
        loop {
            match cell.events.ready() {
                Some(Some(event)) if frames.len() < MOST_GATHERED => encode_event(run, event, &mut frames)?,
                Some(Some(event)) => {
                    writer.send_frames(&frames).await?;
                    frames.clear();
                    encode_event(run, event, &mut frames)?;
                }
                // It ended: the rest follows at once.
                Some(None) => break,
                None => {
                    writer.send_frames(&frames).await?;
                    frames.clear();
                    break;
                }
            }
        }
    }
    let report = match cell.end().await {
        Ok(outcome) => Report::Ended { run, end: Box::new(end(outcome, stranded())) },
        Err(WasmError::Fault(why)) => Report::Failed { run, why },
        Err(error) => Report::Failed { run, why: error.to_string() },
    };
    frame::encode(&report, &mut frames)?;
    writer.send_frames(&frames).await
}

fn encode_event(run: u64, event: RunEvent, frames: &mut Vec<u8>) -> Result<(), WorkerError> {
    let RunEvent::Output { stream, bytes } = event;
    Ok(frame::encode(&Report::Output { run, stream, bytes }, frames)?)
}

fn end(outcome: Outcome, stranded: bool) -> End {
    let Outcome { ending, output, files, missing_files, left_files, usage, ran_on: _, advice: _ } = outcome;
    End { ending, truncated: output.truncated, files, missing_files, left_files, usage, stranded }
}
