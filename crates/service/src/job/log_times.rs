//! When a job that runs here writes its logs.
//!
//! Owns measuring them; the store keeps the times. The tool may do with its folder as it likes, so that a log that cannot be opened
//! counts as one that has not grown.

use super::log::LogStream;
use super::work::Work;
use jiff::Timestamp;
use runcell_model::job::{JobId, JobRecord};
use runcell_store::LogTimes;

/// Measures the logs of a job whenever it is asked to.
pub(super) struct LogClock<'a> {
    work: &'a Work,
    id: JobId,
    names: [&'static str; 2],
    /// None where the times cannot be written: the job goes on without.
    times: Option<LogTimes>,
}

impl<'a> LogClock<'a> {
    /// Begins; goes on where a job is `resumed`.
    pub(super) async fn start(work: &'a Work, job: &JobRecord, resumed: bool) -> Self {
        let gotap = work.has_gotap(job).await.unwrap_or_default();
        let names = [LogStream::Stdout, LogStream::Stderr].map(|stream| stream.names(gotap)[0]);
        let times = work.store.files().job(job.id).log_times(resumed).await;
        let unusable = |error| tracing::warn!(job = %job.id, %error, "the times of a log are not kept");
        Self { work, id: job.id, names, times: times.map_err(unusable).ok() }
    }

    /// Measures both logs. Times that cannot be written any more end there.
    pub(super) async fn look(&mut self) {
        let Some(times) = &mut self.times else { return };
        let folder = self.work.store.files().job(self.id);
        let mut lengths = [0; 2];
        for (name, length) in self.names.into_iter().zip(&mut lengths) {
            if let Ok(Some((file, _))) = folder.open_log(name).await {
                *length = file.metadata().map_or(0, |metadata| metadata.len());
            }
        }
        // The time is taken after the length: what is in the log then was written before.
        if let Err(error) = times.note(Timestamp::now().as_millisecond(), lengths) {
            tracing::warn!(job = %self.id, %error, "the times of a log end early");
            self.times = None;
        }
    }
}
