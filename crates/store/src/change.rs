//! Live followers: those in this process hear of each change of a job at once.
//!
//! Owns the channel. Changes that other processes make are not heard; who follows such a job asks from time to time.

use super::Store;
use runcell_model::job::{JobChange, JobId, JobState};
use tokio::sync::broadcast;

impl Store {
    /// The changes from now on. A follower that falls behind by a thousand is told so (`Lagged`) and asks for the state.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<JobChange> {
        self.inner.changes.subscribe()
    }

    /// Tells those who follow. That nobody does is fine.
    pub(super) fn tell(&self, id: JobId, state: Option<JobState>) {
        let _ = self.inner.changes.send(JobChange { id, state });
    }
}
