//! One call of a run tool: wait for the runtime, run, tell how it goes.
//!
//! Owns the waiting and what ends it early. Does not read arguments nor write results.

use super::progress::{Batch, Progress};
use super::report::NotRunJson;
use runcell_model::outcome::{Ending, Outcome};
use runcell_model::run::RunEvent;
use runcell_service::{Decision, ImagePreparation, Preparation, ReadyRuntime, Run, RunRequest, Service, ServiceError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// How often a caller is told how far a preparation is.
const TELL: Duration = Duration::from_millis(500);

/// A call: who waits for it, and how it is told to stop.
pub(super) struct Call {
    /// Tells the caller how it goes, if it wants to know.
    pub(super) progress: Option<Progress>,
    /// Cancelled when the caller does not want the answer any more, or is gone.
    pub(super) cancelled: CancellationToken,
    /// Cancelled when the server ends: the caller still waits, and is told.
    pub(super) ending: CancellationToken,
    /// How long it waits for a preparation.
    pub(super) prepare_wait: Duration,
}

impl Call {
    /// Runs a snippet to its end.
    pub(super) async fn run(mut self, service: &Service, request: RunRequest) -> Result<Outcome, NotRunJson> {
        let (cancelled, ending) = (self.cancelled.clone(), self.ending.clone());
        let opening = ending.run_until_cancelled(self.open(service, request));
        let opened = cancelled.run_until_cancelled(opening).await.flatten();
        let Some(run) = opened.transpose()? else { return Ok(Outcome::unstarted(Ending::Cancelled)) };
        Ok(self.follow(run).await?)
    }

    async fn open(&mut self, service: &Service, request: RunRequest) -> Result<Run, NotRunJson> {
        match service.decide(&request)? {
            Decision::Cell(_) => {
                let preparation = service.prepare(&request.runtime)?;
                let ready = self.ready(preparation).await?;
                Ok(service.open_ready(&ready, request).await?)
            }
            Decision::Container(plan) => {
                let image = self.image(service.prepare_image(&plan).await?).await?;
                Ok(service.open_in_container(&plan, image, request).await?)
            }
        }
    }

    /// Waits for an image, but not until the client gives up; its id.
    pub(super) async fn image(&mut self, mut preparation: ImagePreparation) -> Result<String, NotRunJson> {
        let end = Instant::now() + self.prepare_wait;
        loop {
            let patience = TELL.min(end.saturating_duration_since(Instant::now()));
            if let Ok(ready) = timeout(patience, preparation.ready()).await {
                return Ok(ready?);
            }
            let status = preparation.status();
            if Instant::now() >= end {
                return Err(NotRunJson::making(preparation.name(), &status, self.prepare_wait));
            }
            if let Some(progress) = &mut self.progress {
                progress.making(preparation.name(), &status).await;
            }
        }
    }

    /// Waits for a preparation, but not until the client gives up.
    async fn ready(&mut self, mut preparation: Preparation) -> Result<ReadyRuntime, NotRunJson> {
        let end = Instant::now() + self.prepare_wait;
        loop {
            let patience = TELL.min(end.saturating_duration_since(Instant::now()));
            if let Ok(ready) = timeout(patience, preparation.ready()).await {
                return Ok(ready.map_err(ServiceError::from)?);
            }
            let status = preparation.status();
            if Instant::now() >= end {
                return Err(NotRunJson::preparing(preparation.runtime(), &status, self.prepare_wait));
            }
            if let Some(progress) = &mut self.progress {
                progress.preparing(preparation.runtime(), &status).await;
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
