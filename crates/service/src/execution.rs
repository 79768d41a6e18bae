//! The door of recorded runs: what a face keeps of runs that it answered.
//!
//! Owns who may read and remove them, and how much of an outcome is kept. The runs themselves are in `run`; a record of one
//! neither starts nor stops it.

use crate::error::ServiceError;
use crate::trail::Trail;
use runcell_model::caller::{Caller, Operation};
use runcell_model::config::ExecutionsConfig;
use runcell_model::execution::{ExecutionEnd, ExecutionFilter, ExecutionId, ExecutionRecord, FinishedExecution};
use runcell_model::page::Page;
use runcell_store::{ExecutionNote, Store, View};

/// Recorded runs, for one caller.
pub struct Executions<'a> {
    pub(crate) store: &'a Store,
    pub(crate) trail: &'a Trail,
    pub(crate) caller: &'a Caller,
    pub(crate) config: ExecutionsConfig,
}

impl Executions<'_> {
    /// An id for a run that is recorded afterwards.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the system has no random bytes.
    pub fn new_id(&self) -> Result<ExecutionId, ServiceError> {
        Ok(ExecutionId::from_random(self.store.random()?))
    }

    /// Records a run that begins. When this answers, the record outlives the process.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not run code.
    pub async fn begin(&self, runtime: &str) -> Result<ExecutionId, ServiceError> {
        self.caller.may(Operation::RunCode)?;
        let runtime: String = runtime.chars().filter(|c| !c.is_control()).take(100).collect();
        Ok(self.store.begin_execution(&self.caller.tenant, &self.caller.user, &runtime).await?)
    }

    /// Records the end of a run. One that has ended keeps its end.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be used.
    pub async fn end(&self, id: &ExecutionId, end: ExecutionEnd) -> Result<(), ServiceError> {
        self.caller.may(Operation::RunCode)?;
        Ok(self.view().end_execution(id, &self.short(end)).await?)
    }

    /// Records a run that ended, soon and without waiting.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not run code.
    pub fn record(&self, run: FinishedExecution) -> Result<(), ServiceError> {
        self.caller.may(Operation::RunCode)?;
        if self.config.keep == 0 {
            return Ok(());
        }
        let run = FinishedExecution { end: self.short(run.end), ..run };
        let (tenant, user) = (self.caller.tenant.clone(), self.caller.user.clone());
        self.trail.record(ExecutionNote { tenant, user, run });
        Ok(())
    }

    /// The recorded runs of the tenant that a filter selects, the newest first, a page of them, without their outcomes.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be asked.
    pub async fn list(&self, filter: &ExecutionFilter) -> Result<Page<ExecutionRecord>, ServiceError> {
        self.caller.may(Operation::ReadExecutions)?;
        self.trail.flush().await;
        Ok(self.view().executions(filter).await?)
    }

    /// A recorded run, with its outcome.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has none of this id.
    pub async fn get(&self, id: &ExecutionId) -> Result<ExecutionRecord, ServiceError> {
        self.caller.may(Operation::ReadExecutions)?;
        self.trail.flush().await;
        Ok(self.view().execution(id).await?)
    }

    /// Stops a run that goes on by this, and leaves its line in the audit. What goes on is known to the face.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not.
    pub fn stop<T>(&self, id: &ExecutionId, stop: impl FnOnce() -> T) -> Result<T, ServiceError> {
        let act = self.trail.begin(self.caller, Operation::RemoveExecutions, id.as_str())?;
        let stopped = stop();
        act.end("done", "stopped");
        Ok(stopped)
    }

    /// Removes the record of a run that has ended.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has none of this id, [`ServiceError::Invalid`] where it goes on.
    pub async fn remove(&self, id: &ExecutionId) -> Result<(), ServiceError> {
        let act = self.trail.begin(self.caller, Operation::RemoveExecutions, id.as_str())?;
        act.during(async { Ok(self.view().remove_execution(id).await?) }).await
    }

    /// An end without an outcome that is too long to keep.
    fn short(&self, end: ExecutionEnd) -> ExecutionEnd {
        let most = usize::try_from(self.config.outcome_bytes).unwrap_or(usize::MAX);
        let fits = |outcome: &serde_json::Value| outcome.to_string().len() <= most;
        ExecutionEnd { outcome: end.outcome.filter(fits), ..end }
    }

    fn view(&self) -> View {
        self.store.view(self.caller.scope())
    }
}
