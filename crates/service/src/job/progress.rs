//! How far a running job says it is.
//!
//! Owns when its file is looked at, and that a change is recorded once. What is in the file is the program's.

use super::work::Work;
use runcell_model::job::{JobProgress, JobRecord};
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often the file is looked at: a change is a write to the database.
const EVERY: Duration = Duration::from_millis(500);

/// Looks at the progress of a job that runs here.
pub(super) struct ProgressReader<'a> {
    work: &'a Work,
    job: &'a JobRecord,
    /// The recorded progress.
    known: Option<JobProgress>,
    clock: Interval,
}

impl<'a> ProgressReader<'a> {
    pub(super) fn new(work: &'a Work, job: &'a JobRecord) -> Self {
        let mut clock = interval(EVERY);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { work, job, known: job.progress.clone(), clock }
    }

    /// Waits until it is time to look again.
    pub(super) async fn due(&mut self) {
        self.clock.tick().await;
    }

    /// Looks, and records what has changed. What cannot be read, or not be recorded, is looked at again.
    pub(super) async fn look(&mut self) {
        let folder = self.work.store.files().job(self.job.id);
        let Ok(Some(found)) = folder.progress().await else { return };
        if self.known.as_ref() == Some(&found) {
            return;
        }
        match self.work.store.set_progress(self.job.id, Some(&found)).await {
            Ok(()) => self.known = Some(found),
            Err(error) => tracing::debug!(job = %self.job.id, %error, "the progress of a job was not recorded"),
        }
    }
}
