//! Following a running container to its end, and stopping it if it must be.
//!
//! Owns the deadline, the reasons to stop, the signals, and receiving the rest of the output after the end.

use super::super::Docker;
use super::super::confinement::Confinement;
use super::super::limit::Exceeded;
use super::super::usage::{ContainerUsage, Meter};
use super::control::Controls;
use super::end::Exit;
use super::ending::{Observed, StopReason};
use super::output::{OutputEnd, Pieces, pass_on};
use super::shape::{ContainerEvent, ContainerOutcome};
use runcell_model::limits::LimitKind;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long a killed container may take to be gone; only a kernel in trouble needs it.
const GONE_WITHIN: Duration = Duration::from_secs(10);
/// How many times it is killed in that time.
const KILLS: u32 = 10;
/// How often the usage so far is told.
const USAGE_EVERY: Duration = Duration::from_secs(2);
/// How long the rest of the output may take to arrive after the end.
const REST_WITHIN: Duration = Duration::from_secs(10);

/// A container that was made, with everything that its run needs until it is removed.
pub(super) struct ActiveRun {
    pub(super) docker: Docker,
    /// The engine's id of the container.
    pub(super) id: String,
    pub(super) confinement: Confinement,
    pub(super) meter: Meter,
    /// When the program was started.
    pub(super) began: Instant,
    pub(super) stdin_bytes: u64,
    /// Stops writing stdin when it is dropped.
    pub(super) feeding: Option<DropGuard>,
}

/// The output of a container: being received, or ended.
enum Receiving<F> {
    On(Pin<Box<F>>),
    Ended(OutputEnd),
}

impl<F: Future<Output = OutputEnd>> Receiving<F> {
    /// Waits for the end of the output. Once it has ended, this never returns again.
    async fn end(&mut self) -> OutputEnd {
        let Self::On(output) = self else { return std::future::pending().await };
        let end = output.await;
        *self = Self::Ended(end.clone());
        end
    }

    fn give_up(&mut self) {
        if let Self::On(_) = self {
            *self = Self::Ended(OutputEnd::Broken);
        }
    }

    /// Receives the rest, which arrives a moment after the program has ended.
    async fn rest(mut self, cancel: &CancellationToken) -> OutputEnd {
        if let Self::Ended(end) = self {
            return end;
        }
        let patience = if cancel.is_cancelled() { Duration::from_secs(1) } else { REST_WITHIN };
        timeout(patience, self.end()).await.unwrap_or(OutputEnd::Broken)
    }
}

impl ActiveRun {
    /// Removes the container and everything that was made for it.
    pub(super) async fn clean_up(self) {
        self.docker.clean_up_with(&self.id, Some(self.meter)).await;
    }

    /// Follows the running container to its end.
    pub(super) async fn follow(&self, pieces: Pieces, mut controls: Controls) -> ContainerOutcome {
        let output_bytes = AtomicU64::new(0);
        let observed = self.observe(pieces, &mut controls, &output_bytes).await;
        let usage = self.usage(&output_bytes);
        let truncated = observed.output != OutputEnd::Complete;
        let measured = (usage.memory_bytes, usage.exact);
        let ending = observed.ending((&self.docker, &self.id), &self.confinement, measured).await;
        ContainerOutcome { ending, usage, truncated }
    }

    /// The usage so far.
    fn usage(&self, output_bytes: &AtomicU64) -> ContainerUsage {
        let (counters, exact) = self.meter.read();
        ContainerUsage {
            wall_us: u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX),
            cpu_us: counters.cpu_us,
            memory_bytes: counters.memory_bytes,
            exact,
            output_bytes: output_bytes.load(Ordering::Relaxed),
            stdin_bytes: self.stdin_bytes,
        }
    }

    async fn observe(&self, pieces: Pieces, controls: &mut Controls, output_bytes: &AtomicU64) -> Observed {
        let most = self.confinement.output_bytes;
        let mut output = Receiving::On(Box::pin(pass_on(pieces, controls.events.clone(), most, output_bytes)));
        let mut exit = pin!(self.docker.wait_exit(&self.id));
        let deadline = self.began + self.confinement.wall;
        let mut clock = interval_at(Instant::now() + USAGE_EVERY, USAGE_EVERY);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let reason = loop {
            tokio::select! {
                biased;
                () = controls.cancel.cancelled() => break StopReason::Cancelled,
                () = sleep_until(deadline) => break StopReason::TimedOut,
                Some(exceeded) = controls.stop.recv() => break StopReason::Limit(exceeded),
                end = output.end() => if let OutputEnd::Over(used) = end {
                    break StopReason::Limit(Exceeded { limit: LimitKind::Output, allowed: most, used });
                },
                exit = &mut exit => {
                    let output = output.rest(&controls.cancel).await;
                    return Observed { exit: Some(exit), reason: None, output };
                }
                // A program that floods its output has no place left for it, and none is waited for.
                _ = clock.tick() => drop(controls.events.try_send(ContainerEvent::Usage(self.usage(output_bytes)))),
            }
        };
        let gentle = !matches!(reason, StopReason::Limit(_));
        let exit = self.stop(gentle, &mut output, exit).await;
        let output = output.rest(&controls.cancel).await;
        Observed { exit, reason: Some(reason), output }
    }

    /// Stops the container: SIGTERM and, after its grace, SIGKILL; its output is received meanwhile. SIGKILL is sent more than
    /// once: an engine under load has lost the first one.
    async fn stop(
        &self,
        gentle: bool,
        output: &mut Receiving<impl Future<Output = OutputEnd>>,
        mut exit: Pin<&mut impl Future<Output = Exit>>,
    ) -> Option<Exit> {
        let kill = ("SIGKILL", GONE_WITHIN / KILLS);
        let steps = [("SIGTERM", self.confinement.grace)].into_iter().skip(usize::from(!gentle));
        for (signal, patience) in steps.chain(std::iter::repeat_n(kill, KILLS as usize)) {
            // In a task: an engine answers a SIGKILL only when the program is gone, which may need its output to be received.
            let (docker, id) = (self.docker.clone(), self.id.clone());
            tokio::spawn(async move { docker.signal(&id, signal).await });
            let until = Instant::now() + patience;
            loop {
                tokio::select! {
                    exit = exit.as_mut() => return Some(exit),
                    () = sleep_until(until) => break,
                    // A program that floods its output while it is being stopped gets no grace.
                    end = output.end() => if matches!(end, OutputEnd::Over(_)) { break },
                }
            }
            if signal == kill.0 {
                // The engine does not let the container go before its output is taken, and the handle does not take it.
                output.give_up();
            }
        }
        None
    }
}
