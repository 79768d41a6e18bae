//! Running snippets over HTTP: at once, as events, in the background, with files.

use super::client::ask;
use super::server::shared;
use crate::harness::{eventually, prepare};
use serde_json::json;

#[test]
fn a_snippet_is_run_and_its_outcome_is_that_of_every_face() {
    prepare("python");
    let answer = shared().post("/api/execute", &json!({
        "runtime": "python", "code": "import sys; print(sys.stdin.read()); open('out.txt', 'w').write('left'); sys.exit(3)",
        "stdin": "hé", "outputs": ["out.txt", "none"], "env": { "A": "b" }, "args": ["x"],
    }));
    let json = answer.json();
    assert_eq!((answer.status, &json["status"], &json["exit_code"]), (200, &"completed".into(), &3.into()), "{json}");
    assert_eq!((&json["stdout"], &json["files"][0]["content"]), (&"hé\n".into(), &"left".into()), "{json}");
    assert_eq!((&json["missing_files"][0], &json["ran_on"]["backend"]), (&"none".into(), &"wasm".into()), "{json}");
    assert_eq!(json["execution_id"].as_str().map(str::len), Some(32));
}

#[test]
fn the_executor_s_names_and_limits_in_their_units_are_understood() {
    prepare("python");
    let answer = shared().post(
        "/api/execute",
        &json!({
            "language": "python", "code": "while True: pass", "limits": { "timeout_ms": 100 }, "text_bytes": null,
        }),
    );
    let json = answer.json();
    assert_eq!(
        (&json["status"], &json["limit"], &json["allowed"]),
        (&"timed_out".into(), &"wall_ms".into(), &100.into())
    );
    let long = json!({ "runtime": "python", "code": "print('a' * 9999 + 'z')", "text_bytes": 100 });
    let json = shared().post("/api/execute", &long).json();
    let stdout = json["stdout"].as_str().unwrap();
    assert!(stdout.len() < 300 && stdout.contains("bytes are left out here") && stdout.ends_with("z\n"), "{stdout}");
    assert_eq!(json["more"][0]["bytes"], 10001);
}

#[test]
fn a_form_brings_files() {
    prepare("python");
    let request = json!({ "runtime": "python", "code": "print(open('a/b.bin', 'rb').read())" }).to_string();
    let form: &[(&str, Option<&str>, &[u8])] =
        &[("request", None, request.as_bytes()), ("f", Some("a/b.bin"), b"\x00\xff\r\n--X")];
    let json = shared().send(&ask("POST", "/api/execute").form(form)).json();
    assert_eq!(json["stdout"], "b'\\x00\\xff\\r\\n--X'\n", "{json}");
    let none = shared().send(&ask("POST", "/api/execute").form(&form[1..]));
    assert!(none.problem(400, "invalid").contains("no field `request`"));
    let outside: &[(&str, Option<&str>, &[u8])] = &[form[0], ("f", Some("../b"), b"")];
    assert!(shared().send(&ask("POST", "/api/execute").form(outside)).problem(400, "invalid").contains("leaves /work"));
}

#[test]
fn a_stream_tells_what_a_run_does_and_can_be_heard_again() {
    prepare("python");
    let code = json!({ "runtime": "python", "code": "print('one', flush=True)\nprint('two €')" });
    let stream = shared().open(&ask("POST", "/api/execute/stream").json(&code));
    assert_eq!(stream.head.header("content-type"), "text/event-stream");
    let events = stream.all();
    let names: Vec<&str> = events.iter().map(|event| &*event.name).filter(|name| *name != "progress").collect();
    assert_eq!((names.first(), names.last()), (Some(&"started"), Some(&"outcome")), "{events:?}");
    let text: String = events.iter().filter_map(|event| event.data["text"].as_str()).collect();
    assert_eq!(text, "one\ntwo €\n");
    assert_eq!(events.last().unwrap().data["stdout"], "one\ntwo €\n");
    let id = events[0].data["execution_id"].as_str().unwrap();
    let path = format!("/api/executions/{id}/stream");
    let again = shared().open(&ask("GET", &path)).all();
    assert_eq!(again.len(), events.len());
    let rest = shared().open(&ask("GET", &path).header("Last-Event-ID", &events[0].id)).all();
    assert_eq!((rest.len(), &rest[0].id), (events.len() - 1, &events[1].id));
    assert_eq!(shared().get(&format!("/api/executions/{id}/progress")).json()["state"], "ended");
}

#[test]
fn a_compiler_is_told_apart_from_its_program() {
    prepare("clang");
    let code = "#include <stdio.h>\n#warning hear me\nint main(void) { puts(\"out\"); fputs(\"err\\n\", stderr); }";
    let request = json!({ "runtime": "clang", "code": code });
    for _ in 0..2 {
        // The second time it is not built again, and the compiler's words are those of the first.
        let events = shared().open(&ask("POST", "/api/execute/stream").json(&request)).all();
        let said = |stream: &str, source: Option<&str>| -> String {
            let of = events.iter().filter(|event| event.name == "output" && event.data["stream"] == stream);
            of.filter(|event| event.data["source"].as_str() == source)
                .filter_map(|event| event.data["text"].as_str())
                .collect()
        };
        let outcome = &events.last().unwrap().data;
        let compiler = outcome["compiler"].as_str().unwrap();
        assert!(compiler.contains("hear me") && !compiler.contains("err\n"), "{outcome}");
        assert_eq!((said("stderr", Some("compiler")), said("stderr", None)), (compiler.to_owned(), "err\n".to_owned()));
        assert_eq!((said("stdout", None), &outcome["stdout"]), ("out\n".to_owned(), &"out\n".into()));
        assert_eq!(outcome["stderr"], format!("{compiler}err\n"), "all of it is in stderr too");
        let path = format!("/api/executions/{}", outcome["execution_id"].as_str().unwrap());
        assert_eq!(shared().get(&path).json()["outcome"]["compiler"], compiler);
    }
    let broken =
        shared().post("/api/execute", &json!({ "runtime": "clang", "code": "int main(void) { return x; }" })).json();
    assert_eq!((&broken["exit_code"], &broken["compiler"]), (&1.into(), &broken["stderr"]), "{broken}");
    let short = json!({ "runtime": "clang", "code": code, "text_bytes": 20 });
    let short = shared().post("/api/execute", &short).json();
    assert!(short["compiler"].as_str().unwrap().contains("bytes are left out here"), "{short}");
    let quiet =
        shared().post("/api/execute", &json!({ "runtime": "clang", "code": "int main(void) { return 0; }" })).json();
    assert!(quiet.get("compiler").is_none(), "{quiet}");
}

#[test]
fn a_run_in_the_background_is_stopped_by_its_id() {
    prepare("python");
    let code = json!({ "runtime": "python", "code": "print('here', flush=True)\nwhile True: pass", "limits": { "timeout_ms": 120000 } });
    let started = shared().send(&ask("POST", "/api/execute").header("Prefer", "respond-async").json(&code));
    assert_eq!(started.status, 202, "{}", started.text());
    let path = started.header("location").to_owned();
    eventually("it has written", || shared().get(&format!("{path}/progress")).json()["output_bytes"] == 5);
    assert_eq!(shared().send(&ask("DELETE", &path)).status, 204);
    let id = path.rsplit('/').next().unwrap();
    let lines = shared().get("/api/audit?operation=executions.remove").json();
    let line = lines["lines"].as_array().unwrap().iter().find(|line| line["object"] == id);
    assert_eq!(line.map(|line| (&line["end"], &line["detail"])), Some((&"done".into(), &"stopped".into())), "{lines}");
    let last = shared().open(&ask("GET", &format!("{path}/stream"))).all().pop().unwrap();
    assert_eq!((&*last.name, &last.data["status"]), ("outcome", &"cancelled".into()), "{last:?}");
}

#[test]
fn what_cannot_be_run_is_a_problem_in_words() {
    for (given, status, reason, words) in [
        (json!({ "runtime": "cobol", "code": "" }), 404, "not_found", "cobol"),
        (json!({ "code": "" }), 400, "invalid", "runtime is missing"),
        (json!({ "runtime": "python" }), 400, "invalid", "missing field `code`"),
        (json!({ "runtime": "python", "code": 1 }), 400, "invalid", "code: invalid type"),
        (json!({ "runtime": "python", "code": "", "lang": 1 }), 400, "invalid", "unknown field `lang`"),
        (
            json!({ "runtime": "python", "code": "", "limits": { "memory_mib": 1 << 20 } }),
            400,
            "invalid",
            "out of range",
        ),
        (json!({ "runtime": "python", "code": "", "outputs": ["../a"] }), 400, "invalid", "leaves /work"),
        (json!({ "runtime": "python", "code": "", "network": true }), 400, "invalid", "network"),
    ] {
        let detail = shared().post("/api/execute", &given).problem(status, reason);
        assert!(detail.contains(words), "{given}: {detail}");
    }
    let answer = shared().get("/api/executions/00000000000000000000000000000000");
    answer.problem(404, "not_found");
}

#[test]
fn a_run_is_recorded_with_its_outcome() {
    prepare("python");
    let code = json!({ "runtime": "python", "code": "print('kept')" });
    let id = shared().post("/api/execute", &code).json()["execution_id"].as_str().unwrap().to_owned();
    let record = shared().get(&format!("/api/executions/{id}")).json();
    assert_eq!((&record["state"], &record["outcome"]["stdout"]), (&"completed".into(), &"kept\n".into()), "{record}");
    let listed = shared().get("/api/executions?limit=200&state=completed&runtime=python").json();
    assert!(listed["executions"].as_array().unwrap().iter().any(|run| run["execution_id"] == *id), "{listed}");
    let path = format!("/api/executions/{id}");
    assert_eq!(shared().send(&ask("DELETE", &path)).status, 204);
    shared().get(&path).problem(404, "not_found");
}
