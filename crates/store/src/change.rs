//! Live followers: code in this process that is notified of each change of a job at once.
//!
//! Owns the channel. Changes by other processes do not arrive here; a follower of such a job asks from time to time.

use super::Store;
use runcell_model::job::{JobChange, JobId, JobState};
use tokio::sync::broadcast;

impl Store {
    /// The changes from now on. A follower that falls behind by a thousand gets `Lagged` and asks for the state.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<JobChange> {
        self.inner.changes.subscribe()
    }

    /// Notifies all followers, if there are any.
    pub(super) fn tell(&self, id: JobId, state: Option<JobState>) {
        let _ = self.inner.changes.send(JobChange { id, state });
    }
}
