//! The inside of a worker: runs come in over a socket, what becomes of them goes out.
//!
//! Owns the worker's end of the protocol. One thread does everything: it reads orders and runs cells in turns, which is the
//! shortest way from an order to its end. Processes share out the machine; within one, mapping memory would stop all
//! threads. When the socket closes, the server is gone, and so is the worker.

use super::WorkerError;
use super::frame;
use super::message::{Begin, End, Order, Report, RunOrder};
use crate::{Codegen, GuestPlace, ReadyRuntime, RunningCell, Stdin, WasmBackend, WasmConfig, WasmError};
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

/// The longest order: the server is believed.
const LONGEST_ORDER: usize = u32::MAX as usize;

/// The place of a worker: it knows what it is, and has not begun to serve.
pub struct Seat {
    socket: UnixStream,
    begin: Begin,
    backend: WasmBackend,
    runtime: Runtime,
}

impl Seat {
    /// Takes the place at the end of a socket and hears what the worker is. Starts no thread.
    ///
    /// # Errors
    /// [`WorkerError`] where the other end is no server, or this machine cannot run cells.
    pub fn take(socket: OwnedFd) -> Result<Self, WorkerError> {
        let mut socket = UnixStream::from(socket);
        let Ok(Some(Order::Begin(begin))) = frame::read(&mut socket, LONGEST_ORDER) else {
            return Err(WorkerError::Silent("a worker is started by a server, over a socket".to_owned()));
        };
        let runtime = threads::single().map_err(WorkerError::Start)?;
        let config = WasmConfig {
            cache_dir: begin.cache_dir.clone(),
            runtimes_dir: begin.runtimes_dir.clone(),
            stack_bytes: begin.stack_bytes,
            codegen: Codegen::Standard,
            place: GuestPlace::Runtime(runtime.handle().clone()),
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

    /// Says that it is ready, or which wall is `missing`, and serves until the server is gone.
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
            let mut desk = Desk { backend: Arc::new(backend), writer, runtimes: BTreeMap::new(), runs: Arc::default() };
            let mut orders = BufReader::new(reader);
            while let Some(order) = frame::read_async(&mut orders, LONGEST_ORDER).await? {
                desk.take(order).await?;
            }
            Ok(())
        });
        // What still runs has nobody left to tell.
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

/// A run, as far as orders can still reach it.
struct Reachable {
    cancel: CancellationToken,
    stdin: Option<mpsc::Sender<Option<Vec<u8>>>>,
}

type Runs = Arc<Mutex<BTreeMap<u64, Reachable>>>;

/// What takes orders.
struct Desk {
    backend: Arc<WasmBackend>,
    writer: Writer,
    runtimes: BTreeMap<RuntimeRef, ReadyRuntime>,
    runs: Runs,
}

impl Desk {
    async fn take(&mut self, order: Order<'_>) -> Result<(), WorkerError> {
        match order {
            Order::Begin(_) => Err(WorkerError::Silent("a worker begins once".to_owned())),
            Order::Run(order) => self.run(*order).await,
            Order::Cancel { run } => {
                if let Some(reachable) = self.runs().get(&run) {
                    reachable.cancel.cancel();
                }
                Ok(())
            }
            Order::Stdin { run, piece } => {
                // A run that has ended, or reads no more, does not want it.
                if let Some(stdin) = self.runs().get(&run).and_then(|reachable| reachable.stdin.as_ref()) {
                    let _ = stdin.try_send(piece);
                }
                Ok(())
            }
        }
    }

    fn runs(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Reachable>> {
        self.runs.lock().expect("no holder of this lock panics")
    }

    /// A runtime, loaded at its first use. This is the only thing that still opens files.
    fn runtime(&mut self, name: &RuntimeRef) -> Result<Option<ReadyRuntime>, String> {
        if let Some(known) = self.runtimes.get(name) {
            return Ok(Some(known.clone()));
        }
        let resolved = self.backend.resolve(name).map_err(|error| error.to_string())?;
        let found = self.backend.ready_now(&resolved).map_err(|error| error.to_string())?;
        self.runtimes.extend(found.iter().map(|runtime| (name.clone(), runtime.clone())));
        Ok(found)
    }

    async fn run(&mut self, order: RunOrder<'_>) -> Result<(), WorkerError> {
        let (run, spec, stdin) = (order.run, order.spec.into_owned(), order.stdin.into_owned());
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
        self.runs().insert(run, Reachable { cancel: cell.canceller(), stdin: asked });
        let (writer, runs, backend) = (self.writer.clone(), self.runs.clone(), self.backend.clone());
        tokio::spawn(async move {
            // A socket that broke ends the worker from the other side.
            let _ = follow(run, cell, &writer, || backend.is_stranded()).await;
            runs.lock().expect("no holder of this lock panics").remove(&run);
        });
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

/// Tells what a run writes and how it ends. What a short run has to say goes out in one piece.
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
                Some(Some(event)) => encode_event(run, event, &mut frames)?,
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
    let report = match cell.outcome().await {
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
    let Outcome { ending, output, files, missing_files, usage, place: _ } = outcome;
    End { ending, truncated: output.truncated, files, missing_files, usage, stranded }
}
