//! Clients that are not ours, over HTTP: the Python library in both lifecycles, and the inspector.

use super::harness::product;
use crate::harness::prepare;
use crate::mcp::client_tool;
use crate::need::needs;
use runcell_mcp::HttpConfig;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

fn python_client(mode: &str) -> Value {
    prepare("php");
    let server = product(HttpConfig::default());
    let address = format!("http://localhost:{}/mcp", server.address.port());
    let mut client = Command::new(client_tool::python("python", "mcp==2.3.0"));
    client
        .args(["-", &address, "ann:runner", mode])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut client = client.spawn().expect("python starts");
    client.stdin.take().expect("piped").write_all(include_bytes!("client.py")).expect("python reads");
    let output = client.wait_with_output().expect("python ends");
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{log}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}\n{log}"))
}

fn check(mode: &str, version: &str) {
    let seen = python_client(mode);
    assert_eq!(seen["version"], version, "{seen:#}");
    assert!(seen["tools"].as_array().unwrap().contains(&json!("run_code")), "{seen:#}");
    assert_eq!(seen["hello"], "hi\n", "{seen:#}");
    assert_eq!(seen["told"], "0\n1\n2\n");
    assert_eq!(seen["together"], json!((0..8).map(|number| format!("{number}\n")).collect::<Vec<_>>()));
    assert_eq!(seen["after_cancel"], "free\n", "{seen:#}");
    assert_eq!(seen["stranger"], 401, "{seen:#}");
}

#[test]
fn the_python_library_with_a_handshake() {
    needs!(VENV);
    check("legacy", "2025-11-25");
}

#[test]
fn the_python_library_without_a_handshake() {
    needs!(VENV);
    check("auto", "2026-07-28");
}

#[test]
fn the_inspector_lists_tools() {
    let server = product(HttpConfig::default());
    let address = format!("http://localhost:{}/mcp", server.address.port());
    let mut inspector = client_tool::inspector();
    inspector.args([&address, "--transport", "http", "--header", "Authorization: Bearer ann:runner"]);
    let output = inspector.args(["--method", "tools/list"]).stdin(Stdio::null()).output().expect("it starts");
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("\"run_code\""), "{out}\n{log}");
}
