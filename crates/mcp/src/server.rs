//! One connection: what it is told of us, and which tool a call means.
//!
//! Owns the protocol's requests and the results of tools. A call that names no tool of ours, or is no call at all, is a
//! protocol error; everything else is a result that a model can read.

use super::argument::{self, ArgumentError, NoArguments, RunCodeArguments, RunCodeWithFilesArguments};
use super::job::{JobFace, JobTool};
use super::progress::Progress;
use super::report::{NotRunJson, RunReport};
use super::run::Call;
use super::tool::{self, RuntimeListJson, ToolName};
use super::{McpConfig, content, describe, job};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, CustomRequest, CustomResult, Implementation,
    JsonObject, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig,
    SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use runcell_service::{RunRequest, Service, ServiceError};
use runcell_wire::RuntimeJson;
use serde::Serialize;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Serves one client.
#[derive(Clone)]
pub(super) struct Server {
    service: Arc<Service>,
    config: Arc<McpConfig>,
    /// Tools in containers.
    jobs: JobFace,
    /// The calls under way.
    calls: TaskTracker,
    /// Cancelled when the server ends.
    ending: CancellationToken,
}

impl Server {
    pub(super) fn new(
        service: Arc<Service>,
        config: McpConfig,
        jobs: JobFace,
        calls: TaskTracker,
        ending: CancellationToken,
    ) -> Self {
        Self { service, config: Arc::new(config), jobs, calls, ending }
    }

    pub(super) fn service(&self) -> &Service {
        &self.service
    }

    async fn call(self, tool: ToolName, arguments: Option<JsonObject>, call: Call) -> CallToolResult {
        match tool {
            ToolName::Executor(tool) => self.executor(tool, arguments, call).await,
            ToolName::ListRuntimes => match argument::parse(tool.name(), arguments) {
                Ok(NoArguments {}) => self.list_runtimes().await,
                Err(error) => self.not_run(error.into()),
            },
            ToolName::RunCode | ToolName::RunCodeWithFiles => match self.request(tool, arguments) {
                Ok(request) => match call.run(&self.service, request).await {
                    Ok(outcome) => {
                        let (blocks, json) = content::blocks(outcome);
                        self.result(CallToolResult::success(blocks), RunReport::Ended(Box::new(json)))
                    }
                    Err(report) => self.not_run(report),
                },
                Err(error) => self.not_run(error.into()),
            },
        }
    }

    fn request(&self, tool: ToolName, arguments: Option<JsonObject>) -> Result<RunRequest, ArgumentError> {
        match tool {
            ToolName::RunCodeWithFiles => {
                argument::parse::<RunCodeWithFilesArguments>(tool.name(), arguments)?.request()
            }
            _ => argument::parse::<RunCodeArguments>(tool.name(), arguments)?.request(self.service.policy()),
        }
    }

    async fn list_runtimes(&self) -> CallToolResult {
        match self.runtimes().await {
            Ok(runtimes) => {
                let languages = self.service.container_languages();
                let text = ContentBlock::text(describe::list(&runtimes, languages));
                let container_languages = languages.iter().map(Into::into).collect();
                self.result(CallToolResult::success(vec![text]), RuntimeListJson { runtimes, container_languages })
            }
            Err(error) => CallToolResult::error(vec![ContentBlock::text(error)]),
        }
    }

    /// All runtimes. One of the user's own that cannot be read is left out, and the log says why.
    async fn runtimes(&self) -> Result<Vec<RuntimeJson>, String> {
        let service = self.service.clone();
        // It looks at many files.
        let looked = tokio::task::spawn_blocking(move || {
            let found = service.runtime_names().into_iter().filter_map(|name| {
                let found = name.parse().map_err(|error| ServiceError::Internal(format!("{error}")));
                let found = found.and_then(|runtime| service.runtime(&runtime));
                found.inspect_err(|error| tracing::warn!(%name, %error, "left out a runtime")).ok()
            });
            found.flatten().map(RuntimeJson::from).collect()
        });
        looked.await.map_err(|error| format!("an internal fault: {error}"))
    }

    pub(super) fn not_run(&self, report: NotRunJson) -> CallToolResult {
        let text = ContentBlock::text(report.message.clone());
        self.result(CallToolResult::error(vec![text]), RunReport::NotRun(report))
    }

    pub(super) fn result(&self, mut result: CallToolResult, structured: impl Serialize) -> CallToolResult {
        if !self.config.content_only {
            result.structured_content = serde_json::to_value(structured).ok();
        }
        result
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let server = Implementation::new("runcell", env!("CARGO_PKG_VERSION"));
        let server = server.with_title("runcell").with_description(env!("CARGO_PKG_DESCRIPTION"));
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources();
        let capabilities = capabilities.enable_resources_subscribe().build();
        ServerConfig::new(capabilities).with_server_info(server).with_instructions(describe::INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let runtimes = self.runtimes().await.map_err(|error| ErrorData::internal_error(error, None))?;
        let mut tools =
            tool::all(&runtimes, self.service.container_languages(), self.service.policy(), self.config.content_only);
        tools.extend(JobTool::all(self.config.content_only));
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(tool) = JobTool::from_name(&request.name) {
            let call = self.calls.track_future(self.jobs.clone().call(tool, request.arguments));
            let task = tokio::spawn(self.ending.clone().run_until_cancelled_owned(call));
            let ended = task.await.map_err(|error| error.to_string());
            let ended = ended.and_then(|ended| ended.ok_or_else(|| "the server ends".to_owned()));
            return Ok(ended.unwrap_or_else(|error| self.not_run(NotRunJson::fault(error))).into());
        }
        let unknown = || ErrorData::invalid_params(format!("unknown tool: {}", request.name), None);
        let tool = ToolName::from_name(&request.name).ok_or_else(unknown)?;
        let call = Call {
            progress: Progress::wanted(&context),
            cancelled: context.ct.clone(),
            prepare_wait: self.config.prepare_wait,
            ending: self.ending.clone(),
        };
        // A task of its own: if it were lost to a fault, the client would still get an answer.
        let task = tokio::spawn(self.calls.track_future(self.clone().call(tool, request.arguments, call)));
        Ok(task.await.unwrap_or_else(|error| self.not_run(NotRunJson::fault(error.to_string()))).into())
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(self.jobs.resources().await))
    }

    async fn list_resource_templates(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(job::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        Ok(ReadResourceResult::new(vec![self.jobs.read(&request.uri).await?]).into())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.jobs.subscribe(request.uri, context.peer).await
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.jobs.unsubscribe(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(JobFace::accepted(requested))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.jobs.listen(context).await
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        // The library takes a request whose parameters it cannot read for one that it does not know.
        if matches!(&*request.method, "tools/call" | "tools/list") {
            let reason = format!("the parameters of {} have the wrong shape", request.method);
            return Err(ErrorData::invalid_params(reason, None));
        }
        Err(ErrorData::new(rmcp::model::ErrorCode::METHOD_NOT_FOUND, request.method, None))
    }
}
