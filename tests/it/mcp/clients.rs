//! The client libraries that people use, as they are on PyPI and npm: each lists, runs all six languages, takes files and plots
//! back, hears of progress, cancels and is told of errors.
//!
//! Scripts in the folder `clients` tell their view; those of Python share one; each has an environment of its
//! own, made once below cargo's target folder.

use super::client::TOOLS;
use super::client_tool;
use super::connection::prepare;
use crate::harness::cache_dir;
use crate::need::needs;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

const SERVER: &str = env!("CARGO_BIN_EXE_runcell");

const LANGUAGES: [&str; 6] = ["python", "quickjs", "ruby", "php", "clang", "clangpp"];

/// The view of every library, whatever it is called from.
struct Expected {
    /// Whether it hands on what a program writes while it runs.
    tells: bool,
}

/// Runs a script and returns what it prints.
fn seen(mut client: Command, script: &str) -> Value {
    prepare(&LANGUAGES);
    let data = tempfile::tempdir().expect("a folder");
    client.env("RUNCELL_CACHE_DIR", cache_dir()).env("RUNCELL_DATA_DIR", data.path());
    client.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut client = client.spawn().expect("it starts");
    client.stdin.take().expect("piped").write_all(script.as_bytes()).expect("it reads");
    let output = client.wait_with_output().expect("it ends");
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{log}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}\n{log}"))
}

fn check(seen: &Value, expected: &Expected) {
    assert_eq!(seen["tools"], json!(TOOLS));
    for language in LANGUAGES {
        assert_eq!(seen["hello"][language], "hi\n", "{language}: {seen:#}");
    }
    assert_eq!((&seen["files"], &seen["plots"]), (&json!(["a,b\na,b\n"]), &json!(1)), "{seen:#}");
    assert_eq!((&seen["traceback"], &seen["wrong"]), (&json!(true), &json!([true, true])), "{seen:#}");
    assert_eq!(seen["told"], if expected.tells { "0\n1\n2\n" } else { "" }, "{seen:#}");
    assert_eq!((&seen["cancelled"], &seen["after"]), (&json!(true), &json!("1")), "{seen:#}");
    // A run that went on would hold the connection for a minute.
    assert!(seen["after_ms"].as_u64().is_some_and(|ms| ms < 50_000), "{seen:#}");
    for (name, strict) in seen["strict"].as_object().into_iter().flatten() {
        assert_eq!(strict, true, "{name}");
    }
}

/// Lets a library of Python do what `scenario.py` says.
fn python(name: &str, package: &str, script: &str, tells: bool) -> Value {
    let mut client = Command::new(client_tool::python(name, package));
    client.args(["-", SERVER]);
    let seen = seen(client, &format!("{}\n{script}", include_str!("clients/scenario.py")));
    check(&seen, &Expected { tells });
    seen
}

#[test]
fn the_first_generation_of_the_python_library() {
    needs!(VENV);
    python("mcp1", "mcp==1.30.0", include_str!("clients/mcp1.py"), true);
}

#[test]
fn fastmcp() {
    needs!(VENV);
    python("fastmcp", "fastmcp==4.2.3", include_str!("clients/fastmcp.py"), true);
}

#[test]
fn langchain() {
    needs!(VENV);
    python("langchain", "langchain-mcp-adapters==0.3.2", include_str!("clients/langchain.py"), true);
}

#[test]
fn openai_agents_with_strict_functions() {
    needs!(VENV);
    let seen = python("openai", "openai-agents==0.24.0", include_str!("clients/openai_agents.py"), false);
    assert_eq!(seen["strict"].as_object().map(serde_json::Map::len), Some(TOOLS.len()), "{seen:#}");
    assert_eq!((&seen["uploaded"], &seen["pairs"]), (&json!("typed\n"), &json!("b\n")), "{seen:#}");
}

#[test]
fn pydantic_ai_with_strict_schemas() {
    needs!(VENV);
    let package = "pydantic-ai-slim[mcp]==2.68.0";
    let seen = python("pydantic", package, include_str!("clients/pydantic_ai.py"), true);
    assert_eq!(seen["strict"].as_object().map(serde_json::Map::len), Some(TOOLS.len()), "{seen:#}");
}

/// The same with a version of JavaScript's library.
fn sdk(version: &str) {
    let (mut client, dir) = client_tool::sdk(version);
    client.args(["--input-type=module", "-", SERVER]).current_dir(dir);
    check(&seen(client, include_str!("clients/sdk.mjs")), &Expected { tells: true });
}

#[test]
fn an_early_version_of_the_javascript_library() {
    sdk("1.12.3");
}

#[test]
fn the_newest_version_of_the_javascript_library() {
    sdk("1.32.2");
}
