//! Tools in containers and their jobs, which users of gorun know as runs.
//!
//! Owns the calls. A remote caller names uploaded files and never a path of this machine.

use super::job_answer as answer;
use super::job_argument::{
    FilterArguments, GetRunArguments, ResultArguments, RunArguments, RunToolArguments, SpecArguments,
    SubmitJobArguments,
};
use crate::answer::Answer;
use crate::call::Call;
use crate::session::Session;
use runcell_service::Submitted;
use runcell_wire::RefusalJson;
use std::time::Duration;

/// The longest that a call waits for the end of a run, in milliseconds: less than after which clients give up.
const MAX_WAIT_MS: u64 = 50_000;

/// `run_tool`.
pub(super) async fn submit(session: Session, given: RunToolArguments, _: Call) -> Result<Answer, RefusalJson> {
    let submit = given.submit()?;
    let Submitted { job, fresh } = session.running_jobs().await?.submit(submit).await?;
    Ok(answer::started(job, fresh))
}

/// `submit_job`.
pub(super) async fn submit_command(
    session: Session,
    given: SubmitJobArguments,
    _: Call,
) -> Result<Answer, RefusalJson> {
    let submit = given.submit()?;
    let Submitted { job, fresh } = session.running_jobs().await?.submit(submit).await?;
    Ok(answer::started(job, fresh))
}

/// `get_run`.
pub(super) async fn get(session: Session, given: GetRunArguments, _: Call) -> Result<Answer, RefusalJson> {
    let (id, jobs) = (given.run_id, session.jobs().await?);
    let mut job = jobs.get(id).await?;
    if !job.state.is_final() && given.wait_ms > 0 {
        let patience = Duration::from_millis(given.wait_ms.min(MAX_WAIT_MS));
        let ended = session.ending.run_until_cancelled(tokio::time::timeout(patience, jobs.wait(id))).await;
        job = match ended {
            Some(Ok(ended)) => ended?,
            // It goes on, or the server ends.
            Some(Err(_)) | None => jobs.get(id).await?,
        };
    }
    answer::run(&jobs, job).await
}

/// `list_run_results`.
pub(super) async fn results(session: Session, given: RunArguments, _: Call) -> Result<Answer, RefusalJson> {
    let list = session.jobs().await?.results(given.run_id).await?;
    Ok(answer::results(given.run_id, list))
}

/// `get_run_result_file`.
pub(super) async fn result(session: Session, given: ResultArguments, _: Call) -> Result<Answer, RefusalJson> {
    answer::file(&session.jobs().await?, given.run_id, &given.path).await
}

/// `list_specs`.
pub(super) async fn tools(session: Session, given: FilterArguments, _: Call) -> Result<Answer, RefusalJson> {
    Ok(answer::specs(session.tools().await?.list(given.filter.as_deref()).await?))
}

/// `get_spec`.
pub(super) async fn tool(session: Session, given: SpecArguments, _: Call) -> Result<Answer, RefusalJson> {
    Ok(answer::spec(session.tools().await?.get(None, &given.tool_slug).await?))
}

/// `cancel_run`.
pub(super) async fn cancel(session: Session, given: RunArguments, _: Call) -> Result<Answer, RefusalJson> {
    let jobs = session.running_jobs().await?;
    let outcome = jobs.cancel(given.run_id).await?;
    Ok(answer::cancelled(&jobs.get(given.run_id).await?, outcome))
}
