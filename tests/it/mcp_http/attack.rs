//! Requests that mean harm, in raw bytes: each is refused with words that say why, and others are served all the while.

use super::harness::{Server, headers, product, product_with};
use crate::harness::{eventually, prepare};
use runcell::config::Config;
use runcell_mcp::{HttpConfig, HttpLimits};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::time::Duration;

const ANN: &str = "ann:runner";
const BEARER: (&str, &str) = ("authorization", "Bearer ann:runner");

fn ping() -> Vec<u8> {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string().into_bytes()
}

fn impatient() -> HttpConfig {
    let limits = HttpLimits { patience: Duration::from_millis(500), ..HttpLimits::default() };
    HttpConfig { limits, ..HttpConfig::default() }
}

/// The error of a refusal.
fn refusal(answer: &super::harness::Answer) -> Value {
    answer.last()["error"].clone()
}

#[test]
fn a_web_page_elsewhere_gets_nothing() {
    let config = HttpConfig { allowed_origins: vec!["https://page.example".to_owned()], ..HttpConfig::default() };
    let server = product(config);
    for method in ["POST", "GET", "DELETE"] {
        for origin in ["https://evil.example", "null", "https://page.example:8443", "http://page.example", "\u{fffd}"] {
            let answer = server.ask(method, &[BEARER, ("origin", origin)], &ping());
            assert_eq!(answer.status, 403, "{method} {origin}: {answer:?}");
        }
        // A name of the attacker's that leads to this machine.
        let answer = server.ask(method, &[BEARER, ("host", "evil.example")], &ping());
        assert_eq!(answer.status, 403, "{method}: {answer:?}");
    }
    // A page of that name is no page of ours, though it is of the host that is asked.
    let rebound = server.ask("POST", &[BEARER, ("host", "evil.example"), ("origin", "http://evil.example")], &ping());
    assert_eq!(rebound.status, 403, "{rebound:?}");
    let session = server.greet(ANN);
    let [bearer, id, version] = headers(ANN, &session);
    let own = format!("http://localhost:{}", server.address.port());
    for origin in ["https://page.example", "https://page.example:443", &own] {
        let answer = server.ask("POST", &[bearer, id, version, ("origin", origin)], &ping());
        assert_eq!((answer.status, answer.last()["result"].clone()), (200, json!({})), "{origin}");
    }
}

#[test]
fn names_are_checked_before_a_body_is_read() {
    let server = product(HttpConfig::default());
    let open = server.open("POST", &[BEARER, ("origin", "https://evil.example"), ("content-length", "100000000")], b"");
    assert_eq!(open.status, 403);
}

#[test]
fn who_shows_no_token_learns_where_to_get_one() {
    let server = product(HttpConfig::default());
    let host = format!("localhost:{}", server.address.port());
    for (token, more) in [(None, ""), (Some("Bearer nobody"), ", error=\"invalid_token\"")] {
        let token: Vec<_> = token.map(|token| ("authorization", token)).into_iter().collect();
        for method in ["POST", "GET", "DELETE"] {
            let answer = server.ask(method, &token, &ping());
            let metadata = format!("http://{host}/.well-known/oauth-protected-resource/mcp");
            let expected = format!("Bearer resource_metadata=\"{metadata}\"{more}");
            assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some(&*expected)), "{method}");
            assert!(!answer.body.contains("nobody"), "{}", answer.body);
        }
    }
}

#[test]
fn a_message_that_is_too_long_is_refused_before_it_is_sent() {
    let server = product(HttpConfig::default());
    let length = ((128 << 20) + 1).to_string();
    let answer = server.ask("POST", &[BEARER, ("content-length", &length)], b"{");
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(refusal(&answer)["message"].as_str().unwrap().contains("134217728 bytes"), "{answer:?}");
}

#[test]
fn a_message_of_many_megabytes_is_read() {
    prepare("php");
    let server = product(HttpConfig::default());
    let code = format!("echo strlen('{}');", "x".repeat(8 << 20));
    let arguments = json!({ "runtime": "php", "code": code, "limits": { "code_bytes": 16 << 20 } });
    let answer = server.call(ANN, "tools/call", json!({ "name": "run_code", "arguments": arguments })).last();
    assert_eq!(answer["result"]["structuredContent"]["stdout"], (8 << 20).to_string(), "{answer}");
}

#[test]
fn nonsense_is_answered_with_what_is_wrong() {
    let server = product(HttpConfig::default());
    let session = server.greet(ANN);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = format!(r#"{{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{deep}}}"#);
    for (body, id, code) in [
        ("", Value::Null, -32700),
        ("{", Value::Null, -32700),
        ("[1, 2]", Value::Null, -32600),
        ("\u{0}\u{1}", Value::Null, -32700),
        (r#"{"jsonrpc":"2.0","id":7,"method":5}"#, json!(7), -32600),
        (&deep, json!("a"), -32602),
    ] {
        let answer = server.ask("POST", &headers(ANN, &session), body.as_bytes());
        let shown = body.get(..60).unwrap_or(body);
        assert_eq!((answer.status, &refusal(&answer)["code"]), (400, &json!(code)), "{shown}: {answer:?}");
        assert_eq!(answer.last().get("id").cloned().unwrap_or_default(), id, "{shown}");
    }
    for bytes in [&b"\xff\xfe{}"[..], &[0xff; 1000]] {
        assert_eq!(server.ask("POST", &headers(ANN, &session), bytes).status, 400);
    }
    let answer = server.ask("PUT", &[BEARER], b"");
    assert_eq!(answer.status, 405, "{answer:?}");
}

#[test]
fn half_a_character_is_mended() {
    prepare("php");
    let server = product(HttpConfig::default());
    let session = server.greet(ANN);
    let body = r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"run_code","arguments":
        {"runtime":"php","code":"echo bin2hex('\ud83d');"}}}"#;
    let answer = server.ask("POST", &headers(ANN, &session), body.as_bytes()).last();
    assert_eq!(answer["result"]["structuredContent"]["stdout"], "efbfbd", "{answer}");
}

#[test]
fn headers_that_contradict_the_message_are_refused() {
    let server = product(HttpConfig::default());
    let params = json!({ "name": "list_files", "arguments": {}, "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} } });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string();
    let version = ("mcp-protocol-version", "2026-07-28");
    let good = [BEARER, version, ("mcp-method", "tools/call"), ("mcp-name", "list_files")];
    assert_eq!(server.ask("POST", &good, body.as_bytes()).status, 200);
    for wrong in [
        [BEARER, version, ("mcp-method", "tools/list"), ("mcp-name", "list_files")],
        [BEARER, version, ("mcp-method", "tools/call"), ("mcp-name", "delete_file")],
        [BEARER, ("mcp-protocol-version", "2025-11-25"), ("mcp-method", "tools/call"), ("mcp-name", "list_files")],
    ] {
        let answer = server.ask("POST", &wrong, body.as_bytes());
        assert_eq!((answer.status, &refusal(&answer)["code"]), (400, &json!(-32020)), "{wrong:?}: {answer:?}");
    }
}

#[test]
fn half_open_requests_are_given_up_and_others_are_served() {
    let server = product(impatient());
    let mut half: Vec<_> = (0..200)
        .map(|number| {
            let mut stream = server.connect();
            let host = format!("host: localhost:{}", server.address.port());
            let head = "accept: application/json, text/event-stream\r\ncontent-type: application/json\r\nauthorization: Bearer ann:runner";
            write!(stream, "POST /mcp HTTP/1.1\r\n{host}\r\n{head}\r\ncontent-length: 1000\r\n\r\n").unwrap();
            stream.write_all(&vec![b' '; number]).unwrap();
            stream
        })
        .collect();
    assert_eq!(server.call(ANN, "tools/call", json!({ "name": "list_runtimes", "arguments": {} })).status, 200);
    for stream in &mut half {
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 408");
    }
}

#[test]
fn requests_at_a_time_are_bounded() {
    prepare("php");
    let limits = HttpLimits { requests_per_caller: 2, ..HttpLimits::default() };
    let server = product(HttpConfig { limits, ..HttpConfig::default() });
    let spin =
        json!({ "runtime": "php", "code": "echo 1; flush(); while (true);", "limits": { "timeout_ms": 600_000 } });
    let call = |token: &str| {
        let params = json!({ "name": "run_code", "arguments": spin, "_meta": { "progressToken": "t" } });
        let mut open = server.begin(token, "tools/call", params);
        assert_eq!(open.next().unwrap()["params"]["message"], "1");
        open
    };
    let under_way = [call(ANN), call(ANN)];
    let refused = server.call(ANN, "tools/call", json!({ "name": "list_files", "arguments": {} }));
    assert_eq!((refused.status, refused.header("retry-after").is_some()), (429, true), "{refused:?}");
    assert_eq!(server.run("bob:runner", "php", "echo 'served';")["structuredContent"]["stdout"], "served");
    drop(under_way);
    // The places come back with the runs that end.
    eventually("there is a place again", || {
        server.call(ANN, "tools/call", json!({ "name": "list_files", "arguments": {} })).status == 200
    });
}

#[test]
fn who_does_not_read_is_given_up_and_others_are_served() {
    prepare("php");
    let mut config = Config::default();
    config.answers.unsent_bytes = 64 << 10;
    let server = product_with(config, impatient());
    let code = "file_put_contents('big.bin', random_bytes(11 << 20));";
    let arguments = json!({ "runtime": "php", "code": code, "outputs": ["big.bin"] });
    let call = json!({ "name": "run_code", "arguments": arguments });
    let mut deaf = server.begin(ANN, "tools/call", call);
    assert_eq!(deaf.status, 200);
    assert_eq!(server.run("bob:runner", "php", "echo 'served';")["structuredContent"]["stdout"], "served");
    // The client gets no answer before it has read the one that waits, or that one was given up.
    assert_eq!(server.run(ANN, "php", "echo 'again';")["structuredContent"]["stdout"], "again");
    let mut bytes = Vec::new();
    let read = deaf.reader.read_to_end(&mut bytes);
    assert!(read.is_err() || bytes.len() < 11 << 20, "it was not given up: {} bytes", bytes.len());
}

#[test]
fn tokens_do_not_reach_the_log_or_an_answer() {
    let server: Server = product(HttpConfig::default());
    let secret = "Bearer very:secret:token";
    let answer = server.ask("POST", &[("authorization", secret)], &ping());
    assert!(answer.status == 401 && !answer.head.contains("secret") && !answer.body.contains("secret"), "{answer:?}");
}
