//! How the server ends: new work is refused, work under way ends or is answered, then connections close.
//!
//! Owns the three moments of it, and the count of work under way. Knows no request.

use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// How long work may take to answer after it was told to end.
const LINGER: Duration = Duration::from_secs(2);

/// The end of the server, as everything that serves sees it. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate {
    /// No new work from here on; streams that only watch end.
    draining: CancellationToken,
    /// Runs that still go on are cancelled, and answered so.
    ending: CancellationToken,
    /// Connections close.
    closed: CancellationToken,
    work: TaskTracker,
}

impl Gate {
    /// Whether new work is refused.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// A piece of work, under way until the token is dropped; `None` where it is refused.
    pub(crate) fn enter(&self) -> Option<TaskTrackerToken> {
        (!self.is_draining()).then(|| self.work.token())
    }

    /// Cancelled when no new work is taken any more.
    pub(crate) fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Cancelled when work under way is to end at once.
    pub(crate) fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// Cancelled when connections are to close.
    pub(crate) fn closed(&self) -> CancellationToken {
        self.closed.clone()
    }

    /// Ends the server: work under way may go on for `patience`.
    pub(crate) async fn drain(&self, patience: Duration) {
        self.draining.cancel();
        self.work.close();
        if tokio::time::timeout(patience, self.work.wait()).await.is_err() {
            tracing::info!(work = self.work.len(), "work under way is ended");
            self.ending.cancel();
            // Work that does not answer now never will.
            let _ = tokio::time::timeout(LINGER, self.work.wait()).await;
        }
        self.closed.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_under_way_may_end_and_then_must() {
        let gate = Gate::default();
        let work = gate.enter().expect("it is open");
        let draining = tokio::spawn({
            let gate = gate.clone();
            async move { gate.drain(Duration::ZERO).await }
        });
        gate.draining().cancelled().await;
        assert!(gate.enter().is_none() && !gate.ending().is_cancelled());
        gate.ending().cancelled().await;
        assert!(!gate.closed().is_cancelled());
        drop(work);
        draining.await.expect("ends");
        assert!(gate.closed().is_cancelled());
    }
}
