//! How the machine was during the last hour: a sample every few seconds, in the memory of the server.
//!
//! Owns the samples and their bound: 720 of less than 100 bytes. `sampler` takes them. They begin when the server starts, and a
//! restart forgets them: a site that wants more reads the metrics.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// The time between two samples.
pub const SAMPLE_EVERY: Duration = Duration::from_secs(5);
/// Samples that are kept: those of an hour.
const KEPT: usize = 720;

/// How the machine was at a moment. Counts are of all tenants.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sample {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// The part of the processors that was busy since the sample before, from 0 to 1.
    pub busy: f64,
    /// Tasks that ran or waited to run on average during the last minute.
    pub load: f64,
    /// Memory that is in use, in bytes.
    pub memory_bytes: u64,
    /// Snippets that run.
    pub runs_running: u64,
    /// Snippets that wait for a place.
    pub runs_waiting: u64,
    /// Jobs that run.
    pub jobs_running: u64,
    /// Jobs that wait for their turn.
    pub jobs_pending: u64,
}

/// The samples of the last hour.
#[derive(Debug, Default)]
pub(crate) struct History {
    kept: Mutex<VecDeque<Sample>>,
    newest: watch::Sender<Option<Sample>>,
}

impl History {
    fn kept(&self) -> MutexGuard<'_, VecDeque<Sample>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The samples, the oldest first.
    pub(crate) fn samples(&self) -> Vec<Sample> {
        self.kept().iter().copied().collect()
    }

    /// The newest sample, and each that follows it.
    pub(crate) fn follow(&self) -> watch::Receiver<Option<Sample>> {
        self.newest.subscribe()
    }

    /// Adds a sample; the oldest makes room for it.
    pub(crate) fn add(&self, sample: Sample) {
        let mut kept = self.kept();
        kept.push_back(sample);
        let more = kept.len().saturating_sub(KEPT);
        kept.drain(..more);
        drop(kept);
        self.newest.send_replace(Some(sample));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_kept_and_no_more() {
        let history = History::default();
        let follower = history.follow();
        assert!(history.samples().is_empty() && follower.borrow().is_none());
        for at_ms in 0..1000 {
            history.add(Sample { at_ms, ..Sample::default() });
        }
        let samples = history.samples();
        assert_eq!((samples.len(), samples[0].at_ms, samples[KEPT - 1].at_ms), (KEPT, 280, 999));
        assert_eq!(follower.borrow().map(|sample| sample.at_ms), Some(999));
        assert!(size_of::<Sample>() < 100 && SAMPLE_EVERY * 720 == Duration::from_secs(3600));
    }
}
