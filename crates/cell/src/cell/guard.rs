//! The clock over a running cell: deadline, cancellation, processor time, page faults.
//!
//! Owns the checks at every point where a guest yields. A guest yields after about a millisecond of its own work, so that a
//! deadline or a cancellation takes effect within a few milliseconds, even when all threads are busy.

use crate::slot::faults_of_this_thread;
use rustix::time::{ClockId, clock_gettime};
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Why a cell was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    /// Its wall time was over.
    Deadline,
    /// The caller cancelled the run.
    Cancelled,
}

/// The work and the faults of a thread while it drove a future.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// The processor time that it took.
    pub cpu: Duration,
    /// Whether it took a page fault, or may have.
    pub faulted: bool,
}

/// The deadline of a run, and the token that ends it earlier.
#[derive(Debug, Clone)]
pub struct Guard {
    /// When the run is stopped.
    pub deadline: Instant,
    /// Cancelling this stops the run.
    pub cancel: CancellationToken,
}

impl Guard {
    /// Whether it is over, by the clock as it is now.
    pub fn interrupt(&self) -> Option<Interrupt> {
        if self.cancel.is_cancelled() {
            Some(Interrupt::Cancelled)
        } else if Instant::now() >= self.deadline {
            Some(Interrupt::Deadline)
        } else {
            None
        }
    }

    /// Drives `future` until it is done or interrupted. The work and the faults of the thread are added to `seen`.
    pub async fn watch<F: Future>(&self, future: F, seen: &mut Seen) -> Result<F::Output, Interrupt> {
        let mut future = pin!(future);
        let mut alarm = pin!(tokio::time::sleep_until(self.deadline.into()));
        let mut cancelled = pin!(self.cancel.cancelled());
        std::future::poll_fn(move |cx| {
            if let Some(interrupt) = self.interrupt() {
                return Poll::Ready(Err(interrupt));
            }
            let (faults, before) = (faults_of_this_thread(), thread_cpu());
            let polled = future.as_mut().poll(cx);
            seen.cpu += thread_cpu().saturating_sub(before);
            seen.faulted |= faults.is_none() || faults != faults_of_this_thread();
            if let Poll::Ready(output) = polled {
                return Poll::Ready(Ok(output));
            }
            // The timers wake a guest that sleeps; a busy one comes by the check above.
            if alarm.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(Interrupt::Deadline));
            }
            if cancelled.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(Interrupt::Cancelled));
            }
            Poll::Pending
        })
        .await
    }
}

/// Processor time of this thread.
fn thread_cpu() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}
