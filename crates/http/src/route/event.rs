//! One stream of events for a page: changes of jobs, and samples of the machine.
//!
//! Owns which events there are and how long a stream lasts. Nothing is kept for a client that is away: it reads its lists once
//! after it has connected, and then receives the changes.

use super::job::with_position;
use super::system::SampleJson;
use crate::admission::Who;
use crate::event::{EVENT_STREAM, Events, Gone, event, stream};
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::extract::State;
use axum::response::Response;
use runcell_model::caller::Operation;
use runcell_service::{JobNews, JobWatch, Jobs, Sample};
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::Instrument;

/// The longest time that a stream lasts. A client that connects again shows its credential again.
const LASTS: Duration = Duration::from_secs(600);
/// The pause after the store did not answer.
const PAUSE: Duration = Duration::from_secs(2);

pub(crate) fn rows() -> Vec<Row> {
    let words =
        ("followEvents", "system", "What happens: changes of jobs, and how the machine is, as a stream of events.");
    vec![Row::new("/api/events", Operation::ReadJobs, words, get_with(follow, describe)).unhurried()]
}

fn describe(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    let words = "`hello`: it begins. `job`: a job as it is now. `jobs`: more has changed than is sent one by one, read the list again. \
                 `sample`: how the machine is, as in /api/system/history. The stream ends after ten minutes; ask again.";
    crate::document::also(operation.inner_mut(), 200, EVENT_STREAM, words);
    operation
}

async fn follow(State(app): State<App>, Who(caller): Who) -> Result<NoApi<Response>, Problem> {
    let jobs = app.service.jobs(&caller).await?;
    let (watch, samples) = (jobs.watch().await?, app.service.system(&caller).follow()?);
    let (events, response) = stream();
    let draining = app.gate.draining();
    let following = async move {
        if events.send(event(None, "hello", &Map::<String, Value>::new())).await.is_err() {
            return;
        }
        tokio::select! {
            _ = send_jobs(&events, &jobs, watch) => {}
            _ = send_samples(&events, samples) => {}
            () = events.gone() => {}
            () = draining.cancelled() => {}
            () = sleep(LASTS) => {}
        }
    };
    tokio::spawn(following.in_current_span());
    Ok(NoApi(response))
}

/// Sends changes of jobs. It waits for nothing else, as [`JobWatch::next`] loses changes where it is dropped.
async fn send_jobs(events: &Events, jobs: &Jobs, mut watch: JobWatch) -> Result<(), Gone> {
    loop {
        match watch.next().await {
            Ok(JobNews::Changed(changed)) => {
                for job in changed {
                    // One whose place in the queue cannot be read now changes again when it leaves the queue.
                    if let Ok(job) = with_position(jobs, job).await {
                        events.send(event(None, "job", &job)).await?;
                    }
                }
            }
            Ok(JobNews::Many) => events.send(event(None, "jobs", &Map::<String, Value>::new())).await?,
            Err(error) => {
                tracing::debug!(%error, "jobs cannot be followed at the moment");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Sends samples, for as long as they are taken.
async fn send_samples(events: &Events, mut samples: watch::Receiver<Option<Sample>>) -> Result<(), Gone> {
    while samples.changed().await.is_ok() {
        let sample = *samples.borrow_and_update();
        if let Some(sample) = sample {
            events.send(event(None, "sample", &SampleJson::from(sample))).await?;
        }
    }
    Ok(())
}
