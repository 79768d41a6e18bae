//! Two tenants on one endpoint, and every role: nobody finds what is another one's, and nobody does more than its role may.

use super::harness::{headers, product_with};
use crate::harness::prepare;
use runcell::caller::{Operation, Role};
use runcell::config::Config;
use runcell_mcp::HttpConfig;
use serde_json::{Value, json};

const ANN: &str = "ann:runner";
const BOB: &str = "bob:runner";

fn ping() -> Vec<u8> {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string().into_bytes()
}

#[test]
fn a_session_of_another_tenant_is_not_found() {
    let server = product_with(Config::default(), HttpConfig::default());
    let session = server.greet(ANN);
    for method in ["POST", "GET", "DELETE"] {
        let foreign = server.ask(method, &headers(BOB, &session), &ping());
        let unknown = server.ask(method, &headers(BOB, "00000000-0000-4000-8000-000000000000"), &ping());
        assert_eq!(foreign.status, 404, "{method}: {foreign:?}");
        // Things of others look like things that do not exist.
        assert_eq!((unknown.status, unknown.body), (foreign.status, foreign.body), "{method}");
    }
    assert_eq!(server.ask("POST", &headers(ANN, &session), &ping()).status, 200, "it is still there");
    // The same user with another role keeps its session; what it may do is asked with each request.
    let call = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "run_code", "arguments": { "runtime": "php", "code": "" } } });
    let answer = server.ask("POST", &headers("ann:viewer", &session), call.to_string().as_bytes()).last();
    assert!(answer["result"]["content"][0]["text"].as_str().unwrap().contains("runs.start"), "{answer}");
}

#[test]
fn files_and_outputs_of_another_tenant_are_not_found() {
    prepare("php");
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: Some(folder.path().to_owned()), ..Config::default() };
    let server = product_with(config, HttpConfig::default());
    let call = |token: &str, name: &str, arguments: Value| {
        server.call(token, "tools/call", json!({ "name": name, "arguments": arguments })).last()["result"].clone()
    };
    let added = call(ANN, "upload_file", json!({ "filename": "a.php", "content": "<?php echo 'mine';" }));
    let id = added["structuredContent"]["file_id"].as_str().unwrap_or_else(|| panic!("{added}")).to_owned();
    let run = |token: &str| call(token, "execute_uploaded_file", json!({ "file_id": id, "runtime": "php" }));
    assert_eq!(run(ANN)["structuredContent"]["stdout"], "mine");
    for result in [run(BOB), call(BOB, "delete_file", json!({ "file_id": id }))] {
        assert_eq!((&result["isError"], &result["structuredContent"]["reason"]), (&json!(true), &json!("not_found")));
    }
    let listed = |token: &str| call(token, "list_files", json!({})).to_string().contains(&id);
    assert!(listed(ANN) && !listed(BOB));
}

/// Each MCP tool, and what it does by the table of rights.
const TOOLS: [(&str, Operation); 17] = [
    ("run_code", Operation::RunCode),
    ("run_code_with_files", Operation::RunCode),
    ("list_runtimes", Operation::ReadRuntimes),
    ("create_image", Operation::MakeImages),
    ("install_package", Operation::MakeImages),
    ("upload_file", Operation::WriteUploads),
    ("execute_uploaded_file", Operation::RunCode),
    ("list_files", Operation::ReadUploads),
    ("delete_file", Operation::RemoveUploads),
    ("docker_health", Operation::ReadSystem),
    ("run_tool", Operation::SubmitJobs),
    ("get_run", Operation::ReadJobs),
    ("list_run_results", Operation::ReadJobs),
    ("get_run_result_file", Operation::ReadJobs),
    ("list_specs", Operation::ReadTools),
    ("get_spec", Operation::ReadTools),
    ("cancel_run", Operation::CancelJobs),
];

#[test]
fn every_role_may_call_what_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: Some(folder.path().to_owned()), ..Config::default() };
    let server = product_with(config, HttpConfig::default());
    for (tool, operation) in TOOLS {
        for role in Role::ALL {
            // Arguments that are refused: the right is asked for first.
            let params = json!({ "name": tool, "arguments": { "no_such_argument": 1 } });
            let result = server.call(&format!("ann:{role}"), "tools/call", params).last()["result"].clone();
            let text = result["content"][0]["text"].as_str().unwrap_or_default();
            let forbidden = text.contains(&format!("the role {role} may not do {operation}"));
            assert_eq!(forbidden, role < operation.least_role(), "{role} {tool}: {result}");
        }
    }
}
