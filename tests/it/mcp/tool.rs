//! The self-description of `runcell mcp`: versions, instructions, tools and their schemas.

use super::connection::{Mcp, texts};
use crate::harness::project;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn every_revision_with_a_handshake_is_spoken() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut mcp = Mcp::spawn(&[]);
        let hello = mcp.greet(version);
        assert_eq!(hello["protocolVersion"], version);
        assert_eq!(hello["serverInfo"]["name"], "runcell");
        assert_eq!(hello["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
        assert!(hello["instructions"].as_str().is_some_and(|text| text.contains("run_code")));
        assert!(hello["capabilities"]["tools"].is_object());
    }
    // An unknown one is answered with the latest that has a handshake.
    assert_eq!(Mcp::spawn(&[]).greet("1999-01-01")["protocolVersion"], "2025-11-25");
}

#[test]
fn the_revision_without_a_handshake_is_spoken() {
    let mut mcp = Mcp::spawn(&["--tools", "run,files,images,jobs"]);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "it", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let found = mcp.ask("server/discover", json!({ "_meta": meta }))["result"].clone();
    let versions = found["supportedVersions"].as_array().expect("versions").clone();
    assert!(versions.contains(&"2026-07-28".into()) && versions.contains(&"2025-11-25".into()), "{found}");
    let tools = mcp.ask("tools/list", json!({ "_meta": meta }))["result"].clone();
    assert_eq!(tools["resultType"], "complete");
    assert_eq!(tools["tools"].as_array().map(Vec::len), Some(18));
    let arguments = json!({ "runtime": "php", "code": "echo 6 * 7;" });
    let answer = mcp.ask("tools/call", json!({ "name": "run_code", "arguments": arguments, "_meta": meta }));
    assert_eq!(answer["result"]["structuredContent"]["stdout"], "42", "{answer}");
}

/// One file a tool. A file whose tool is gone has to go too.
#[test]
fn the_tools_are_what_they_were() {
    let mut mcp = Mcp::start(&["--tools", "run,files,images,jobs"]);
    let mut tools = mcp.ask("tools/list", json!({}))["result"]["tools"].clone();
    let mut names = BTreeSet::new();
    for tool in tools.as_array_mut().expect("tools") {
        // Which runtimes there are is not this test's business.
        let description = tool["description"].as_str().unwrap_or_default();
        let lines = description.lines().filter(|line| !line.starts_with("- "));
        tool["description"] = lines.collect::<Vec<_>>().join("\n").into();
        let lists =
            |text: &Value| text.as_str().is_some_and(|text| text.contains("python") && text.contains("php-cgi"));
        // The one tool that a model reads first names them all, and no other repeats them.
        let runtime = tool.pointer("/inputSchema/properties/runtime/description");
        assert_eq!(runtime.is_some_and(lists), tool["name"] == "run_code", "{runtime:?}");
        if tool["name"] == "run_code" {
            tool["inputSchema"]["properties"]["runtime"]["description"] = "(the runtimes)".into();
        }
        // Their order says nothing.
        tool.sort_all_objects();
        let name = tool["name"].as_str().expect("a name").to_owned();
        insta::assert_snapshot!(name.as_str(), serde_json::to_string_pretty(tool).expect("JSON"));
        names.insert(format!("it__mcp__tool__{name}.snap"));
    }
    let files = std::fs::read_dir(project().join("tests/it/mcp/snapshots")).expect("the snapshots");
    let files = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
    assert_eq!(files.collect::<BTreeSet<_>>(), names);
}

/// Strict function calling takes no free maps: every object says which members it has.
#[test]
fn every_object_of_a_schema_is_closed() {
    fn open(schema: &Value, at: &str, found: &mut Vec<String>) {
        match schema {
            Value::Object(members) => {
                if members.get("type").is_some_and(|kind| kind == "object") && members["additionalProperties"] != false
                {
                    found.push(at.to_owned());
                }
                members.iter().for_each(|(name, member)| open(member, &format!("{at}/{name}"), found));
            }
            Value::Array(items) => items.iter().for_each(|item| open(item, at, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    let mut mcp = Mcp::start(&["--tools", "run,files,images,jobs"]);
    for tool in mcp.ask("tools/list", json!({}))["result"]["tools"].as_array().expect("tools") {
        open(&tool["inputSchema"], tool["name"].as_str().expect("a name"), &mut found);
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn pairs_and_maps_are_the_same() {
    let mut mcp = Mcp::start(&[]);
    let code = "echo getenv('A'), ini_get('memory_limit') ? '' : '';";
    for (env, limits) in [
        (json!({ "A": "b" }), json!({ "timeout_ms": 5000 })),
        (json!([{ "name": "A", "value": "b" }]), json!([{ "name": "timeout_ms", "value": 5000 }])),
        (json!("[{\"name\": \"A\", \"value\": \"b\"}]"), json!("")),
    ] {
        let arguments = json!({ "runtime": "php", "code": code, "env": env, "limits": limits, "options": [] });
        let result = mcp.call("run_code", arguments);
        assert_eq!(result["structuredContent"]["stdout"], "b", "{env} {limits}: {result}");
    }
    let twice = json!([{ "name": "A", "value": "b" }, { "name": "A", "value": "c" }]);
    let result = mcp.call("run_code", json!({ "runtime": "php", "code": code, "env": twice }));
    assert!(result["isError"] == true && texts(&result)[0].contains("env: \"A\" is given twice"), "{result}");
}

#[test]
fn content_only_promises_no_structure() {
    let mut mcp = Mcp::start(&["--content-only"]);
    let tools = mcp.ask("tools/list", json!({}))["result"]["tools"].clone();
    assert!(tools.as_array().expect("tools").iter().all(|tool| tool.get("outputSchema").is_none()));
    let result = mcp.run("php", "echo 1;");
    assert!(result.get("structuredContent").is_none(), "{result}");
    assert_eq!(texts(&result)[2], "1");
}

#[test]
fn runtimes_are_listed() {
    let result = Mcp::start(&[]).call("list_runtimes", json!({}));
    let runtimes = result["structuredContent"]["runtimes"].as_array().expect("runtimes").clone();
    let php = runtimes.iter().find(|runtime| runtime["name"] == "php").expect("php");
    assert_eq!((&php["title"], &php["aliases"]), (&"PHP".into(), &json!(["php-cgi"])));
    assert!(texts(&result)[0].contains("php (PHP 8.4;"), "{result}");
    assert!(runtimes.iter().all(|runtime| runtime.get("folder").is_none()), "a host path is no business of a client");
    let languages = result["structuredContent"]["container_languages"].as_array().expect("languages").clone();
    let node = languages.iter().find(|language| language["name"] == "node").expect("node");
    assert_eq!((&node["package_manager"], &node["main_file"]), (&"npm".into(), &"main.js".into()));
    assert!(texts(&result)[0].contains("bash (Bash; image "), "{result}");
}

#[test]
fn what_is_no_call_of_ours_is_a_protocol_error() {
    let mut mcp = Mcp::start(&[]);
    let code = |answer: Value| answer["error"]["code"].clone();
    assert_eq!(code(mcp.ask("tools/call", json!({ "name": "rm", "arguments": {} }))), -32602);
    assert_eq!(code(mcp.ask("tools/call", json!({ "name": 5 }))), -32602);
    assert_eq!(code(mcp.ask("tools/call", json!({ "name": "run_code", "arguments": "code" }))), -32602);
    assert_eq!(code(mcp.ask("tools/burn", json!({}))), -32601);
}
