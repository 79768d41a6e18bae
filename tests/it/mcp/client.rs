//! Two clients that are not ours: the Python library of the protocol, and the inspector. More of them are in `clients`.

use super::client_tool;
use super::connection::prepare;
use crate::docker::harness::find_engine;
use crate::harness::cache_dir;
use crate::need::needs;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

const SERVER: &str = env!("CARGO_BIN_EXE_runcell");

/// Runs `client.py` in one of the two ways in which the library begins.
fn python_client(mode: &str) -> Value {
    let mut client = Command::new(client_tool::python("python", "mcp==2.3.0"));
    client
        .env("RUNCELL_CACHE_DIR", cache_dir())
        .args(["-", SERVER, mode])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut client = client.spawn().expect("python starts");
    let script = include_bytes!("client.py");
    client.stdin.take().expect("piped").write_all(script).expect("python reads");
    let output = client.wait_with_output().expect("python ends");
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{log}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}\n{log}"))
}

/// All tools, in their order.
pub const TOOLS: [&str; 18] = [
    "run_code",
    "list_runtimes",
    "run_code_with_files",
    "upload_file",
    "execute_uploaded_file",
    "list_files",
    "delete_file",
    "run_tool",
    "submit_job",
    "get_run",
    "list_run_results",
    "get_run_result_file",
    "list_specs",
    "get_spec",
    "cancel_run",
    "create_image",
    "install_package",
    "docker_health",
];

/// How many of them need no container engine.
const WITHOUT_ENGINE: usize = 7;

fn check_python_client(mode: &str, version: &str) {
    let seen = python_client(mode);
    assert_eq!(seen["version"], version, "{seen:#}");
    assert_eq!(seen["tools"], json!(TOOLS));
    assert_eq!(seen["hello"], json!(["Execution completed with exit code 0.", "Following is the TTY output.", "hi\n"]));
    assert_eq!(seen["structured"]["stdout"], "hi\n");
    assert!(seen["traceback"].as_str().is_some_and(|text| text.contains("ZeroDivisionError")), "{seen:#}");
    assert_eq!((&seen["plot"]["type"], &seen["plot"]["mime"]), (&"image".into(), &"image/png".into()));
    assert!(seen["plot"]["bytes"].as_u64().is_some_and(|bytes| bytes > 1000), "a real plot: {seen:#}");
    assert_eq!(seen["told"], "0\n1\n2\n");
    assert_eq!(seen["together"], json!((0..8).map(|number| format!("{number}\n")).collect::<Vec<_>>()));
    assert_eq!(seen["timeout"], "Execution timed out. The limit timeout_ms allows 200 ms.");
    assert_eq!(seen["wrong"]["is_error"], true);
    assert!(seen["wrong"]["text"].as_str().is_some_and(|text| text.contains("there is no runtime \"cobol\"")));
    assert!(seen["cancelled_ms"].as_u64().is_some_and(|ms| ms < 20_000), "{seen:#}");
}

#[test]
fn the_python_library_with_a_handshake() {
    needs!(VENV);
    check_python_client("legacy", "2025-11-25");
}

#[test]
fn the_python_library_without_a_handshake() {
    needs!(VENV);
    check_python_client("auto", "2026-07-28");
}

/// Runs the inspector; returns what it prints.
fn inspect(args: &[&str]) -> Value {
    let mut inspector = client_tool::inspector();
    // Clients pass on only some variables by themselves.
    inspector.args(["-e", &format!("RUNCELL_CACHE_DIR={}", cache_dir().display())]);
    let output = inspector.args([SERVER, "mcp"]).args(args).stdin(Stdio::null()).output().expect("it starts");
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{:?}\n{out}\n{log}", output.status);
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}\n{log}"))
}

#[test]
fn the_inspector_lists_tools_and_finds_no_fault() {
    let tools = inspect(&["--method", "tools/list", "--strict"]);
    let names: Vec<_> = tools["tools"].as_array().expect("tools").iter().map(|tool| &tool["name"]).collect();
    let expected = if find_engine().is_ok() { &TOOLS[..] } else { &TOOLS[..WITHOUT_ENGINE] };
    assert_eq!(names, expected, "an engine decides whether those of images and jobs are among them");
}

#[test]
fn the_inspector_calls() {
    prepare(&["python", "php"]);
    let call = |pairs: &[&str]| {
        inspect(&[&["--method", "tools/call", "--tool-name", "run_code", "--tool-arg"], pairs].concat())
    };
    let result = call(&["runtime=python", "code=print(6 * 7)"]);
    assert_eq!(result["content"][2]["text"], "42\n", "{result}");
    assert_eq!(result["structuredContent"]["status"], "completed");
    let result = call(&["runtime=php", "code=echo $argv[1], fgets(STDIN);", "args=[\"a b\"]", "stdin=typed"]);
    assert_eq!(result["content"][2]["text"], "a btyped", "{result}");
}
