//! gorun's documented requests, at gorun's paths: a script of its users reads the fields that it knows.

use super::client::{Kind, ask, has};
use super::server::{Server, shared};
use crate::harness::eventually;
use crate::job::harness::image;
use crate::need::needs;
use serde_json::{Value, json};

#[test]
fn a_user_logs_in_as_with_gorun() {
    let server = Server::start("", |command| {
        command.env("RUNCELL_ADMIN_PASSWORD", "a long password");
    });
    let user = json!({ "email": "ann@example.org", "password": "correct horse battery", "role": "admin" });
    assert_eq!(server.post("/api/users", &user).status, 201);
    let post = |path: &str, given: Value| ask("POST", path).json(&given).send(&server.address, None);
    let login = post("/auth/login", json!({ "email": "ann@example.org", "password": "correct horse battery" }));
    assert_eq!(login.status, 200, "{}", login.text());
    let login = login.json();
    has(
        &login,
        &[("access_token", Value::is_string), ("expires_at", Value::is_string), ("refresh_token", Value::is_string)],
    );
    let known = [("id", Value::is_string as Kind), ("username", Value::is_string), ("is_admin", Value::is_boolean)];
    has(&login["user"], &known);
    assert_eq!(login["user"]["email"], "ann@example.org");
    let renewed = post("/auth/refresh", json!({ "refresh_token": login["refresh_token"] })).json();
    let token = renewed["access_token"].as_str().unwrap();
    let runs = ask("GET", "/runs?status=pending").send(&server.address, Some(token));
    assert_eq!(runs.json(), json!({ "count": 0, "status": "pending", "runs": [] }));
    post("/auth/login", json!({ "email": "ann@example.org", "password": "wrong" })).problem(401, "unauthenticated");
}

#[test]
fn a_file_is_named_by_its_path_and_listed_by_a_pattern() {
    let server = Server::start("", |_| {});
    let form = ask("POST", "/files").form(&[("file", Some("data.csv"), b"1,2\n")]);
    let added = server.send(&form);
    assert_eq!(added.status, 201, "{}", added.text());
    let added = added.json();
    assert_eq!((&added["name"], &added["size"]), (&"data.csv".into(), &4.into()), "{added}");
    has(&added, &[("path", Value::is_string), ("type", Value::is_string)]);
    assert!(!added["path"].as_str().unwrap().contains('/'), "no path of the host");
    let list = server.get("/files?pattern=*.csv&target=in").json();
    assert_eq!(list["count"], 1, "{list}");
    let fields = [
        ("name", Value::is_string as Kind),
        ("relPath", Value::is_string),
        ("absPath", Value::is_string),
        ("size", Value::is_u64),
        ("lastModified", Value::is_string),
    ];
    has(&list["files"][0], &fields);
    assert_eq!(server.get("/files?pattern=*.txt&target=all").json()["count"], 0);
    assert_eq!(server.get("/files?target=out").json()["count"], 0);
    server.get("/files?target=up").problem(400, "invalid");
    ask("GET", "/files").send(&server.address, None).problem(401, "unauthenticated");
}

#[test]
fn runs_that_cannot_be_are_refused_with_a_message() {
    let refused = shared()
        .post("/runs", &json!({ "name": "no-such", "docker_image": "no-such:1", "parameters": {}, "data": {} }));
    assert!([404, 503].contains(&refused.status), "{}", refused.text());
    let json = refused.json();
    assert_eq!(json["message"], json["detail"], "{json}");
    let path = shared().post("/runs", &json!({ "name": "t", "docker_image": "a:1", "data": { "d": "/etc/passwd" } }));
    assert!(path.problem(400, "invalid").contains("dataset \"d\""));
    assert!(path.json()["message"].as_str().unwrap().contains("dataset \"d\""));
    shared().get("/runs/77").problem(404, "not_found");
    shared().send(&ask("POST", "/runs/77/start")).problem(404, "not_found");
    shared().send(&ask("DELETE", "/runs/77")).problem(404, "not_found");
    shared().get("/runs/77/results").problem(404, "not_found");
    shared().get("/runs/77/results/a.txt/preview").problem(404, "not_found");
}

#[test]
fn a_run_is_made_started_and_its_results_are_read() {
    needs!(ENGINE);
    let server = Server::start("", |_| {});
    let tool = image();
    let specs = server.get("/specs?filter=shell").json();
    has(&specs, &[("count", Value::is_u64), ("tools", Value::is_array)]);
    let slug = format!("{tool}::shell");
    assert!(specs["tools"].as_array().unwrap().iter().any(|tool| tool["slug"] == *slug), "{specs}");
    assert_eq!(server.get(&format!("/specs/{slug}")).json()["name"], "shell");
    let script = b"echo out; echo err >&2; printf 12 > /out/result.txt";
    let file = server.send(&ask("POST", "/files").form(&[("file", Some("script.sh"), script)])).json();
    let wrong = json!({ "name": "shell", "docker_image": tool, "parameters": { "no-such": 1 }, "data": {} });
    let refused = server.post("/runs", &wrong);
    refused.problem(400, "invalid");
    let refused = refused.json();
    has(&refused, &[("message", Value::is_string), ("errors", Value::is_array)]);
    has(
        &refused["errors"][0],
        &[
            ("field", Value::is_string),
            ("name", Value::is_string),
            ("type", Value::is_string),
            ("message", Value::is_string),
        ],
    );
    let given = json!({ "name": "shell", "docker_image": tool, "parameters": {}, "data": { "script": file["path"] } });
    let made = server.post("/runs", &given);
    assert_eq!(made.status, 201, "{}", made.text());
    let run = made.json();
    assert_eq!((&run["name"], &run["docker_image"]), (&"shell".into(), &tool.into()), "{run}");
    has(
        &run,
        &[
            ("id", Value::is_i64),
            ("status", Value::is_string),
            ("parameters", Value::is_object),
            ("data", Value::is_object),
            ("created_at", Value::is_string),
        ],
    );
    let path = format!("/runs/{}", run["id"]);
    let started = server.send(&ask("POST", &format!("{path}/start")));
    assert_eq!((started.status, &started.json()["id"]), (200, &run["id"]));
    eventually("it has finished", || server.get(&path).json()["status"] == "finished");
    assert!(server.get(&path).json()["error_message"].is_null());
    let finished = server.get("/runs?status=finished").json();
    assert_eq!(
        (&finished["count"], &finished["status"], &finished["runs"][0]["id"]),
        (&1.into(), &"finished".into(), &run["id"])
    );
    let results = server.get(&format!("{path}/results")).json();
    let file = results["files"].as_array().unwrap().iter().find(|file| file["name"] == "result.txt").unwrap().clone();
    assert_eq!((&file["relPath"], &file["size"]), (&"result.txt".into(), &2.into()), "{results}");
    assert!(file["absPath"].as_str().unwrap().starts_with("/api/jobs/"), "no path of the host: {file}");
    let bytes = server.get(&format!("{path}/results/result.txt"));
    assert!(bytes.text() == "12" && bytes.header("content-disposition").starts_with("attachment"));
    let preview = server.get(&format!("{path}/results/result.txt/preview")).json();
    assert_eq!(
        (&preview["content"], &preview["encoding"], &preview["truncated"]),
        (&"12".into(), &"utf-8".into(), &false.into()),
        "{preview}"
    );
    has(&preview, &[("filename", Value::is_string), ("mimeType", Value::is_string)]);
    assert_eq!(server.send(&ask("DELETE", &path)).status, 204);
    server.get(&path).problem(404, "not_found");
}
