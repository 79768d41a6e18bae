//! Both lifecycles on one endpoint: requests alone, sessions, progress, and how each ends.

use super::harness::{Server, headers, product, product_with};
use crate::docker::harness::the_engine;
use crate::harness::{eventually, me, prepare, tokio};
use crate::job::harness::image;
use runcell::caller::Caller;
use runcell::config::Config;
use runcell_mcp::{HttpConfig, HttpLimits};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

const ANN: &str = "ann:runner";
const SPIN: &str = "echo 'begun'; flush(); while (true);";

/// One run at a time: the next one shows that the one before has ended.
fn one_at_a_time(http: HttpConfig) -> Server {
    prepare("php");
    product_with(Config { max_running: 1, ..Config::default() }, http)
}

fn spin(token: &str) -> Value {
    let arguments = json!({ "runtime": "php", "code": SPIN, "limits": { "timeout_ms": 600_000 } });
    json!({ "name": "run_code", "arguments": arguments, "_meta": { "progressToken": token } })
}

/// Begins a run in a session, and waits until it has written something.
fn begin_spinning(server: &Server, session: &str) -> super::harness::Open {
    let body = json!({ "jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": spin("t") }).to_string();
    let mut open = server.open("POST", &headers(ANN, session), body.as_bytes());
    assert_eq!(open.next().expect("it runs")["params"]["message"], "begun");
    open
}

fn expect_free(server: &Server) {
    let result = server.run(ANN, "php", "echo 'free';");
    assert_eq!(result["structuredContent"]["stdout"], "free", "{result}");
}

#[test]
fn closing_the_stream_cancels_the_run() {
    let server = one_at_a_time(HttpConfig::default());
    let mut open = server.begin(ANN, "tools/call", spin("t"));
    assert_eq!(open.next().expect("it runs")["params"]["message"], "begun");
    drop(open);
    expect_free(&server);
}

/// How many runs there are.
fn running(server: &Server) -> usize {
    let service = server.service.as_ref().expect("the product's");
    service.system(me()).workers().unwrap().iter().map(|worker| worker.runs).sum()
}

#[test]
fn a_request_of_whose_answer_nothing_has_come_is_cancelled_by_closing_too() {
    let server = one_at_a_time(HttpConfig::default());
    let waiting = server.connect();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
    });
    let mut params = spin("t");
    params["_meta"] = meta;
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {ANN}\r\naccept: application/json, text/event-stream\r\n\
         content-type: application/json\r\nmcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: run_code\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    (&waiting).write_all(head.as_bytes()).unwrap();
    eventually("it runs", || running(&server) == 1);
    drop(waiting);
    eventually("it runs no longer", || running(&server) == 0);
}

#[test]
fn output_is_told_while_it_is_written() {
    prepare("php");
    let server = product(HttpConfig::default());
    let code = "for ($i = 0; $i < 3; $i++) { echo \"$i\\n\"; flush(); usleep(200000); }";
    let params =
        json!({ "name": "run_code", "arguments": { "runtime": "php", "code": code }, "_meta": { "progressToken": 9 } });
    let messages = server.call(ANN, "tools/call", params).messages();
    let (answer, told) = messages.split_last().unwrap();
    let told: Vec<_> = told.iter().map(|one| one["params"]["message"].as_str().unwrap()).collect();
    assert!(told.len() > 1 && told.concat() == "0\n1\n2\n", "{told:?}");
    assert_eq!(answer["result"]["structuredContent"]["stdout"], "0\n1\n2\n");
}

#[test]
fn a_session_that_is_deleted_ends_its_runs() {
    let server = one_at_a_time(HttpConfig::default());
    let session = server.greet(ANN);
    let under_way = begin_spinning(&server, &session);
    assert_eq!(server.ask("DELETE", &headers(ANN, &session), b"").status, 204);
    expect_free(&server);
    drop(under_way);
    for method in ["POST", "GET", "DELETE"] {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
        assert_eq!(server.ask(method, &headers(ANN, &session), body.as_bytes()).status, 404, "{method}");
    }
}

#[test]
fn a_run_in_a_session_outlives_its_stream_and_is_cancelled_by_a_message() {
    let server = one_at_a_time(HttpConfig::default());
    let session = server.greet(ANN);
    drop(begin_spinning(&server, &session));
    assert_eq!(running(&server), 1, "a stream that broke off is not a cancellation");
    let params = json!({ "requestId": 5, "reason": "enough" });
    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params }).to_string();
    assert_eq!(server.ask("POST", &headers(ANN, &session), cancel.as_bytes()).status, 202);
    expect_free(&server);
}

#[test]
fn sessions_are_bounded_and_end_when_nobody_uses_them() {
    let limits = HttpLimits {
        sessions_per_caller: 2,
        session_idle: Duration::from_millis(400),
        patience: Duration::from_secs(600),
        ..HttpLimits::default()
    };
    let server = product(HttpConfig { limits, ..HttpConfig::default() });
    let session = server.greet(ANN);
    let listening = server.open("GET", &headers(ANN, &session), b"");
    assert_eq!(listening.status, 200);
    let idle = server.greet(ANN);
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
    let status = |session: &str| server.ask("POST", &headers(ANN, session), body.as_bytes()).status;
    // Asking uses it: the waiting has to be longer than it is kept.
    eventually("the idle one ends", || {
        std::thread::sleep(Duration::from_millis(600));
        status(&idle) == 404
    });
    assert_eq!(status(&session), 200, "a session with a stream that is open is in use");
    let second = server.greet(ANN);
    let both = [server.open("GET", &headers(ANN, &second), b""), listening];
    let client = json!({ "name": "it", "version": "1" });
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    let begin = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }).to_string();
    let begin = |token: &str| server.ask("POST", &[("authorization", token)], begin.as_bytes());
    let refused = begin("Bearer ann:runner");
    assert_eq!(refused.status, 429, "{refused:?}");
    assert_eq!(begin("Bearer bob:runner").status, 200);
    drop(both);
}

#[test]
fn a_server_that_ends_answers_what_it_runs_and_takes_nothing_new() {
    let server = one_at_a_time(HttpConfig::default());
    let session = server.greet(ANN);
    let listening = server.open("GET", &headers(ANN, &session), b"");
    let mut alone = server.begin("bob:runner", "tools/call", spin("t"));
    assert_eq!(alone.next().expect("it runs")["params"]["message"], "begun");
    server.stop.draining.cancel();
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
    assert_eq!(server.ask("POST", &headers(ANN, &session), body.as_bytes()).status, 503);
    server.stop.ending.cancel();
    let answer = alone.next().expect("an answer");
    assert_eq!(answer["result"]["structuredContent"]["status"], "cancelled", "{answer}");
    let mut listening = listening;
    assert_eq!(listening.next(), None, "streams end");
}

#[test]
fn one_endpoint_serves_both_lifecycles() {
    prepare("php");
    let server = product(HttpConfig::default());
    let session = server.greet(ANN);
    let call = json!({ "name": "run_code", "arguments": { "runtime": "php", "code": "echo 'old';" } });
    let body = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call }).to_string();
    let answer = server.ask("POST", &headers(ANN, &session), body.as_bytes()).last();
    assert_eq!(answer["result"]["structuredContent"]["stdout"], "old", "{answer}");
    let discovered = server.call(ANN, "server/discover", json!({})).last();
    assert!(
        discovered["result"]["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")),
        "{discovered}"
    );
    // Claude Code 2.1 sends `initialize` after it has discovered the server.
    let session = server.greet(ANN);
    assert_eq!(server.ask("DELETE", &headers(ANN, &session), b"").status, 204);
    // Version 2.1.84 failed where a stream to listen on was refused.
    let session = server.greet(ANN);
    assert_eq!(server.open("GET", &headers(ANN, &session), b"").status, 200);
}

#[test]
fn an_output_that_did_not_fit_is_read_in_another_request() {
    prepare("php");
    let server = product(HttpConfig::default());
    let result = server.run(ANN, "php", "echo str_repeat('x', 200000);");
    let text = result.to_string();
    let at = text.find("run://call-").unwrap_or_else(|| panic!("no address: {result}"));
    let uri = text[at..].split(['"', ' ', '\\', ')']).next().unwrap().to_owned();
    let read = |token: &str| server.call(token, "resources/read", json!({ "uri": uri })).last();
    assert_eq!(read(ANN)["result"]["contents"][0]["text"].as_str().map(str::len), Some(200_000), "{uri}");
    assert!(read("bob:runner").get("error").is_some(), "it is another one's");
}

#[test]
fn a_subscriber_hears_of_a_job() {
    the_engine!();
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: Some(folder.path().to_owned()), ..Config::default() };
    let server = product_with(config, HttpConfig::default());
    let call = |name: &str, arguments: Value| {
        server.call(ANN, "tools/call", json!({ "name": name, "arguments": arguments })).last()["result"].clone()
    };
    let script = json!({ "filename": "s.sh", "content": "sleep 2; echo done" });
    let file = call("upload_file", script)["structuredContent"]["file_id"].clone();
    let wanted = json!({ "tool_name": "shell", "docker_image": image(), "data": { "script": file } });
    let started = call("run_tool", wanted);
    let id = started["structuredContent"]["run_id"].as_i64().unwrap_or_else(|| panic!("{started}"));
    let uri = format!("run://{id}/status");
    let wanted = json!({ "notifications": { "resourceSubscriptions": [uri] } });
    let mut open = server.begin(ANN, "subscriptions/listen", wanted);
    let mut told = std::iter::from_fn(|| open.next());
    let of_job = told.find(|message| message["method"] == "notifications/resources/updated").expect("it is told");
    assert_eq!(of_job["params"]["uri"], uri.as_str());
    let ended = tokio().block_on(async {
        let service = server.service.clone().unwrap();
        let ann = Caller::new("ann".parse().unwrap(), "ann", runcell::caller::Role::Runner, runcell::caller::Face::Mcp);
        service.jobs(&ann).await.unwrap().wait(id.try_into().unwrap()).await.unwrap()
    });
    assert!(ended.state.is_final());
}
