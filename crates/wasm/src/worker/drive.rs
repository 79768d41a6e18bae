//! One run in a worker, as the server follows it.
//!
//! Owns the server's end of a run: where it runs, its stdin, its deadline and its cancellation as the server sees them, and
//! an honest outcome whatever becomes of the worker.

use super::WorkerError;
use super::message::{Order as Word, RunOrder};
use super::pool::{Place, Pool};
use super::process::{Heard, Held, Telling, Worker};
use crate::Stdin;
use crate::error::WasmError;
use runcell_cell::output::OutputBuffer;
use runcell_model::limits::LimitKind;
use runcell_model::outcome::{Ending, Outcome, RunPlace};
use runcell_model::run::RunSpec;
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// How long after its deadline, or after it was told to stop, a run may go on before its worker is killed.
const GRACE: Duration = Duration::from_secs(1);

/// What becomes of a run whose worker does not find its runtime: it is tried with a worker that was started since.
const TRIES: usize = 3;

/// A run to be driven.
pub(crate) struct Order {
    pub(crate) spec: RunSpec,
    pub(crate) stdin: Stdin,
    pub(crate) output: Arc<OutputBuffer>,
    pub(crate) cancel: CancellationToken,
    pub(crate) tenant: Option<String>,
}

/// Drives a run to its outcome. Where a worker is there, the run is on its way to it before this returns.
///
/// # Errors
/// [`WasmError`] where it could not be begun: no worker, or none that finds the runtime.
pub(crate) fn drive(
    pool: Arc<Pool>,
    order: Order,
) -> impl Future<Output = Result<Outcome, WasmError>> + Send + 'static {
    let Order { spec, stdin, output, cancel, tenant } = order;
    let wall = Duration::from_millis(spec.limits.get(LimitKind::WallTime));
    let (bytes, mut stdin) = match stdin {
        Stdin::Bytes(bytes) => (Some(bytes), Source::None),
        Stdin::Stream(pieces) => (None, Source::Pieces(pieces)),
        Stdin::OnDemand(start) => (None, Source::Later(start)),
    };
    let mut errand = Errand { affinity: affinity(&spec), spec, stdin: bytes, output, cancel, wall };
    let place = pool.place_now(tenant.as_deref(), errand.affinity);
    let mut begun = place.and_then(|place| errand.begin(&pool, place));
    async move {
        for _ in 0..TRIES {
            let (mut run, telling) = match begun.take() {
                Some(begun) => begun,
                None => {
                    let place = pool.place(tenant.as_deref(), errand.affinity).await.map_err(WasmError::Worker)?;
                    match errand.begin(&pool, place) {
                        Some(begun) => begun,
                        None => continue,
                    }
                }
            };
            let told = match telling {
                Ok(telling) => telling.sent().await,
                Err(error) => Err(error),
            };
            if let Err(error) = told {
                // It is dead, and the run will be told.
                run.worker().kill(&format!("it does not hear: {error}"));
            }
            match run.finish(&mut stdin).await {
                Finish::Outcome(outcome) => return Ok(*outcome),
                Finish::Failed(why) => return Err(WasmError::Fault(why)),
                // It sees an older cache than the server does, and so do the others.
                Finish::NotReady => pool.renew(),
            }
        }
        Err(WasmError::Vanished { runtime: errand.spec.runtime.to_string() })
    }
}

/// What every worker that is tried is told.
struct Errand {
    spec: RunSpec,
    stdin: Option<Vec<u8>>,
    output: Arc<OutputBuffer>,
    cancel: CancellationToken,
    affinity: u64,
    wall: Duration,
}

impl Errand {
    /// Gives the run to a worker; not if that is gone.
    fn begin(&mut self, pool: &Arc<Pool>, place: Place) -> Option<(Driven, Result<Telling, WorkerError>)> {
        let number = pool.number();
        let (sender, heard) = mpsc::channel(2);
        if !place.0.hold(number, Held { output: self.output.clone(), heard: sender }) {
            return None;
        }
        let (spec, stdin) = (Cow::Borrowed(&self.spec), Cow::Borrowed(&self.stdin));
        let word = Word::Run(Box::new(RunOrder { run: number, spec, stdin }));
        let telling = place.0.tell_now(&word);
        let (output, cancel) = (self.output.clone(), self.cancel.clone());
        Some((Driven { pool: pool.clone(), place, number, heard, output, cancel, wall: self.wall }, telling))
    }
}

/// What makes runs alike enough to share what was built for one.
fn affinity(spec: &RunSpec) -> u64 {
    let mut hasher = DefaultHasher::new();
    spec.runtime.hash(&mut hasher);
    spec.code.hash(&mut hasher);
    hasher.finish()
}

/// Where a run's stdin comes from, when not all of it was sent along.
enum Source {
    None,
    Pieces(mpsc::Receiver<Vec<u8>>),
    Later(Box<dyn FnOnce() -> mpsc::Receiver<Vec<u8>> + Send>),
}

impl Source {
    /// The next piece.
    async fn next(&mut self) -> Option<Vec<u8>> {
        if let Self::Later(_) = self
            && let Self::Later(start) = std::mem::replace(self, Self::None)
        {
            *self = Self::Pieces(start());
        }
        match self {
            Self::Pieces(pieces) => pieces.recv().await,
            _ => None,
        }
    }
}

enum Finish {
    Outcome(Box<Outcome>),
    NotReady,
    Failed(String),
}

/// A run that a worker has.
struct Driven {
    pool: Arc<Pool>,
    place: Place,
    number: u64,
    heard: mpsc::Receiver<Heard>,
    output: Arc<OutputBuffer>,
    cancel: CancellationToken,
    wall: Duration,
}

impl Driven {
    fn worker(&self) -> &Worker {
        &self.place.0
    }

    async fn finish(&mut self, stdin: &mut Source) -> Finish {
        let mut patience = Instant::now() + self.wall + GRACE;
        let (mut wanted, mut told_all, mut cancelled, mut overdue) = (false, false, false, false);
        let cancel = self.cancel.clone();
        loop {
            tokio::select! {
                biased;
                heard = self.heard.recv() => match heard {
                    // Each piece is asked for once, and after the last one nothing is.
                    Some(Heard::StdinWanted) if wanted || told_all => {
                        self.worker().kill("it said more than it was asked");
                    }
                    Some(Heard::StdinWanted) => wanted = true,
                    Some(Heard::Ended(end)) => {
                        if end.stranded {
                            self.pool.retire(&self.place.0);
                        }
                        let mut output = self.output.output();
                        output.truncated |= end.truncated;
                        let (ending, files, missing_files) = (end.ending, end.files, end.missing_files);
                        let (usage, place) = (end.usage, RunPlace::default());
                        let outcome = Outcome { ending, output, files, missing_files, usage, place };
                        return Finish::Outcome(Box::new(outcome));
                    }
                    Some(Heard::NotReady) => return Finish::NotReady,
                    Some(Heard::Failed(why)) => return Finish::Failed(why),
                    None => return Finish::Outcome(Box::new(self.lost(overdue, cancelled))),
                },
                () = cancel.cancelled(), if !cancelled => {
                    cancelled = true;
                    patience = patience.min(Instant::now() + GRACE);
                    self.tell(Word::Cancel { run: self.number }).await;
                }
                piece = stdin.next(), if wanted => {
                    (wanted, told_all) = (false, piece.is_none());
                    self.tell(Word::Stdin { run: self.number, piece }).await;
                }
                () = sleep_until(patience), if !overdue => {
                    overdue = true;
                    self.worker().kill("a run in it did not stop when its time was over");
                }
            }
        }
    }

    async fn tell(&self, word: Word<'_>) {
        if let Err(error) = self.worker().tell(&word).await {
            self.worker().kill(&format!("it does not hear: {error}"));
        }
    }

    /// The outcome of a run whose worker is gone: what it wrote until then, and how it ended.
    fn lost(&self, overdue: bool, cancelled: bool) -> Outcome {
        let why = self.worker().fate();
        let ending = match (cancelled, overdue) {
            (true, _) => Ending::Cancelled,
            (_, true) => Ending::TimedOut { allowed_ms: u64::try_from(self.wall.as_millis()).unwrap_or(u64::MAX) },
            _ => Ending::Lost { message: format!("the worker process that ran it is gone: {why}") },
        };
        Outcome { output: self.output.output(), ..Outcome::unstarted(ending) }
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        self.worker().release(self.number);
    }
}
