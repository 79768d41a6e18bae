//! Tools in containers for assistants: run them, watch their runs, fetch results.
//!
//! Owns the seven tools and the resources of this part, whose names and shapes users of gorun know. In reading order:
//! `tool` (what a client is told), `argument` (what it asks), `report` (what it gets), `uri` and `resource` (what it can
//! read), `watch` (what it is told by itself). A remote caller names uploaded files and never a path of this machine.

mod argument;
mod report;
mod resource;
mod tool;
mod uri;
mod watch;

pub(super) use resource::templates;
pub(super) use tool::JobTool;

use super::argument::parse;
use argument::{FilterArguments, GetRunArguments, ResultArguments, RunArguments, RunToolArguments, SpecArguments};
use report::{Answer, RefusedJson};
use rmcp::model::{CallToolResult, JsonObject};
use runcell_model::job::JobId;
use runcell_service::{Jobs, LOCAL_OWNER, Runner, Service, ServiceError, Submitted};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use watch::Watches;

/// The longest that a call waits for the end of a run, in milliseconds: less than after which clients give up.
const MAX_WAIT_MS: u64 = 50_000;

/// This part of one connection.
#[derive(Clone)]
pub(super) struct JobFace {
    service: Arc<Service>,
    content_only: bool,
    /// Runs jobs as long as the server lives.
    runner: Arc<Mutex<Option<Runner>>>,
    watches: Arc<Watches>,
}

impl JobFace {
    pub(super) fn new(service: Arc<Service>, content_only: bool) -> Self {
        Self { service, content_only, runner: Arc::default(), watches: Arc::default() }
    }

    /// Goes on with what an earlier server left, if there may be something.
    pub(super) async fn begin(&self) {
        if self.service.may_have_jobs()
            && let Err(error) = self.running_jobs().await
        {
            tracing::warn!(%error, "jobs of an earlier server are left alone");
        }
    }

    /// Stops running jobs; those under way go on in their containers until the next server takes them over.
    pub(super) async fn end(&self) {
        self.watches.clear();
        let Some(runner) = self.runner.lock().await.take() else { return };
        runner.stop().await;
        if let Ok(jobs) = self.service.jobs().await {
            jobs.close().await;
        }
    }

    async fn jobs(&self) -> Result<&Jobs, ServiceError> {
        self.service.jobs().await
    }

    /// The jobs, and that somebody runs them.
    async fn running_jobs(&self) -> Result<&Jobs, ServiceError> {
        let jobs = self.jobs().await?;
        let mut runner = self.runner.lock().await;
        if runner.is_none() {
            *runner = Some(jobs.runner().await?);
        }
        Ok(jobs)
    }

    /// Answers a call of one of the tools.
    pub(super) async fn call(self, tool: JobTool, arguments: Option<JsonObject>) -> CallToolResult {
        let answer = self.answer(tool, arguments).await;
        answer.unwrap_or_else(Answer::refused).into_result(self.content_only)
    }

    async fn answer(&self, tool: JobTool, arguments: Option<JsonObject>) -> Result<Answer, RefusedJson> {
        let name = tool.name();
        match tool {
            JobTool::RunTool => self.run_tool(parse(name, arguments)?).await,
            JobTool::GetRun => self.get_run(parse(name, arguments)?).await,
            JobTool::ListRunResults => {
                let RunArguments { run_id } = parse(name, arguments)?;
                let jobs = self.jobs().await?;
                Ok(Answer::results(run_id, jobs.results(run_id).await?))
            }
            JobTool::GetRunResultFile => {
                let ResultArguments { run_id, filename } = parse(name, arguments)?;
                report::file(self.jobs().await?, run_id, &filename).await
            }
            JobTool::ListSpecs => {
                let FilterArguments { filter } = parse(name, arguments)?;
                Ok(Answer::specs(self.jobs().await?.tools(filter.as_deref()).await?))
            }
            JobTool::GetSpec => {
                let SpecArguments { tool_slug } = parse(name, arguments)?;
                Ok(Answer::spec(self.jobs().await?.tool(None, &tool_slug).await?))
            }
            JobTool::CancelRun => {
                let RunArguments { run_id } = parse(name, arguments)?;
                let jobs = self.running_jobs().await?;
                let outcome = jobs.cancel(run_id).await?;
                Ok(Answer::cancelled(&jobs.get(run_id).await?, outcome))
            }
        }
    }

    async fn run_tool(&self, arguments: RunToolArguments) -> Result<Answer, RefusedJson> {
        let submit = arguments.submit(LOCAL_OWNER)?;
        let jobs = self.running_jobs().await?;
        let Submitted { job, fresh } = jobs.submit(submit).await?;
        Ok(Answer::started(job, fresh))
    }

    async fn get_run(&self, arguments: GetRunArguments) -> Result<Answer, RefusedJson> {
        let (id, jobs) = (arguments.run_id, self.jobs().await?);
        let mut job = jobs.get(id).await?;
        if !job.state.is_final() && arguments.wait_ms > 0 {
            let patience = Duration::from_millis(arguments.wait_ms.min(MAX_WAIT_MS));
            job = match tokio::time::timeout(patience, jobs.wait(id)).await {
                Ok(ended) => ended?,
                Err(_) => jobs.get(id).await?,
            };
        }
        report::run(jobs, job).await
    }
}

/// A number of a job as a path of a URI has it.
fn run_id(text: &str) -> Option<JobId> {
    text.parse().ok()
}
