//! Taking samples of how the machine is.
//!
//! Owns when a sample is taken and what is asked for it: the kernel, the places of runs, the store. `history` keeps them.

use crate::history::{SAMPLE_EVERY, Sample};
use crate::machine::{Busy, Machine};
use crate::shared::Shared;
use jiff::Timestamp;
use runcell_model::caller::Scope;
use runcell_model::job::JobState;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

/// The time until the first sample.
const FIRST_AFTER: Duration = Duration::from_secs(1);
/// How long jobs may take to be counted.
const COUNTED_WITHIN: Duration = Duration::from_secs(2);

impl Shared {
    /// Takes samples for as long as it is awaited.
    pub(crate) async fn keep_history(&self) {
        // A moment after the start, as the first sample is of the time since then.
        let mut clock = interval_at(Instant::now() + FIRST_AFTER, SAMPLE_EVERY);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut before = Busy::now();
        loop {
            clock.tick().await;
            let now = Busy::now();
            let sample = self.sample(now.since(&before)).await;
            before = now;
            self.history.add(sample);
        }
    }

    async fn sample(&self, busy: f64) -> Sample {
        let Machine { load, memory_bytes, available_bytes, .. } = Machine::look(None);
        let (_, runs_running, runs_waiting) = self.permits.counts();
        let (jobs_running, jobs_pending) = self.jobs_under_way().await;
        Sample {
            at_ms: Timestamp::now().as_millisecond(),
            busy,
            load,
            memory_bytes: memory_bytes.saturating_sub(available_bytes),
            runs_running: runs_running as u64,
            runs_waiting: runs_waiting as u64,
            jobs_running,
            jobs_pending,
        }
    }

    /// Jobs that run and jobs that wait; none where the store is not open, or does not answer soon.
    async fn jobs_under_way(&self) -> (u64, u64) {
        let Some(store) = self.opened_store() else { return (0, 0) };
        let counts = timeout(COUNTED_WITHIN, async { store.view(&Scope::All).counts().await }).await;
        let Ok(Ok(counts)) = counts else { return (0, 0) };
        let of = |state| counts.get(&state).copied().unwrap_or(0);
        (of(JobState::Running), of(JobState::Pending))
    }
}
