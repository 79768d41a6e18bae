//! Clients in the words of the protocol.
//!
//! Owns the protocol's requests. A call that names no tool of ours, or that is no call at all, is a protocol error; everything
//! else is a result that a model can read.

use crate::answer::Answer;
use crate::call::Call;
use crate::progress::Progress;
use crate::session::Session;
use crate::tool::{self, Facts, McpTool};
use crate::{describe, resource};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CompleteRequestMethod, CompleteRequestParams, CompleteResult,
    CustomRequest, CustomResult, Extensions, Implementation, ListPromptsRequestMethod, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig,
    SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use runcell_model::caller::Caller;
use runcell_telemetry::trace::{self, TRACEPARENT, TRACESTATE};
use runcell_wire::RefusalJson;
use tracing::{Instrument, Span};

/// Refuses a cursor: every list is one page, so that we have given none.
fn first_page(page: Option<PaginatedRequestParams>) -> Result<(), ErrorData> {
    match page.and_then(|page| page.cursor) {
        None => Ok(()),
        Some(cursor) => {
            let cursor: String = cursor.chars().take(80).collect();
            Err(ErrorData::invalid_params(format!("there is no page {cursor:?}: the list has one page"), None))
        }
    }
}

/// The span of a call: lines of the log below it say whose request it is about. It is a part of the trace that the call names,
/// or else of the HTTP request's.
fn span(caller: &Caller, tool: &str, context: &RequestContext<RoleServer>) -> Span {
    let id = caller.origin().request_id();
    let span = tracing::error_span!("call", id, tenant = caller.tenant.as_str(), tool);
    let named = |name: &str| context.meta.get(name).and_then(|value| value.as_str());
    let parts = context.extensions.get::<http::request::Parts>();
    let header = |name: &str| parts.and_then(|parts| parts.headers.get(name)?.to_str().ok());
    let of_call = named(TRACEPARENT).map(|parent| (parent, named(TRACESTATE)));
    if let Some((parent, state)) = of_call.or_else(|| Some((header(TRACEPARENT)?, header(TRACESTATE)))) {
        trace::continue_from(&span, parent, state);
    }
    span
}

/// Finds the client of a request.
pub(crate) trait Clients: Clone + Send + Sync + 'static {
    /// The client's session.
    ///
    /// # Errors
    /// An error of the protocol where the request does not say whose it is.
    fn session(&self, request: &Extensions) -> Result<Session, ErrorData>;
}

/// The only client of a pair of streams.
impl Clients for Session {
    fn session(&self, _request: &Extensions) -> Result<Session, ErrorData> {
        Ok(self.clone())
    }
}

/// Serves clients.
#[derive(Clone)]
pub(crate) struct Server<C>(pub(crate) C);

impl<C: Clients> ServerHandler for Server<C> {
    fn get_info(&self) -> ServerConfig {
        let server = Implementation::new("runcell", env!("CARGO_PKG_VERSION"));
        let server = server.with_title("runcell").with_description(describe::SERVER);
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources();
        let capabilities = capabilities.enable_resources_subscribe().build();
        ServerConfig::new(capabilities).with_server_info(server).with_instructions(describe::INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        first_page(page)?;
        let session = self.0.session(&context.extensions)?;
        let runtimes = session.runtimes().await.map_err(|error| resource::error_data(&error))?;
        let images = session.service.images(&session.caller);
        let facts = Facts { runtimes: &runtimes, languages: images.languages(), policy: session.service.policy() };
        let groups = session.tool_groups().await;
        Ok(ListToolsResult::with_all_items(tool::list(&facts, &groups, session.config.content_only)))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let unknown = || ErrorData::invalid_params(format!("unknown tool: {}", request.name), None);
        let session = self.0.session(&context.extensions)?;
        let tool = McpTool::find(&request.name, session.config.tools.as_deref()).ok_or_else(unknown)?;
        let exchange = session.exchange.clone();
        let call = Call {
            progress: Progress::wanted(&context, &session.outbox),
            cancelled: context.ct.clone(),
            prepare_wait: session.config.prepare_wait,
            ending: session.ending.clone(),
        };
        let (calls, content_only) = (session.calls.clone(), session.config.content_only);
        // A task of its own: if it were lost to a fault, the client would still get an answer.
        let span = span(&session.caller, tool.name, &context);
        let task = tokio::spawn(calls.track_future(tool.answer(session, request.arguments, call)).instrument(span));
        let answer = task.await.unwrap_or_else(|error| Answer::from(RefusalJson::fault(error.to_string())));
        let result = answer.into_result(content_only);
        if let Some(exchange) = exchange {
            exchange.hold(&result);
        }
        Ok(result.into())
    }

    async fn list_prompts(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Err(ErrorData::method_not_found::<ListPromptsRequestMethod>())
    }

    async fn complete(
        &self,
        _request: CompleteRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        Err(ErrorData::method_not_found::<CompleteRequestMethod>())
    }

    async fn list_resources(
        &self,
        page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        first_page(page)?;
        Ok(ListResourcesResult::with_all_items(self.0.session(&context.extensions)?.resources().await))
    }

    async fn list_resource_templates(
        &self,
        page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        first_page(page)?;
        Ok(ListResourceTemplatesResult::with_all_items(resource::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let session = self.0.session(&context.extensions)?;
        let result = ReadResourceResult::new(vec![session.read(&request.uri, &context.ct).await?]);
        if let Some(exchange) = &session.exchange {
            exchange.hold(&result);
        }
        Ok(result.into())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.0.session(&context.extensions)?.subscribe(request.uri, context.peer).await
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.0.session(&context.extensions)?.unsubscribe(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(Session::accepted(requested))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.0.session(&context.request_context().extensions)?.listen(context).await
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
