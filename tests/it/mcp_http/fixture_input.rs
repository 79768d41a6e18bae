//! The fixtures that end a call with a question to the client, which calls again with the answer (revision 2026-07-28).
//!
//! A client has to bring back unchanged a number that only this server knows.

use super::fixture::{complete, of};
use rmcp::ErrorData;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, GetPromptRequestParams, GetPromptResponse,
    GetPromptResult, InputRequests, InputRequiredResult, InputResponses, RequestMetaObject,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex};

/// The prompt that asks for something.
pub const PROMPT: &str = "test_input_required_result_prompt";

/// The tools that do.
pub const TOOLS: [&str; 8] = [
    "test_input_required_result_elicitation",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
    "test_input_required_result_tampered_state",
    "test_input_required_result_capabilities",
];

/// The states that clients were given, and the round in which each was.
#[derive(Clone, Default)]
pub struct States(Arc<Mutex<HashMap<String, u32>>>);

fn form(field: &str, kind: &str) -> Value {
    let schema = json!({ "type": "object", "properties": { field: { "type": kind } }, "required": [field] });
    let params = json!({ "mode": "form", "message": format!("Please give {field}"), "requestedSchema": schema });
    json!({ "method": "elicitation/create", "params": params })
}

fn sampling(prompt: &str) -> Value {
    let words = json!({ "role": "user", "content": { "type": "text", "text": prompt } });
    json!({ "method": "sampling/createMessage", "params": { "messages": [words], "maxTokens": 100 } })
}

fn roots() -> Value {
    json!({ "method": "roots/list" })
}

/// The answer to a question, if it has the shape of one.
fn given<'a>(responses: Option<&'a InputResponses>, key: &str) -> Option<&'a Value> {
    responses?.get(key).filter(|value| value.is_object())
}

fn done(text: String) -> Result<CallToolResponse, ErrorData> {
    Ok(complete::<CallToolResult>(json!({ "content": [{ "type": "text", "text": text }] })).into())
}

fn ask(requests: Value, state: Option<String>) -> Result<CallToolResponse, ErrorData> {
    Ok(InputRequiredResult::new(Some(of::<InputRequests>(requests)), state).into())
}

impl States {
    /// A new state of a round.
    fn give(&self, round: u32) -> Option<String> {
        let state = format!("{:016x}", RandomState::new().hash_one(round));
        self.0.lock().unwrap().insert(state.clone(), round);
        Some(state)
    }

    /// The round of a state that a client brought back.
    fn round(&self, request: &CallToolRequestParams) -> Result<Option<u32>, ErrorData> {
        let Some(state) = &request.request_state else { return Ok(None) };
        let round = self.0.lock().unwrap().get(state).copied();
        let unknown = || ErrorData::invalid_params("requestState is not one that this server gave", None);
        round.ok_or_else(unknown).map(Some)
    }

    /// Answers a call of one of the tools.
    pub fn call(
        &self,
        request: &CallToolRequestParams,
        meta: &RequestMetaObject,
    ) -> Option<Result<CallToolResponse, ErrorData>> {
        let (name, responses) = (&*request.name, request.input_responses.as_ref());
        let simple = |key: &str, question: Value| match given(responses, key) {
            Some(answer) => done(format!("The client said: {answer}")),
            None => ask(json!({ key: question }), None),
        };
        Some(match name.strip_prefix("test_input_required_result_") {
            None if name == "test_streaming_elicitation" => simple("value", form("value", "string")),
            None => return None,
            Some("elicitation") => simple("user_name", form("name", "string")),
            Some("sampling") => simple("capital_question", sampling("What is the capital of France?")),
            Some("list_roots") => simple("client_roots", roots()),
            Some("capabilities") => capabilities(responses, meta),
            Some("multiple_inputs") => self.multiple(request),
            Some("multi_round") => self.rounds(request),
            Some("request_state" | "tampered_state") => self.round(request).and_then(|round| match round {
                None => ask(json!({ "confirm": form("ok", "boolean") }), self.give(1)),
                Some(_) => done("state-ok".to_owned()),
            }),
            Some(_) => return None,
        })
    }

    fn multiple(&self, request: &CallToolRequestParams) -> Result<CallToolResponse, ErrorData> {
        let round = self.round(request)?;
        let keys = ["user_name", "greeting", "client_roots"];
        if round.is_some() && keys.iter().all(|key| given(request.input_responses.as_ref(), key).is_some()) {
            return done("All inputs received".to_owned());
        }
        let questions = json!({
            "user_name": form("name", "string"), "greeting": sampling("Generate a greeting"), "client_roots": roots(),
        });
        ask(questions, self.give(1))
    }

    fn rounds(&self, request: &CallToolRequestParams) -> Result<CallToolResponse, ErrorData> {
        match self.round(request)? {
            None => ask(json!({ "step1": form("name", "string") }), self.give(1)),
            Some(1) => ask(json!({ "step2": form("color", "string") }), self.give(2)),
            Some(_) => done("Multi-round flow complete".to_owned()),
        }
    }
}

/// Asks only for what the client has said that it can do.
fn capabilities(responses: Option<&InputResponses>, meta: &RequestMetaObject) -> Result<CallToolResponse, ErrorData> {
    if responses.is_some() {
        return done("Capability-aware flow complete".to_owned());
    }
    let can = serde_json::to_value(meta.client_capabilities()).unwrap();
    let all = [
        ("elicitation", "user_name", form("name", "string")),
        ("sampling", "greeting", sampling("Generate a greeting")),
        ("roots", "client_roots", roots()),
    ];
    let questions: serde_json::Map<_, _> = all
        .into_iter()
        .filter(|(capability, ..)| can.get(*capability).is_some_and(|has| !has.is_null()))
        .map(|(_, key, question)| (key.to_owned(), question))
        .collect();
    if questions.is_empty() { done("The client can do none of it".to_owned()) } else { ask(questions.into(), None) }
}

/// Answers the prompt that asks.
pub fn prompt(request: &GetPromptRequestParams) -> GetPromptResponse {
    match given(request.input_responses.as_ref(), "user_context") {
        Some(answer) => {
            let content = json!({ "type": "text", "text": format!("Prompt with: {answer}") });
            complete::<GetPromptResult>(json!({ "messages": [{ "role": "user", "content": content }] })).into()
        }
        None => {
            let requests = of::<InputRequests>(json!({ "user_context": form("context", "string") }));
            InputRequiredResult::from_input_requests(requests).into()
        }
    }
}
