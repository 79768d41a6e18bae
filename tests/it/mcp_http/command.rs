//! `runcell mcp serve`, as users of gorun type it.

use super::harness::Server;
use crate::harness::{binary, prepare};
use runcell_mcp::Stopping;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A command that serves, and its address.
struct Serving {
    child: Child,
    server: Server,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(args: &[&str]) -> Serving {
    let mut command = binary();
    command.args(["mcp", "serve", "--http-addr", "127.0.0.1:0", "--prepare-wait", "390s"]).args(args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended");
        if let Some((_, address)) = line.trim().split_once("at http://") {
            break address.trim_end_matches("/mcp").parse().unwrap();
        }
    };
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    Serving { child, server: Server { address, stop: Stopping::default(), service: None }, input, output }
}

fn stop(mut serving: Serving) {
    let pid = serving.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(serving.child.wait().unwrap().success(), "a signal ends it well");
}

#[test]
fn everybody_on_this_machine_is_served_without_auth() {
    prepare("php");
    let serving = start(&["--transport", "http", "--no-auth"]);
    assert_eq!(serving.server.run("anybody", "php", "echo 'hi';")["structuredContent"]["stdout"], "hi");
    let foreign = serving.server.ask("POST", &[("origin", "https://evil.example")], b"{}");
    assert_eq!(foreign.status, 403, "{foreign:?}");
    let foreign = serving.server.ask("POST", &[("host", "evil.example")], b"{}");
    assert!(matches!(foreign.status, 403 | 421), "{foreign:?}");
    stop(serving);
}

#[test]
fn a_token_is_needed_without_the_flag() {
    let serving = start(&["--transport", "http"]);
    let answer = serving.server.ask("POST", &[], br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#);
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(
        answer.header("www-authenticate").unwrap().contains("/.well-known/oauth-protected-resource/mcp"),
        "{answer:?}"
    );
    stop(serving);
}

#[test]
fn both_transports_serve_at_once_and_http_outlives_stdin() {
    prepare("php");
    let mut serving = start(&["--transport", "both", "--no-auth"]);
    let client = json!({ "name": "it", "version": "1" });
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    writeln!(serving.input, "{}", json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }))
        .unwrap();
    let mut line = String::new();
    serving.output.read_line(&mut line).unwrap();
    let answer: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(answer["result"]["protocolVersion"], "2025-11-25");
    assert_eq!(serving.server.run("anybody", "php", "echo 1;")["structuredContent"]["stdout"], "1");
    drop(std::mem::replace(&mut serving.input, null_input()));
    assert_eq!(serving.server.run("anybody", "php", "echo 2;")["structuredContent"]["stdout"], "2");
    stop(serving);
}

/// The stdin of a program that has ended.
fn null_input() -> ChildStdin {
    let mut child = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
    let input = child.stdin.take().unwrap();
    child.wait().unwrap();
    input
}

#[test]
fn nobody_is_let_in_without_auth_from_elsewhere() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let mut command = binary();
        let output = command
            .args(["mcp", "serve", "--transport", "http", "--no-auth", "--http-addr", address])
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty(), "{address}: {log}");
    }
}
