//! A server as the official conformance suite wants it: MCP tools, resources and prompts that do nothing but answer as it
//! expects. They are here to show the transport; the product has none of them.

#![expect(deprecated, reason = "sampling, roots and logging are what clients of 2025-11-25 have")]

use super::fixture_data::{FIXED, PNG, fixed, form, schema};
use super::fixture_input as input;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, CompleteRequestParams, CompleteResult,
    GetPromptRequestParams, GetPromptResponse, GetPromptResult, Implementation, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ProgressNotificationParam, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ServerCapabilities,
    ServerConfig, ServerRequest, SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter, Tool,
    UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext, SubscriptionSink};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The tools that do something.
const ACTIVE: [&str; 12] = [
    "test_tool_with_logging",
    "test_tool_with_progress",
    "test_sampling",
    "test_elicitation",
    "test_elicitation_sep1034_defaults",
    "test_elicitation_sep1330_enums",
    "test_custom_header",
    "test_trigger_tool_change",
    "test_trigger_prompt_change",
    "test_missing_capability",
    "test_streaming_elicitation",
    "test_logging_tool",
];

/// The server of the suite.
#[derive(Clone, Default)]
pub struct Fixture {
    subscribers: Arc<Mutex<Vec<SubscriptionSink>>>,
    states: input::States,
}

/// A value of the library, from the JSON that the specification shows.
pub fn of<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A result that is the end of a request.
pub fn complete<T: DeserializeOwned>(mut result: Value) -> T {
    result["resultType"] = "complete".into();
    of(result)
}

fn text(text: &str) -> CallToolResult {
    complete(json!({ "content": [{ "type": "text", "text": text }] }))
}

fn tool(name: &str) -> Tool {
    of(json!({ "name": name, "description": format!("The fixture {name}"), "inputSchema": schema(name) }))
}

/// Asks the client something, and tells what it said.
async fn ask(context: &RequestContext<RoleServer>, request: ServerRequest) -> CallToolResult {
    match context.peer.send_request(request).await {
        Ok(said) => text(&format!("The client said: {}", serde_json::to_string(&said).unwrap())),
        Err(error) => complete(json!({ "content": [{ "type": "text", "text": error.to_string() }], "isError": true })),
    }
}

async fn log(context: &RequestContext<RoleServer>, level: Value, words: &str) {
    let param = of(json!({ "level": level, "logger": "fixture", "data": words }));
    context.peer.notify_logging_message(param).await.unwrap();
}

async fn progress(context: &RequestContext<RoleServer>) {
    let Some(token) = context.meta.get_progress_token() else { return };
    for value in [0.0, 50.0, 100.0] {
        let param = ProgressNotificationParam::new(token.clone(), value).with_total(100.0).with_message("step");
        context.peer.notify_progress(param).await.unwrap();
    }
}

/// The question of one of the tools to the client.
fn question(name: &str, argument: impl Fn(&str) -> Option<String>) -> Option<ServerRequest> {
    match name {
        "test_sampling" => {
            let text = argument("prompt").unwrap_or_default();
            let words = json!({ "role": "user", "content": { "type": "text", "text": text } });
            let params = json!({ "messages": [words], "maxTokens": 100 });
            let request = of(json!({ "method": "sampling/createMessage", "params": params }));
            Some(ServerRequest::CreateMessageRequest(request))
        }
        "test_elicitation" | "test_elicitation_sep1034_defaults" | "test_elicitation_sep1330_enums" => {
            let message = argument("message").unwrap_or_else(|| "Please say".to_owned());
            Some(ServerRequest::ElicitRequest(of(form(name, &message))))
        }
        _ => None,
    }
}

impl Fixture {
    async fn act(
        &self,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        let argument = |name: &str| request.arguments.as_ref()?.get(name)?.as_str().map(str::to_owned);
        if let Some(question) = question(&request.name, argument) {
            return Ok(ask(context, question).await);
        }
        match &*request.name {
            "test_tool_with_logging" => {
                for words in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
                    log(context, json!("info"), words).await;
                }
            }
            "test_tool_with_progress" => progress(context).await,
            "test_custom_header" => {
                let value = argument("value").ok_or_else(|| ErrorData::invalid_params("value is a text", None))?;
                return Ok(text(&value));
            }
            "test_trigger_tool_change" => self.tell_change(true).await,
            "test_trigger_prompt_change" => self.tell_change(false).await,
            "test_missing_capability"
                if context.meta.client_capabilities().is_none_or(|has| has.sampling.is_none()) =>
            {
                let needed: ClientCapabilities = of(json!({ "sampling": {} }));
                return Err(ErrorData::missing_required_client_capability(needed));
            }
            "test_logging_tool" => {
                if let Some(level) = context.meta.log_level() {
                    log(context, serde_json::to_value(level).unwrap(), "a level was asked for").await;
                }
            }
            "test_missing_capability" | "json_schema_2020_12_tool" => {}
            name => return Err(ErrorData::invalid_params(format!("unknown tool: {name}"), None)),
        }
        Ok(text("done"))
    }

    async fn tell_change(&self, of_tools: bool) {
        let subscribers = self.subscribers.lock().unwrap().clone();
        for one in subscribers {
            // One that has left is no fault.
            let _ =
                if of_tools { one.notify_tool_list_changed().await } else { one.notify_prompt_list_changed().await };
        }
    }
}

impl ServerHandler for Fixture {
    fn get_info(&self) -> ServerConfig {
        let capabilities: ServerCapabilities = of(json!({
            "prompts": { "listChanged": true }, "resources": { "subscribe": true, "listChanged": true },
            "tools": { "listChanged": true }, "logging": {}, "completions": {},
        }));
        ServerConfig::new(capabilities).with_server_info(Implementation::new("fixture", "1"))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        (name == "test_custom_header").then(|| tool(name))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let names = FIXED.into_iter().chain(ACTIVE).chain(input::TOOLS).chain(["json_schema_2020_12_tool"]);
        Ok(cached(json!({ "tools": names.map(tool).collect::<Vec<_>>() })))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(result) = fixed(&request.name) {
            return Ok(complete::<CallToolResult>(result).into());
        }
        if let Some(answer) = self.states.call(&request, &context.meta) {
            return answer;
        }
        self.act(&request, &context).await.map(Into::into)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(cached(json!({ "resources": [
            { "uri": "test://static-text", "name": "text", "mimeType": "text/plain" },
            { "uri": "test://static-binary", "name": "binary", "mimeType": "image/png" },
        ] })))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let template =
            json!({ "uriTemplate": "test://template/{id}/data", "name": "template", "mimeType": "application/json" });
        Ok(cached(json!({ "resourceTemplates": [template] })))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let uri = &request.uri;
        let id = uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data"));
        let contents = match (uri.as_str(), id) {
            ("test://static-text", _) => {
                json!({ "uri": uri, "mimeType": "text/plain", "text": "This is the content of the static text resource." })
            }
            ("test://static-binary", _) => json!({ "uri": uri, "mimeType": "image/png", "blob": PNG }),
            (_, Some(id)) => {
                let text = json!({ "id": id, "templateTest": true, "data": format!("Data for ID: {id}") }).to_string();
                json!({ "uri": uri, "mimeType": "application/json", "text": text })
            }
            _ => return Err(ErrorData::resource_not_found(format!("there is no {uri}"), Some(json!({ "uri": uri })))),
        };
        Ok(cached::<ReadResourceResult>(json!({ "contents": [contents] })).into())
    }

    async fn subscribe(&self, _: SubscribeRequestParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn unsubscribe(&self, _: UnsubscribeRequestParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(requested.supported_by(&self.get_info().capabilities))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.subscribers.lock().unwrap().push(context.sink().clone());
        context.cancelled().await;
        Ok(())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let arguments = json!([{ "name": "arg1", "required": true }, { "name": "arg2", "required": true }]);
        let plain =
            ["test_simple_prompt", "test_prompt_with_embedded_resource", "test_prompt_with_image", input::PROMPT];
        let mut prompts: Vec<Value> =
            plain.iter().map(|name| json!({ "name": name, "description": "A fixture" })).collect();
        prompts
            .push(json!({ "name": "test_prompt_with_arguments", "description": "A fixture", "arguments": arguments }));
        Ok(cached(json!({ "prompts": prompts })))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        if request.name == input::PROMPT {
            return Ok(input::prompt(&request));
        }
        let given: HashMap<String, Value> = of(json!(request.arguments.unwrap_or_default()));
        let given = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let words = |words: String| json!({ "type": "text", "text": words });
        let contents = match &*request.name {
            "test_simple_prompt" => vec![words("This is a simple prompt for testing.".to_owned())],
            "test_prompt_with_arguments" => {
                vec![words(format!("Prompt with arguments: arg1='{}', arg2='{}'", given("arg1"), given("arg2")))]
            }
            "test_prompt_with_embedded_resource" => {
                let resource = json!({ "uri": given("resourceUri"), "mimeType": "text/plain", "text": "Embedded resource content for testing." });
                vec![json!({ "type": "resource", "resource": resource }), words("Please read it.".to_owned())]
            }
            "test_prompt_with_image" => {
                vec![json!({ "type": "image", "data": PNG, "mimeType": "image/png" }), words("Please look.".to_owned())]
            }
            name => return Err(ErrorData::invalid_params(format!("unknown prompt: {name}"), None)),
        };
        let messages: Vec<Value> =
            contents.into_iter().map(|content| json!({ "role": "user", "content": content })).collect();
        Ok(complete::<GetPromptResult>(json!({ "messages": messages })).into())
    }

    async fn complete(
        &self,
        _: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        Ok(complete(json!({ "completion": { "values": ["paris", "park"], "total": 2, "hasMore": false } })))
    }

    async fn set_level(&self, _: SetLevelRequestParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        Ok(())
    }
}

/// A result that may be kept for a minute.
fn cached<T: DeserializeOwned>(mut result: Value) -> T {
    result["ttlMs"] = 60_000.into();
    result["cacheScope"] = "public".into();
    complete(result)
}
