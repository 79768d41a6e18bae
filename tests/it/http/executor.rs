//! The MCP Docker Executor's documented requests, at its paths: a script of its users reads the fields that it knows.

use super::client::ask;
use super::server::{Server, shared};
use crate::harness::{eventually, prepare};
use serde_json::{Value, json};

fn hello(code: &str) -> Value {
    json!({
        "language": "python", "code": code, "working_directory": "/app", "environment_variables": { "WHO": "you" },
        "resource_limits": { "memory_mb": 512, "cpu_cores": 1.0, "timeout_seconds": 30, "network_enabled": false },
        "input_data": "from stdin",
    })
}

#[test]
fn a_run_is_answered_and_recorded_in_the_executor_s_shape() {
    prepare("python");
    let code = "import os, sys; print(os.environ['WHO'], input()); print('err', file=sys.stderr); sys.exit(3)";
    let answer = shared().post("/execute", &hello(code));
    let run = answer.json();
    assert_eq!((answer.status, &run["status"], &run["exit_code"]), (200, &"failed".into(), &3.into()), "{run}");
    assert_eq!((&run["stdout"], &run["stderr"]), (&"you from stdin\n".into(), &"err\n".into()), "{run}");
    assert!(run["execution_time_seconds"].as_f64().unwrap() > 0.0 && run["error_message"].is_null(), "{run}");
    let path = format!("/executions/{}", run["execution_id"].as_str().unwrap());
    assert_eq!(shared().get(&path).json(), run, "the same, later");
    let slow = json!({ "language": "python", "code": "while True: pass", "resource_limits": { "timeout_seconds": 1 } });
    let slow = shared().post("/execute", &slow).json();
    assert_eq!((&slow["status"], &slow["exit_code"]), (&"timeout".into(), &Value::Null), "{slow}");
    shared().get("/executions/00000000000000000000000000000000").problem(404, "not_found");
    assert!(shared().post("/execute", &json!({ "code": "1" })).problem(400, "invalid").contains("`language`"));
    assert!(shared().post("/execute", &json!({ "language": "python" })).problem(400, "invalid").contains("`code`"));
    assert!(
        shared()
            .post("/execute", &json!({ "language": "python", "code": "", "x": 1 }))
            .problem(400, "invalid")
            .contains("`x`")
    );
}

#[test]
fn a_stream_is_asked_for_in_the_executor_s_shape() {
    prepare("python");
    let events = shared().open(&ask("POST", "/execute/stream").json(&hello("print(input())"))).all();
    assert_eq!(
        events.last().map(|event| (&*event.name, event.data["stdout"].clone())),
        Some(("outcome", "from stdin\n".into())),
        "{events:?}"
    );
    let id = events[0].data["execution_id"].as_str().unwrap().to_owned();
    assert_eq!(shared().get(&format!("/executions/{id}/progress")).json()["state"], "ended");
    assert_eq!(shared().open(&ask("GET", &format!("/executions/{id}/stream"))).all().len(), events.len());
    let background = ask("POST", "/api/execute").header("Prefer", "respond-async");
    let code =
        json!({ "runtime": "python", "code": "import time; time.sleep(600)", "limits": { "timeout_ms": 600_000 } });
    let id = shared().send(&background.json(&code)).json()["execution_id"].as_str().unwrap().to_owned();
    let path = format!("/executions/{id}");
    eventually("it runs", || shared().get(&path).json()["status"] == "running");
    assert_eq!(shared().send(&ask("DELETE", &format!("/api{path}"))).status, 204);
    eventually("it is over", || shared().get(&path).json()["status"] == "failed");
}

#[test]
fn the_library_of_files_is_there() {
    prepare("python");
    let server = Server::start("", |_| {});
    let given =
        json!({ "filename": "main.py", "content": "print(input())", "language": "python", "encoding": "utf-8" });
    let added = server.post("/files/upload", &given);
    assert!([200, 201].contains(&added.status), "{}", added.text());
    let id = added.json()["file_id"].as_str().unwrap().to_owned();
    let list = server.get("/files").json();
    assert_eq!(
        (&list["files"][0]["file_id"], &list["files"][0]["filename"]),
        (&(*id).into(), &"main.py".into()),
        "{list}"
    );
    assert_eq!(server.get("/files/stats").json()["files"], 1);
    assert_eq!(server.get(&format!("/files/{id}")).json()["filename"], "main.py");
    let run = server.post(
        &format!("/files/{id}/execute"),
        &json!({ "input_data": "read", "resource_limits": { "timeout_seconds": 20 } }),
    );
    assert_eq!(
        (&run.json()["status"], &run.json()["stdout"]),
        (&"completed".into(), &"read\n".into()),
        "{}",
        run.text()
    );
    let bytes =
        json!({ "filename": "a.bin", "content": "AP8=", "language": null, "encoding": "utf-8", "binary": true });
    assert_eq!(server.post("/files/upload", &bytes).json()["bytes"], 2);
    assert_eq!(server.send(&ask("DELETE", &format!("/files/{id}"))).status, 204);
    server.post(&format!("/files/{id}/execute"), &json!({})).problem(404, "not_found");
}

#[test]
fn images_and_packages_are_asked_for_at_the_old_paths() {
    // A wrong request is refused by our handlers, before an engine is asked.
    let wrong =
        shared().post("/images/create", &json!({ "languages": ["cobol"], "requirements": {}, "image_name": "x" }));
    assert!(wrong.status == 400 || wrong.status == 404, "{}", wrong.text());
    assert!(wrong.json()["detail"].as_str().unwrap().contains("cobol"), "{}", wrong.text());
    let wrong = shared().post(
        "/packages/install",
        &json!({ "image_id": "a:1", "language": "python", "package_name": "a; b", "build_new_image": true }),
    );
    assert!(wrong.problem(400, "invalid").contains("a; b"));
}
