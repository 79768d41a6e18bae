//! `Idempotency-Key`: the same request with the same key is done once.

use super::client::{Answer, Ask, ask};
use super::server::{TOKEN, both};
use crate::harness::{eventually, prepare};
use serde_json::{Value, json};

fn post(path: &str, key: &str, given: &Value) -> Ask {
    ask("POST", path).header("Idempotency-Key", key).json(given)
}

/// Demands that the second answer is the first one again.
#[track_caller]
fn same(first: &Answer, again: &Answer) {
    assert_eq!((first.status, &first.body), (again.status, &again.body), "{}", again.text());
    assert_eq!(first.header("content-type"), again.header("content-type"));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
}

both! {
    fn a_run_with_a_key_is_run_once(on: Database) {
        prepare("python");
        let code = json!({ "runtime": "python", "code": "import random; print(random.random())" });
        let send = |key: &str, code: &Value| on.shared().send(&post("/api/execute", key, code));
        let first = send("run-1", &code);
        same(&first, &send("run-1", &code));
        assert_ne!(first.json()["stdout"], send("run-2", &code).json()["stdout"]);
        let other = send("run-1", &json!({ "runtime": "python", "code": "print(2)" }));
        assert!(other.problem(409, "conflict").contains("\"run-1\" was used for another request"));
        let background = || on.shared().send(&post("/api/execute", "run-3", &code).header("Prefer", "respond-async"));
        let first = background();
        assert_eq!(first.status, 202, "{}", first.text());
        same(&first, &background());
        send("run-3", &code).problem(409, "conflict");
        let stream = on.shared().send(&post("/api/execute/stream", "run-4", &code));
        assert!(stream.problem(400, "invalid").contains("respond-async"));
        let events = on.shared().send(&post("/api/execute", "run-4", &code).header("Accept", "text/event-stream"));
        events.problem(400, "invalid");
    }

    fn a_form_is_the_same_with_another_line_between_its_parts(on: Database) {
        prepare("python");
        let request =
            json!({ "runtime": "python", "code": "import random; print(open('a').read(), random.random())" }).to_string();
        let form = |line: &str, text: &str| {
            let body = format!(
                "--{line}\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n{request}\r\n--{line}\r\n\
                 Content-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n{text}\r\n--{line}--\r\n"
            );
            let media_type = format!("multipart/form-data; boundary={line}");
            on.shared().send(&ask("POST", "/api/execute").header("Idempotency-Key", "form").body(&media_type, body.as_bytes()))
        };
        let first = form("--line-1", "one");
        assert!(first.text().contains("one 0."), "{}", first.text());
        same(&first, &form("another", "one"));
        form("another", "two").problem(409, "conflict");
    }

    fn who_asks_while_the_first_goes_on_is_told_so(on: Database) {
        prepare("python");
        let code =
            json!({ "runtime": "python", "code": "import time; time.sleep(600)", "limits": { "timeout_ms": 600_000 } });
        let server = on.start("", |_| {});
        let address = server.address.clone();
        let first = post("/api/execute", "slow", &code);
        let waiting = std::thread::spawn(move || first.send(&address, Some(TOKEN)));
        eventually("it is under way", || server.get("/metrics").text().contains("runcell_runs_running 1"));
        let second = server.send(&post("/api/execute", "slow", &code));
        assert!(second.problem(409, "conflict").contains("goes on"));
        server.signal("TERM");
        server.signal("TERM");
        // Cancelled or broken off: either way the thread ends.
        let _answer = waiting.join();
    }

    fn a_request_that_was_refused_leaves_its_key_free(on: Database) {
        prepare("python");
        let send = |given: Value| on.shared().send(&post("/api/execute", "mended", &given));
        send(json!({ "runtime": "no-such", "code": "1" })).problem(404, "not_found");
        eventually("the key is free", || send(json!({ "runtime": "python", "code": "print(1)" })).status == 200);
        let long = post("/api/execute", &"k".repeat(256), &json!({ "runtime": "python", "code": "" }));
        assert!(on.shared().send(&long).problem(400, "invalid").contains("Idempotency-Key"));
    }

    fn an_upload_with_a_key_is_one_file(on: Database) {
        let server = on.start("", |_| {});
        let send = |name: &str, text: &[u8]| {
            server.send(&ask("POST", "/api/files").header("Idempotency-Key", "up").form(&[("file", Some(name), text)]))
        };
        let first = send("a.csv", b"1,2");
        assert_eq!(first.status, 201, "{}", first.text());
        same(&first, &send("a.csv", b"1,2"));
        assert!(send("a.csv", b"1,3").problem(409, "conflict").contains("another file"));
        send("b.csv", b"1,2").problem(409, "conflict");
        assert_eq!(server.get("/api/files/stats").json()["files"], 1);
    }

    fn a_secret_that_is_shown_once_is_not_kept(on: Database) {
        let server = on.start("", |_| {});
        let token = json!({ "label": "ci", "role": "runner" });
        let first = server.send(&post("/api/tokens", "t", &token));
        assert_eq!(first.status, 201, "{}", first.text());
        let again = server.send(&post("/api/tokens", "t", &token));
        assert!(again.problem(409, "conflict").contains("shown once and not kept"));
        assert_eq!(server.get("/api/tokens").json()["tokens"].as_array().map(Vec::len), Some(1), "made once");
        let user = |password: &str| json!({ "name": "ann", "password": password, "role": "viewer" });
        let first = server.send(&post("/api/users", "u", &user("a long enough password")));
        assert_eq!(first.status, 201, "{}", first.text());
        same(&first, &server.send(&post("/api/users", "u", &user("a long enough password"))));
        assert!(!first.text().contains("password\""));
    }

    fn an_answer_too_long_to_be_kept_is_not_made_twice(on: Database) {
        prepare("python");
        let server = on.start("", |_| {});
        let code = json!({ "runtime": "python", "code": "print('x' * 1500000)" });
        let first = server.send(&post("/api/execute", "long", &code));
        assert!(first.status == 200 && first.body.len() > 1_500_000, "{}", first.status);
        assert!(server.send(&post("/api/execute", "long", &code)).problem(409, "conflict").contains("too long to be kept"));
        assert_eq!(server.get("/api/executions").json()["executions"].as_array().map(Vec::len), Some(1));
    }
}
