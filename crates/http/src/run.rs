//! One run of a snippet: wait for what it runs in, run, tell how it goes, and end it where the caller or the server wants.
//!
//! Owns the waiting and what ends it early. Reads no request and writes no answer.

use crate::listen::{Listen, Told};
use crate::state::App;
use runcell_model::caller::Caller;
use runcell_model::outcome::{Ending, Outcome};
use runcell_service::{Patience, Preparation, Ready, Run, RunRequest, ServiceError, Waited};
use runcell_wire::RefusalJson;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The time between two words about a preparation.
const TELL: Duration = Duration::from_millis(250);

/// Runs a snippet to its end. `stop` ends it early: the outcome says that it was cancelled.
pub(crate) async fn run<L: Listen>(
    app: &App,
    caller: &Caller,
    request: RunRequest,
    listener: &mut L,
    stop: &CancellationToken,
) -> Result<Outcome, RefusalJson> {
    let opened = stop.run_until_cancelled(open(app, caller, request, listener)).await;
    let Some(opened) = opened else { return Ok(Outcome::unstarted(Ending::Cancelled)) };
    let run = opened?;
    listener.hear(Told::Running);
    Ok(follow(run, listener, stop).await?)
}

async fn open<L: Listen>(
    app: &App,
    caller: &Caller,
    request: RunRequest,
    listener: &mut L,
) -> Result<Run, RefusalJson> {
    let runs = app.service.runs(caller);
    let plan = runs.plan(request)?;
    let ready = ready(app, runs.prepare(&plan).await?, listener).await?;
    Ok(runs.start(plan, ready).await?)
}

/// Waits for a preparation, but no longer than a client waits for an answer.
pub(crate) async fn ready<L: Listen>(
    app: &App,
    mut preparation: Preparation,
    listener: &mut L,
) -> Result<Ready, RefusalJson> {
    let at_most = Duration::from_secs(app.config.prepare_seconds);
    // A listener that sees the progress can wait as long as it takes.
    let patience = Patience::new((!L::OUTPUT).then_some(at_most), TELL);
    loop {
        match patience.wait(&mut preparation).await? {
            Waited::Ready(ready) => return Ok(ready),
            Waited::TooLong => return Err(RefusalJson::preparing(&preparation, at_most)),
            Waited::Working => listener.hear(Told::preparing(&preparation)),
        }
    }
}

/// Follows a run to its end.
async fn follow<L: Listen>(mut run: Run, listener: &mut L, stop: &CancellationToken) -> Result<Outcome, ServiceError> {
    let canceller = run.canceller();
    let ending = async {
        while L::OUTPUT
            && let Some(event) = run.next_event().await
        {
            listener.hear(Told::Event(event));
        }
        run.outcome().await
    };
    let mut ending = std::pin::pin!(ending);
    tokio::select! {
        outcome = ending.as_mut() => outcome,
        () = stop.cancelled() => {
            canceller.cancel();
            ending.await
        }
    }
}
