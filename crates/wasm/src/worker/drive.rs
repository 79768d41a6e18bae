//! One run in a worker, as the server follows it.
//!
//! Owns the server's end of a run: its worker, its stdin, its deadline, its cancellation, and a true outcome even if the
//! worker dies.

use super::WorkerError;
use super::message::{Request, RunRequest};
use super::pool::{Pool, Reservation};
use super::process::{HeldRun, RunReport, Sending, Worker};
use crate::Stdin;
use crate::error::WasmError;
use crate::execution::millis;
use runcell_cell::output::OutputBuffer;
use runcell_model::outcome::{Ending, Outcome, Output};
use runcell_model::run::RunSpec;
use runcell_telemetry::trace;
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use tracing::field::Empty;

/// How long a run may go on after its deadline or its cancellation before its worker is killed.
const GRACE: Duration = Duration::from_secs(1);

/// How many workers are tried. One that does not find the runtime sees an older cache; the next one was started later.
const TRIES: usize = 3;

/// A worker that dies this soon after it got a run, without a word about it, was dead or dying before: the run is begun again
/// elsewhere, once. A cell changes nothing outside itself, so that nothing happens twice.
const STILLBORN: Duration = Duration::from_millis(100);

/// A run that a worker is to do.
pub(crate) struct WorkerRun {
    pub(crate) spec: RunSpec,
    pub(crate) stdin: Stdin,
    pub(crate) output: Arc<OutputBuffer>,
    pub(crate) cancel: CancellationToken,
    pub(crate) tenant: Option<String>,
    /// The time that it may take in all.
    pub(crate) wall: Duration,
}

/// Drives a run to its outcome. If a worker is ready, the run is sent to it before this returns.
///
/// # Errors
/// [`WasmError`] if no worker takes the run, or none of them finds the runtime.
pub(crate) fn drive(
    pool: Arc<Pool>,
    run: WorkerRun,
) -> impl Future<Output = Result<Outcome, WasmError>> + Send + 'static {
    let WorkerRun { spec, stdin, output, cancel, tenant, wall } = run;
    let (bytes, mut stdin) = match stdin {
        Stdin::Bytes(bytes) => (Some(bytes), Source::None),
        Stdin::Stream(pieces) => (None, Source::Pieces(pieces)),
        Stdin::OnDemand(start) => (None, Source::Later(start)),
    };
    let span = tracing::info_span!("worker", pid = Empty);
    let trace = trace::traceparent(&span);
    let mut assignment = Assignment { affinity: affinity(&spec), spec, stdin: bytes, output, cancel, wall, trace };
    let reservation = pool.reserve_now(tenant.as_deref(), assignment.affinity);
    let mut begun = reservation.and_then(|reservation| assignment.begin(&pool, reservation));
    let instrumented = span.clone();
    let driven = async move {
        let mut again = true;
        for _ in 0..TRIES {
            let (mut run, sending) = match begun.take() {
                Some(begun) => begun,
                None => {
                    let reservation =
                        pool.reserve(tenant.as_deref(), assignment.affinity).await.map_err(WasmError::Worker)?;
                    match assignment.begin(&pool, reservation) {
                        Some(begun) => begun,
                        None => continue,
                    }
                }
            };
            let sent = match sending {
                Ok(sending) => sending.sent().await,
                Err(error) => Err(error),
            };
            if let Err(error) = sent {
                // The worker is dead; `finish` finds out what became of the run.
                run.worker().kill(&format!("it reads nothing: {error}"));
            }
            match run.finish(&mut stdin).await {
                Finish::Outcome(outcome) => {
                    span.record("pid", run.worker().pid);
                    return Ok(*outcome);
                }
                Finish::Failed(why) => return Err(WasmError::Fault(why)),
                Finish::Gone(outcome) if run.is_stillborn() && again => {
                    tracing::debug!(?outcome, "a worker died before it began a run; another one gets it");
                    again = false;
                }
                Finish::Gone(outcome) => return Ok(*outcome),
                // It sees an older cache than the server does, and so do the others.
                Finish::NotReady => pool.renew(),
            }
        }
        Err(WasmError::Vanished { runtime: assignment.spec.runtime.to_string() })
    };
    driven.instrument(instrumented)
}

/// A run as it is sent to each worker that is tried, and the server's half of it.
struct Assignment {
    spec: RunSpec,
    stdin: Option<Vec<u8>>,
    output: Arc<OutputBuffer>,
    cancel: CancellationToken,
    affinity: u64,
    wall: Duration,
    trace: Option<String>,
}

impl Assignment {
    /// Gives the run to a worker; `None` if the worker is gone.
    fn begin(
        &mut self,
        pool: &Arc<Pool>,
        reservation: Reservation,
    ) -> Option<(DrivenRun, Result<Sending, WorkerError>)> {
        let number = pool.number();
        let (sender, reports) = mpsc::channel(2);
        if !reservation.0.hold(number, HeldRun { output: self.output.clone(), reports: sender }) {
            return None;
        }
        let (spec, stdin) = (Cow::Borrowed(&self.spec), Cow::Borrowed(&self.stdin));
        let trace = self.trace.as_deref().map(Cow::Borrowed);
        let request = Request::Run(Box::new(RunRequest { run: number, spec, stdin, trace }));
        let sending = reservation.0.begin_send(&request);
        let (output, cancel) = (self.output.clone(), self.cancel.clone());
        let (pool, wall, given, answered) = (pool.clone(), self.wall, Instant::now(), false);
        let run = DrivenRun { pool, reservation, number, reports, output, cancel, wall, given, answered };
        Some((run, sending))
    }
}

/// A number that is equal for runs that can share a built program.
fn affinity(spec: &RunSpec) -> u64 {
    let mut hasher = DefaultHasher::new();
    spec.runtime.hash(&mut hasher);
    spec.code.hash(&mut hasher);
    hasher.finish()
}

/// Where the stdin of a run comes from, if not all of it was sent with the run.
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
    /// The worker is gone.
    Gone(Box<Outcome>),
    NotReady,
    Failed(String),
}

/// A run that a worker has.
struct DrivenRun {
    pool: Arc<Pool>,
    reservation: Reservation,
    number: u64,
    reports: mpsc::Receiver<RunReport>,
    output: Arc<OutputBuffer>,
    cancel: CancellationToken,
    wall: Duration,
    given: Instant,
    /// Whether the worker has said something about the run.
    answered: bool,
}

impl DrivenRun {
    /// Whether the worker died before it began the run.
    fn is_stillborn(&self) -> bool {
        let silent = !self.answered && self.output.written() == 0;
        silent && !self.cancel.is_cancelled() && self.given.elapsed() < STILLBORN
    }

    fn worker(&self) -> &Worker {
        &self.reservation.0
    }

    async fn finish(&mut self, stdin: &mut Source) -> Finish {
        let mut time_limit = Instant::now() + self.wall + GRACE;
        let (mut wanted, mut sent_all, mut cancelled, mut overdue) = (false, false, false, false);
        let cancel = self.cancel.clone();
        loop {
            tokio::select! {
                biased;
                report = self.reports.recv() => match report.inspect(|_| self.answered = true) {
                    // A worker asks once for each piece, and not after the last one.
                    Some(RunReport::StdinWanted) if wanted || sent_all => {
                        self.worker().kill("it sent a message at the wrong time");
                    }
                    Some(RunReport::StdinWanted) => wanted = true,
                    Some(RunReport::Ended(end)) => {
                        if end.stranded {
                            self.pool.retire(&self.reservation.0);
                        }
                        let outcome = Outcome {
                            output: Output { truncated: end.truncated, ..Output::default() },
                            files: end.files,
                            missing_files: end.missing_files,
                            left_files: end.left_files,
                            usage: end.usage,
                            ..Outcome::unstarted(end.ending)
                        };
                        return Finish::Outcome(Box::new(outcome));
                    }
                    Some(RunReport::NotReady) => return Finish::NotReady,
                    Some(RunReport::Failed(why)) => return Finish::Failed(why),
                    None => return Finish::Gone(Box::new(self.lost(overdue, cancelled))),
                },
                () = cancel.cancelled(), if !cancelled => {
                    cancelled = true;
                    time_limit = time_limit.min(Instant::now() + GRACE);
                    self.send(Request::Cancel { run: self.number }).await;
                }
                piece = stdin.next(), if wanted => {
                    (wanted, sent_all) = (false, piece.is_none());
                    self.send(Request::Stdin { run: self.number, piece }).await;
                }
                () = sleep_until(time_limit), if !overdue => {
                    overdue = true;
                    self.worker().kill("a run in it did not stop when its time was over");
                }
            }
        }
    }

    async fn send(&self, request: Request<'_>) {
        if let Err(error) = self.worker().send(&request).await {
            self.worker().kill(&format!("it reads nothing: {error}"));
        }
    }

    /// The outcome of a run whose worker is gone.
    fn lost(&self, overdue: bool, cancelled: bool) -> Outcome {
        let why = self.worker().end_reason();
        let ending = match (cancelled, overdue) {
            (true, _) => Ending::Cancelled,
            (_, true) => Ending::TimedOut { allowed_ms: millis(self.wall) },
            _ => Ending::Lost { message: format!("the worker process that ran it is gone: {why}") },
        };
        Outcome::unstarted(ending)
    }
}

impl Drop for DrivenRun {
    fn drop(&mut self) {
        self.worker().release(self.number);
    }
}
