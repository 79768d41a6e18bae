//! Traces and lines of the log: what belongs to a request says so, down to the worker.
//!
//! Owns a collector that takes spans as OTLP has them.

use super::client::{Ask, ask};
use super::server::{Server, TOKEN};
use crate::harness::{eventually, prepare};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// A collector of spans.
struct Collector {
    address: String,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let spans = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut reader = BufReader::new(stream);
                let mut head = String::new();
                while reader.read_line(&mut head).unwrap_or(0) > 2 {}
                assert!(head.starts_with("POST /v1/traces HTTP/1.1") && head.contains("application/json"), "{head}");
                assert!(head.contains("x-key: secret"), "{head}");
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                let mut body = vec![0; length.parse().unwrap()];
                reader.read_exact(&mut body).unwrap();
                let batch: Value = serde_json::from_slice(&body).unwrap();
                for resource in batch["resourceSpans"].as_array().unwrap() {
                    let name = json!({ "key": "service.name", "value": { "stringValue": "runcell" } });
                    assert!(resource["resource"]["attributes"].as_array().unwrap().contains(&name), "{resource}");
                    let all = resource["scopeSpans"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .flat_map(|scope| scope["spans"].as_array().unwrap());
                    spans.lock().unwrap().extend(all.cloned());
                }
                let _ =
                    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
            }
        });
        Self { address, heard }
    }

    /// A server that sends its spans here.
    fn server(&self) -> Server {
        prepare("python");
        let config = format!("[telemetry]\notlp = \"http://{}\"", self.address);
        Server::start(&config, |command| {
            command.env("OTEL_BSP_SCHEDULE_DELAY", "50").env("OTEL_EXPORTER_OTLP_HEADERS", "x-key=secret");
            command.env("RUNCELL_LOG_FORMAT", "json").env_remove("OTEL_SERVICE_NAME");
        })
    }

    fn spans(&self, trace: &str) -> Vec<Value> {
        let all = self.heard.lock().unwrap();
        all.iter().filter(|span| span["traceId"] == trace).cloned().collect()
    }

    fn span(&self, trace: &str, name: &str) -> Value {
        let found = || self.spans(trace).into_iter().find(|span| span["name"] == name);
        eventually(&format!("the span {name}"), || found().is_some());
        found().unwrap()
    }
}

fn hello() -> Value {
    json!({ "runtime": "python", "code": "print(1)" })
}

#[test]
fn a_trace_that_a_request_names_goes_down_to_the_worker() {
    let collector = Collector::start();
    let server = collector.server();
    let named =
        |ask: Ask| ask.header("traceparent", &format!("00-{TRACE}-{PARENT}-01")).header("X-Request-Id", "my-run");
    assert_eq!(server.send(&named(ask("POST", "/api/execute").json(&hello()))).status, 200);
    let [request, plan, wait, run, worker] =
        ["request", "plan", "prepare", "run", "worker"].map(|name| collector.span(TRACE, name));
    assert_eq!((&request["parentSpanId"], &request["kind"]), (&PARENT.into(), &2.into()), "{request}");
    for inner in [&plan, &wait, &run] {
        assert_eq!(inner["parentSpanId"], request["spanId"], "{inner}");
    }
    assert_eq!(worker["parentSpanId"], run["spanId"], "{worker}");
    let attribute = |span: &Value, key: &str| {
        let all = span["attributes"].as_array().unwrap().clone();
        all.into_iter()
            .find(|one| one["key"] == key)
            .map(|one| one["value"].as_object().unwrap().values().next().unwrap().clone())
    };
    assert_eq!(attribute(&request, "http.route"), Some("/api/execute".into()), "{request}");
    assert_eq!(attribute(&request, "id"), Some("my-run".into()), "{request}");
    assert_eq!(attribute(&run, "ending"), Some("completed".into()), "{run}");
    let time = |span: &Value, at: &str| span[at].as_str().unwrap().parse::<u64>().unwrap();
    assert!(time(&run, "startTimeUnixNano") <= time(&worker, "startTimeUnixNano"));
    assert!(time(&worker, "endTimeUnixNano") > time(&worker, "startTimeUnixNano"));
}

#[test]
fn a_call_of_an_assistant_continues_the_trace_that_it_names() {
    let collector = Collector::start();
    let server = collector.server();
    let call = |meta: Value| {
        let mut all = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
        });
        all.as_object_mut().unwrap().extend(meta.as_object().unwrap().clone());
        let params = json!({ "name": "run_code", "arguments": hello(), "_meta": all });
        let given = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let ask = ask("POST", "/mcp").header("Accept", "application/json, text/event-stream").json(&given);
        let ask = ask.header("MCP-Protocol-Version", "2026-07-28").header("Mcp-Method", "tools/call");
        let answer = server.send(
            &ask.header("Mcp-Name", "run_code").header("traceparent", &format!("00-{}-{PARENT}-01", "b".repeat(32))),
        );
        assert!(answer.text().contains("\"stdout\":\"1\\n\""), "{}", answer.text());
    };
    call(json!({ "traceparent": format!("00-{TRACE}-{PARENT}-01") }));
    assert_eq!(collector.span(TRACE, "call")["parentSpanId"], PARENT);
    collector.span(TRACE, "worker");
    call(json!({}));
    let request = collector.span(&"b".repeat(32), "call")["parentSpanId"].clone();
    assert!(collector.spans(&"b".repeat(32)).iter().any(|span| span["spanId"] == request && span["name"] == "request"));
}

#[test]
fn a_trace_that_is_none_begins_a_new_one_and_what_is_not_sampled_is_not_sent() {
    let collector = Collector::start();
    let server = collector.server();
    let send = |parent: &str| server.send(&ask("GET", "/api/runtimes").header("traceparent", parent));
    assert_eq!(send("nonsense").status, 200);
    assert_eq!(send(&format!("00-{TRACE}-{PARENT}-00")).status, 200);
    eventually("the first", || !collector.heard.lock().unwrap().is_empty());
    assert_eq!(send(&format!("00-{}-{PARENT}-01", "c".repeat(32))).status, 200);
    collector.span(&"c".repeat(32), "request");
    assert!(collector.spans(TRACE).is_empty());
    assert!(collector.heard.lock().unwrap().iter().any(|span| span.get("parentSpanId").is_none()));
}

#[test]
fn a_collector_that_is_away_is_named_once_and_nothing_else_happens() {
    prepare("python");
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::start("", |command| {
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{away}")).env("OTEL_BSP_SCHEDULE_DELAY", "20");
    });
    let said = |text: &str| server.said.lock().unwrap().iter().filter(|line| line.contains(text)).count();
    assert_eq!(server.post("/api/execute", &hello()).status, 200);
    eventually("it is said", || said("spans of traces are lost") == 1);
    assert_eq!(server.post("/api/execute", &hello()).status, 200);
    let wrong = crate::harness::binary()
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example")
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        !wrong.status.success() && words.contains("OTEL_EXPORTER_OTLP_ENDPOINT = \"https://collector.example\""),
        "{words}"
    );
}

#[test]
fn every_line_below_a_request_says_whose_it_is() {
    prepare("python");
    let server = Server::start("", |command| {
        command.env("RUNCELL_LOG_FORMAT", "json").env("RUNCELL_LOG", "debug");
        command.env("RUNCELL_TOKENS", format!("{TOKEN},runner:team-7:a-token-of-team-seven"));
    });
    let send = |ask: Ask, id: &str| ask.header("X-Request-Id", id).send(&server.address, Some("a-token-of-team-seven"));
    assert_eq!(send(ask("POST", "/api/execute").json(&hello()), "of-run").status, 200);
    let params = json!({ "name": "run_code", "arguments": hello(), "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
    } });
    let given = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let call = ask("POST", "/mcp").header("Accept", "application/json, text/event-stream").json(&given);
    let call = call.header("MCP-Protocol-Version", "2026-07-28").header("Mcp-Method", "tools/call");
    send(call.header("Mcp-Name", "run_code"), "of-call");
    let lines = || -> Vec<Value> {
        server.said.lock().unwrap().iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
    };
    let of = |id: &str, message: &str| {
        let whose = |line: &Value| {
            line["spans"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["id"] == id && one["tenant"] == "team-7"))
        };
        lines().into_iter().find(|line| line["message"] == message && whose(line))
    };
    for id in ["of-run", "of-call"] {
        for message in ["a run ended", "served"] {
            eventually(&format!("{message} {id}"), || of(id, message).is_some());
        }
    }
    assert_eq!(of("of-run", "a run ended").unwrap()["spans"][1]["ending"], "completed");
    let served =
        lines().into_iter().find(|line| line["message"] == "served" && line["path"] == "/api/execute").unwrap();
    assert_eq!(
        (&served["status"], &served["tenant"], &served["spans"][0]["id"]),
        (&200.into(), &"team-7".into(), &"of-run".into())
    );
}
