//! One call of a run tool: wait for the runtime, run, tell how it goes.
//!
//! Owns the waiting and what ends it early. Does not read arguments nor write results.

use super::progress::{Batch, Progress};
use runcell_model::outcome::{Ending, Outcome};
use runcell_model::run::RunEvent;
use runcell_service::{Patience, Preparation, Ready, Run, RunRequest, Runs, ServiceError, Waited};
use runcell_wire::RefusalJson;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// The time between two notifications of the progress of a preparation.
const TELL: Duration = Duration::from_millis(500);

/// A call: its caller, and the signals that stop it.
pub(super) struct Call {
    /// Tells the caller how it goes, if it wants to know.
    pub(super) progress: Option<Progress>,
    /// Cancelled when the caller does not want the answer any more, or is gone.
    pub(super) cancelled: CancellationToken,
    /// Cancelled when the server ends: the caller still waits and gets an answer.
    pub(super) ending: CancellationToken,
    /// How long it waits for a preparation.
    pub(super) prepare_wait: Duration,
}

impl Call {
    /// Runs a snippet to its end, in the four steps of a run.
    pub(super) async fn run(mut self, runs: &Runs<'_>, request: RunRequest) -> Result<Outcome, RefusalJson> {
        let (cancelled, ending) = (self.cancelled.clone(), self.ending.clone());
        let opening = ending.run_until_cancelled(self.open(runs, request));
        let opened = cancelled.run_until_cancelled(opening).await.flatten();
        let Some(run) = opened.transpose()? else { return Ok(Outcome::unstarted(Ending::Cancelled)) };
        Ok(self.follow(run).await?)
    }

    async fn open(&mut self, runs: &Runs<'_>, request: RunRequest) -> Result<Run, RefusalJson> {
        let plan = runs.plan(request)?;
        let ready = self.ready(runs.prepare(&plan).await?).await?;
        Ok(runs.start(plan, ready).await?)
    }

    /// Waits for a preparation, but only as long as the client does not give up.
    pub(super) async fn ready(&mut self, mut preparation: Preparation) -> Result<Ready, RefusalJson> {
        let patience = Patience::new(Some(self.prepare_wait), TELL);
        loop {
            match patience.wait(&mut preparation).await? {
                Waited::Ready(ready) => return Ok(ready),
                Waited::TooLong => return Err(RefusalJson::preparing(&preparation, self.prepare_wait)),
                Waited::Working => {}
            }
            if let Some(progress) = &mut self.progress {
                progress.preparing(preparation.subject(), &preparation.status()).await;
            }
        }
    }

    /// Waits for the end of a run, and tells its output where that is wanted.
    async fn follow(mut self, mut run: Run) -> Result<Outcome, ServiceError> {
        // A task of its own, since a client that cancels may not read what we try to tell it at the moment. It ends
        // with the call: the library cancels the token then.
        let (cancelled, ending, stop) = (self.cancelled.clone(), self.ending.clone(), run.canceller());
        tokio::spawn(async move {
            tokio::select! {
                () = cancelled.cancelled() => {}
                () = ending.cancelled() => {}
            }
            stop.cancel();
        });
        if let Some(progress) = &mut self.progress {
            tell_output(&mut run, progress, &self.cancelled).await;
        }
        run.outcome().await
    }
}

async fn tell_output(run: &mut Run, progress: &mut Progress, cancelled: &CancellationToken) {
    let mut batch = Batch::default();
    loop {
        let due = batch.due();
        let told = tokio::select! {
            biased;
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => batch.take(false),
            event = run.next_event() => match event {
                Some(RunEvent::Output { bytes, .. }) => {
                    batch.push(&bytes);
                    None
                }
                None => break,
            },
        };
        match told {
            // Nobody listens any more: the protocol forbids to tell more.
            _ if cancelled.is_cancelled() => return,
            Some(text) => progress.output(text).await,
            None => {}
        }
    }
    if let Some(text) = batch.take(true).filter(|_| !cancelled.is_cancelled()) {
        progress.output(text).await;
    }
}
