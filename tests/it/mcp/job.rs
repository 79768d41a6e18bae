//! Tools in containers over the protocol: from the list to the result, resources, subscriptions, refusals.

use super::connection::{Mcp, command, texts};
use crate::docker::harness::{BUSYBOX, eventually, the_engine};
use crate::harness::me;
use crate::harness::tokio;
use crate::job::harness::{Place, image};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn start(place: &Place) -> Mcp {
    let mut command = command(&[]);
    command.env("RUNCELL_DATA_DIR", place.path("data"));
    let mut mcp = Mcp::spawn_command(command);
    mcp.greet("2025-11-25");
    mcp
}

/// The id of a file that the local user has uploaded.
fn upload(place: &Place, name: &str, text: &str) -> String {
    let service = place.service(|_| ());
    tokio().block_on(async {
        let uploads = service.uploads(me()).await.unwrap();
        let file = uploads.add(name, "text/plain", text.as_bytes()).await.unwrap();
        service.close().await;
        file.id.to_string()
    })
}

fn run(mcp: &mut Mcp, script: &str) -> i64 {
    let arguments = json!({ "tool_name": "shell", "docker_image": image(), "data": { "script": script } });
    let result = mcp.call("run_tool", arguments);
    assert_eq!(result["isError"], false, "{result:#}");
    result["structuredContent"]["run_id"].as_i64().unwrap()
}

fn read(mcp: &mut Mcp, uri: &str) -> Value {
    mcp.ask("resources/read", json!({ "uri": uri }))
}

#[test]
fn a_tool_is_found_run_and_its_results_are_read() {
    the_engine!();
    let place = Place::new();
    let script = upload(
        &place,
        "s.sh",
        "echo hi; echo 1,2 > '/out/a b.csv'; printf '\\211PNG\\r\\n\\032\\n' > /out/p.png; head -c 9000000 /dev/zero > /out/big.bin",
    );
    let mut mcp = start(&place);
    let specs = mcp.call("list_specs", json!({ "filter": image() }))["structuredContent"].clone();
    let slug = format!("{}::shell", image());
    assert!(specs["tools"].as_array().unwrap().iter().any(|tool| tool["slug"] == slug.as_str()), "{specs:#}");
    let spec = mcp.call("get_spec", json!({ "tool_slug": slug }))["structuredContent"].clone();
    assert_eq!(spec["parameters"]["mode"]["default"], "a");
    let spec = read(&mut mcp, &format!("spec://{slug}"))["result"]["contents"][0].clone();
    assert!(spec["text"].as_str().unwrap().contains("\"default\": \"a\""), "{spec}");
    let started =
        mcp.call("run_tool", json!({ "tool_name": slug, "data": { "script": script } }))["structuredContent"].clone();
    let id = started["run_id"].as_i64().unwrap();
    assert_eq!(started["resource_uris"], json!([format!("run://{id}/status"), format!("run://{id}/results-index")]));
    assert!(started["status"] == "pending" && started["created_at"].is_string() && started["next_steps"].is_array());
    let ended = mcp.call("get_run", json!({ "run_id": id, "wait_ms": 50000 }));
    assert_eq!(ended["structuredContent"]["status"], "finished", "{ended:#}");
    assert_eq!(ended["structuredContent"]["stdout_tail"], "hi\n");
    let list = mcp.call("list_run_results", json!({ "run_id": id }));
    let uri = format!("run://{id}/results/a%20b.csv");
    assert!(
        list["content"]
            .as_array()
            .unwrap()
            .iter()
            .any(|block| block["type"] == "resource_link" && block["uri"] == uri.as_str()),
        "{list:#}"
    );
    assert_eq!(read(&mut mcp, &uri)["result"]["contents"][0]["text"], "1,2\n");
    let text = mcp.call("get_run_result_file", json!({ "run_id": id, "filename": "a b.csv" }));
    assert_eq!((&text["structuredContent"]["content"], texts(&text)[1]), (&"1,2\n".into(), "1,2\n"));
    let plot = mcp.call("get_run_result_file", json!({ "run_id": id, "filename": "p.png" }));
    assert_eq!(plot["content"][1]["mimeType"], "image/png", "{plot:#}");
    let big = mcp.call("get_run_result_file", json!({ "run_id": id, "filename": "big.bin" }));
    assert!(big.to_string().len() < 2000 && big["content"][1]["type"] == "resource_link", "{big:#}");
    let refused = read(&mut mcp, &format!("run://{id}/results/big.bin"));
    assert!(refused["error"]["message"].as_str().unwrap().contains("9000000 bytes"), "{refused}");
    let index = read(&mut mcp, &format!("run://{id}/results-index"))["result"]["contents"][0]["text"].clone();
    assert!(index.as_str().unwrap().contains("big.bin"));
    let uris = mcp.ask("resources/list", json!({}))["result"]["resources"].to_string();
    assert!(uris.contains(&format!("run://{id}/status")) && uris.contains("spec://"), "{uris}");
    let templates = mcp.ask("resources/templates/list", json!({}))["result"]["resourceTemplates"].clone();
    assert_eq!(templates.as_array().map(Vec::len), Some(5));
}

#[test]
fn a_command_in_an_image_is_a_run_that_says_how_far_it_is() {
    the_engine!();
    let place = Place::new();
    let table = upload(&place, "t.csv", "1,2\n");
    let mut mcp = start(&place);
    let script =
        "echo '0.5 half way' > $RUNCELL_PROGRESS; until [ -e /out/go ]; do sleep 0.1; done; cat /in/table.csv; echo $A";
    let arguments = json!({
        "image": BUSYBOX, "command": ["sh", "-c", script], "env": { "A": "b" }, "data": { "table": table },
        "timeout_ms": 60000, "client_request_id": "once",
    });
    let started = mcp.call("submit_job", arguments.clone());
    let id = started["structuredContent"]["run_id"].as_i64().unwrap_or_else(|| panic!("{started:#}"));
    eventually("it says how far it is", || {
        let run = mcp.call("get_run", json!({ "run_id": id }));
        let told = texts(&run)[0].contains("is running: 50 %, half way.");
        told && run["structuredContent"]["progress"] == json!({ "fraction": 0.5, "text": "half way" })
    });
    let status = read(&mut mcp, &format!("run://{id}/status"))["result"]["contents"][0]["text"].clone();
    assert!(status.as_str().unwrap().contains("half way"), "{status}");
    let again = mcp.call("submit_job", arguments);
    assert_eq!(
        (&again["structuredContent"]["run_id"], &again["structuredContent"]["repeated"]),
        (&id.into(), &true.into())
    );
    std::fs::write(place.dir.path().join(format!("data/jobs/{id}/out/go")), "").unwrap();
    let ended = mcp.call("get_run", json!({ "run_id": id, "wait_ms": 50000 }));
    assert_eq!(ended["structuredContent"]["stdout_tail"], "1,2\nb\n", "{ended:#}");
    for (arguments, words) in [
        (json!({ "image": BUSYBOX, "command": [] }), "a command has 1 to"),
        (json!({ "image": "", "command": ["true"] }), "a command needs an image"),
        (
            json!({ "image": BUSYBOX, "command": ["true"], "data": { "d": "/etc/passwd" } }),
            "no name of an uploaded file",
        ),
        (json!({ "image": BUSYBOX, "command": ["true"], "mounts": ["/etc"] }), "names no mount"),
        (json!({ "image": BUSYBOX, "command": ["true"], "network": true }), "unknown field"),
    ] {
        let refused = mcp.call("submit_job", arguments);
        assert!(refused["isError"] == true && texts(&refused)[0].contains(words), "{refused:#}");
    }
}

#[test]
fn a_subscriber_hears_of_every_change() {
    the_engine!();
    let place = Place::new();
    let script = upload(&place, "s.sh", "sleep 1");
    let mut mcp = start(&place);
    let id = run(&mut mcp, &script);
    let uri = format!("run://{id}/status");
    assert!(mcp.ask("resources/subscribe", json!({ "uri": uri })).get("error").is_none());
    let ended = mcp.call("get_run", json!({ "run_id": id, "wait_ms": 50000 }));
    assert_eq!(ended["structuredContent"]["status"], "finished");
    let began = Instant::now();
    let heard = |mcp: &Mcp| {
        mcp.notifications
            .iter()
            .filter(|told| told["method"] == "notifications/resources/updated" && told["params"]["uri"] == uri.as_str())
            .count()
    };
    while heard(&mcp) == 0 && began.elapsed() < Duration::from_secs(10) {
        mcp.ask("ping", json!({}));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(heard(&mcp) >= 1, "{:?}", mcp.notifications);
    let wrong = mcp.ask("resources/subscribe", json!({ "uri": "spec://x" }));
    assert_eq!(wrong["error"]["code"], -32602, "{wrong}");
    assert!(mcp.ask("resources/unsubscribe", json!({ "uri": uri })).get("error").is_none());
}

#[test]
fn a_run_is_cancelled() {
    the_engine!();
    let place = Place::new();
    let script = upload(&place, "s.sh", "sleep 60");
    let mut mcp = start(&place);
    let id = run(&mut mcp, &script);
    mcp.call("cancel_run", json!({ "run_id": id }));
    let ended = mcp.call("get_run", json!({ "run_id": id, "wait_ms": 20000 }));
    assert_eq!(ended["structuredContent"]["status"], "cancelled", "{ended:#}");
}

#[test]
fn what_cannot_be_run_is_refused_with_every_reason() {
    the_engine!();
    let place = Place::new();
    let mut mcp = start(&place);
    let mut call = |arguments: Value| {
        let result = mcp.call("run_tool", arguments);
        assert_eq!(result["isError"], true, "{result:#}");
        result["structuredContent"].clone()
    };
    let parameters = json!({ "count": -1, "mode": "z", "x": 1 });
    let refused = call(json!({ "tool_name": "shell", "docker_image": image(), "parameters": parameters }));
    let kinds: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| error["type"].clone()).collect();
    assert_eq!(kinds, ["out-of-range", "not-in-enum", "required", "not-allowed"], "{refused:#}");
    for path in ["/etc/passwd", "../../etc/passwd", "file:///etc/passwd"] {
        let refused = call(json!({ "tool_name": "shell", "docker_image": image(), "data": { "script": path } }));
        assert!(refused["message"].as_str().unwrap().contains("no name of an uploaded file"), "{refused}");
    }
    let stranger = "0".repeat(32);
    let refused = call(json!({ "tool_name": "shell", "docker_image": image(), "data": { "script": stranger } }));
    assert_eq!(refused["reason"], "not_found", "{refused}");
    assert_eq!(call(json!({ "tool_name": "t", "docker_image": "no-such:1" }))["reason"], "not_found");
    let unknown = mcp.call("get_run", json!({ "run_id": 99 }));
    assert_eq!(unknown["structuredContent"]["reason"], "not_found");
    assert_eq!(read(&mut mcp, "run://99/status")["error"]["code"], -32002);
}

#[test]
fn a_server_that_ends_leaves_its_runs_to_the_next() {
    the_engine!();
    let place = Place::new();
    let script = upload(&place, "s.sh", "sleep 3; echo late");
    let mut mcp = start(&place);
    let id = run(&mut mcp, &script);
    eventually("it runs", || !place.containers().is_empty());
    mcp.hang_up();
    assert!(mcp.end(Duration::from_secs(10)).0.success());
    let mut mcp = start(&place);
    let ended = mcp.call("get_run", json!({ "run_id": id, "wait_ms": 30000 }));
    assert_eq!(ended["structuredContent"]["status"], "finished", "{ended:#}");
    assert_eq!(ended["structuredContent"]["stdout_tail"], "late\n");
}

#[test]
fn without_an_engine_the_tools_say_what_is_missing() {
    let place = Place::new();
    let mut command = command(&[]);
    command.env("RUNCELL_DATA_DIR", place.path("data")).env("DOCKER_HOST", "unix:///nonexistent/sock");
    let mut mcp = Mcp::spawn_command(command);
    mcp.greet("2025-11-25");
    for (tool, arguments) in [("list_specs", json!({})), ("run_tool", json!({ "tool_name": "t", "docker_image": "i" }))]
    {
        let result = mcp.call(tool, arguments);
        assert_eq!(result["structuredContent"]["reason"], "unavailable", "{result}");
        assert!(texts(&result)[0].contains("no container engine was found"), "{result}");
    }
    assert_eq!(mcp.ask("resources/list", json!({}))["result"]["resources"], json!([]));
}

#[test]
fn a_request_that_stays_open_hears_of_every_change() {
    the_engine!();
    let place = Place::new();
    let script = upload(&place, "s.sh", "sleep 2");
    let mut command = command(&[]);
    command.env("RUNCELL_DATA_DIR", place.path("data"));
    let mut mcp = Mcp::spawn_command(command);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "it", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let call = |mcp: &mut Mcp, name: &str, arguments: Value| {
        let answer = mcp.ask("tools/call", json!({ "name": name, "arguments": arguments, "_meta": meta }));
        answer["result"]["structuredContent"].clone()
    };
    let arguments = json!({ "tool_name": "shell", "docker_image": image(), "data": { "script": script } });
    let id = call(&mut mcp, "run_tool", arguments)["run_id"].clone();
    let uri = format!("run://{id}/status");
    let wanted = json!({ "resourceSubscriptions": [uri, "spec://not-told"] });
    mcp.request("subscriptions/listen", json!({ "_meta": meta, "notifications": wanted }));
    let ended = call(&mut mcp, "get_run", json!({ "run_id": id, "wait_ms": 50000 }));
    assert_eq!(ended["status"], "finished", "{ended:#}");
    let told = |mcp: &Mcp| mcp.notifications.iter().any(|told| told["method"] == "notifications/resources/updated");
    for _ in 0..100 {
        if told(&mcp) {
            break;
        }
        call(&mut mcp, "get_run", json!({ "run_id": id }));
        std::thread::sleep(Duration::from_millis(50));
    }
    let accepted = mcp.notifications.iter().find(|told| told["method"] == "notifications/subscriptions/acknowledged");
    let accepted = accepted.map(|told| told["params"]["notifications"]["resourceSubscriptions"].clone());
    assert_eq!((accepted, told(&mcp)), (Some(json!([uri])), true), "{:?}", mcp.notifications);
}
