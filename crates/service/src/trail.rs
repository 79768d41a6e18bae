//! The trail: every change that somebody asks for passes here, is allowed or refused, and leaves a line in the audit.
//!
//! Owns the one place where rights of changing operations are checked and lines are made, so that no door can forget
//! either: a door that changes something begins an [`Act`], and an act leaves its line however it ends. A place in the queue of
//! lines is taken before anything is done, so that no line is lost to a full queue; where there is none, the change is
//! refused as busy. Lines are written in batches by a task that lives as long as the store is open. Where no store is
//! open (a run in the shell), there is no audit.

use crate::error::ServiceError;
use runcell_model::account::AuditLine;
use runcell_model::caller::{Caller, Operation};
use runcell_model::config::{AuditConfig, ExecutionsConfig};
use runcell_store::{ExecutionNote, Store};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Lines that wait to be written; one more change is refused as busy.
const QUEUE: usize = 8192;
/// Lines of one transaction.
const BATCH: usize = 256;
/// How often what is over is removed.
const TIDY_EVERY: Duration = Duration::from_secs(300);
/// The longest object and detail of a line, in characters.
const MAX_CHARS: usize = 300;

/// A line or a request that waits for the writer.
enum Entry {
    /// A line, and who waits for it.
    Line(Box<AuditLine>, Option<oneshot::Sender<()>>),
    Run(Box<ExecutionNote>),
    /// Everything before it is written when this is told.
    Flush(oneshot::Sender<()>),
    /// The same, and the store is let go of.
    Close(oneshot::Sender<()>),
}

/// The way to the audit. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail(Arc<OnceLock<mpsc::Sender<Entry>>>);

/// A change under way. It leaves its line when it ends, or when it is dropped.
#[derive(Debug)]
pub(crate) struct Act {
    place: Option<mpsc::OwnedPermit<Entry>>,
    line: AuditLine,
}

impl Trail {
    /// Begins to write to a store that was opened, once.
    pub(crate) fn open(&self, store: Store, audit: AuditConfig, executions: ExecutionsConfig) {
        self.0.get_or_init(|| {
            let (sender, entries) = mpsc::channel(QUEUE);
            tokio::spawn(write(store, entries, audit, executions));
            sender
        });
    }

    /// Waits until all lines so far are written.
    pub(crate) async fn flush(&self) {
        self.ask(Entry::Flush).await;
    }

    /// Writes all lines so far and lets go of the store. What comes later is not written.
    pub(crate) async fn close(&self) {
        self.ask(Entry::Close).await;
    }

    async fn ask(&self, entry: fn(oneshot::Sender<()>) -> Entry) {
        let (done, written) = oneshot::channel();
        if let Some(sender) = self.0.get()
            && sender.send(entry(done)).await.is_ok()
        {
            let _closed = written.await;
        }
    }

    /// Begins a change of `object`, if the caller may. An attempt that it may not leaves a line too.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`], and [`ServiceError::Busy`] where the lines cannot be written as fast as they come.
    pub(crate) fn begin(&self, caller: &Caller, operation: Operation, object: &str) -> Result<Act, ServiceError> {
        let place = self.place()?;
        let mut act = Act { place, line: line(caller, operation.name(), object) };
        match caller.may(operation) {
            Ok(()) => Ok(act),
            Err(forbidden) => {
                act.leave("refused", &forbidden.to_string());
                Err(forbidden.into())
            }
        }
    }

    /// Writes a line about somebody who is no caller yet, and waits for it.
    pub(crate) async fn write(&self, line: AuditLine) -> Result<(), ServiceError> {
        let act = Act { place: self.place()?, line };
        act.written().await;
        Ok(())
    }

    /// Records a run that ended. Where too much waits, it is left out.
    pub(crate) fn record(&self, note: ExecutionNote) {
        let full = self.0.get().is_some_and(|sender| sender.try_send(Entry::Run(Box::new(note))).is_err());
        if full {
            tracing::warn!("the record of a run was left out: too many wait to be written");
        }
    }

    fn place(&self) -> Result<Option<mpsc::OwnedPermit<Entry>>, ServiceError> {
        let Some(sender) = self.0.get() else { return Ok(None) };
        match sender.clone().try_reserve_owned() {
            Ok(place) => Ok(Some(place)),
            Err(mpsc::error::TrySendError::Full(_)) => Err(ServiceError::busy(QUEUE)),
            // The store was closed: the process ends.
            Err(mpsc::error::TrySendError::Closed(_)) => Ok(None),
        }
    }
}

impl Act {
    /// Does the change. When this answers, its line is written.
    ///
    /// # Errors
    /// The answer of the change.
    pub(crate) async fn during<T>(
        mut self,
        work: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, ServiceError> {
        let result = work.await;
        self.settle(&result);
        self.written().await;
        result
    }

    /// The same for a change that was done; its line is written soon.
    ///
    /// # Errors
    /// Ends with the answer of the change, and gives it.
    pub(crate) fn done<T>(mut self, result: Result<T, ServiceError>) -> Result<T, ServiceError> {
        self.settle(&result);
        let (end, detail) = (std::mem::take(&mut self.line.end), std::mem::take(&mut self.line.detail));
        self.leave(&end, &detail);
        result
    }

    /// Ends it in words of its own; its line is written soon.
    pub(crate) fn end(mut self, end: &str, detail: &str) {
        self.leave(end, detail);
    }

    fn settle<T>(&mut self, result: &Result<T, ServiceError>) {
        match result {
            Ok(_) => self.line.end = "done".to_owned(),
            Err(error) => (self.line.end, self.line.detail) = ("failed".to_owned(), clean(&error.chain())),
        }
    }

    async fn written(mut self) {
        let (done, written) = oneshot::channel();
        if let Some(place) = self.place.take() {
            place.send(Entry::Line(Box::new(std::mem::take(&mut self.line)), Some(done)));
            let _closed = written.await;
        }
    }

    fn leave(&mut self, end: &str, detail: &str) {
        if let Some(place) = self.place.take() {
            let mut line = std::mem::take(&mut self.line);
            (line.end, line.detail) = (clean(end), clean(detail));
            place.send(Entry::Line(Box::new(line), None));
        }
    }
}

impl Drop for Act {
    fn drop(&mut self) {
        self.leave("abandoned", "");
    }
}

/// A line about a caller.
fn line(caller: &Caller, operation: &str, object: &str) -> AuditLine {
    AuditLine {
        request_id: caller.origin().request_id().map(str::to_owned),
        tenant: caller.tenant.to_string(),
        user: clean(&caller.user),
        role: caller.role.name().to_owned(),
        face: caller.face.name().to_owned(),
        operation: operation.to_owned(),
        object: clean(object),
        address: caller.origin().address().as_ref().map(IpAddr::to_string),
        ..AuditLine::default()
    }
}

/// A text of a stranger as a line may hold it: short, and without what would forge another line.
fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(MAX_CHARS).collect()
}

/// Writes what comes, many at a time, until the last sender is gone.
async fn write(store: Store, mut entries: mpsc::Receiver<Entry>, audit: AuditConfig, executions: ExecutionsConfig) {
    let mut tidy = tokio::time::interval_at(tokio::time::Instant::now() + TIDY_EVERY, TIDY_EVERY);
    tidy.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            count = entries.recv_many(&mut batch, BATCH) => {
                if count == 0 {
                    return;
                }
                let closers = put(&store, &mut batch).await;
                if !closers.is_empty() {
                    entries.close();
                    drop(store);
                    closers.into_iter().for_each(tell);
                    return;
                }
            }
            _ = tidy.tick() => forget(&store, audit, executions).await,
        }
    }
}

/// Writes a batch; answers who wants the store to be let go of.
async fn put(store: &Store, batch: &mut Vec<Entry>) -> Vec<oneshot::Sender<()>> {
    let (mut lines, mut runs, mut waiting, mut closers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for entry in batch.drain(..) {
        match entry {
            Entry::Line(line, done) => {
                lines.push(*line);
                waiting.extend(done);
            }
            Entry::Run(note) => runs.push(*note),
            Entry::Flush(done) => waiting.push(done),
            Entry::Close(done) => closers.push(done),
        }
    }
    if (!lines.is_empty() || !runs.is_empty())
        && let Err(error) = store.note(&lines, &runs).await
    {
        // The change is done; the log has the line that the audit lacks.
        let error = ServiceError::from(error).chain();
        for line in lines {
            tracing::error!(%error, ?line, "a line of the audit could not be written");
        }
    }
    waiting.into_iter().for_each(tell);
    closers
}

fn tell(waiting: oneshot::Sender<()>) {
    // The one who waited may be gone.
    let _gone = waiting.send(());
}

async fn forget(store: &Store, audit: AuditConfig, executions: ExecutionsConfig) {
    let work = async {
        if audit.keep_ms > 0 {
            store.forget_audit(audit.keep_ms).await?;
        }
        store.lose_executions().await?;
        store.forget_executions(executions.keep, executions.keep_ms).await
    };
    if let Err(error) = work.await {
        tracing::warn!(%error, "what is over could not be removed from the database; it is tried again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::caller::{Face, Role, Tenant};

    #[test]
    fn a_line_cannot_be_forged() {
        let caller = Caller::new(Tenant::local(), "a\nb", Role::Viewer, Face::Http);
        let line = line(&caller, "x", &format!("1\r\n{}", "y".repeat(1000)));
        assert_eq!((&*line.user, line.object.len(), &line.object[..4]), ("a b", MAX_CHARS, "1  y"));
    }

    #[test]
    fn without_a_store_rights_are_checked_all_the_same() {
        let trail = Trail::default();
        let viewer = Caller::new(Tenant::local(), "a", Role::Viewer, Face::Http);
        assert!(matches!(trail.begin(&viewer, Operation::RunCode, ""), Err(ServiceError::Forbidden(_))));
        let act = trail.begin(&Caller::operator(Face::Shell), Operation::RunCode, "").expect("allowed");
        act.end("completed", "");
    }
}
