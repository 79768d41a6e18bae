//! Running snippets over HTTP: at once, as events, in the background, with files.

use super::client::ask;
use super::server::both;
use crate::harness::{eventually, prepare};
use serde_json::json;

both! {
    fn a_snippet_is_run_and_its_outcome_is_that_of_every_face(on: Database) {
        prepare("python");
        let answer = on.shared().post("/api/execute", &json!({
            "runtime": "python", "code": "import sys; print(sys.stdin.read()); open('out.txt', 'w').write('left'); sys.exit(3)",
            "stdin": "hé", "outputs": ["out.txt", "none"], "env": { "A": "b" }, "args": ["x"],
        }));
        let json = answer.json();
        assert_eq!((answer.status, &json["status"], &json["exit_code"]), (200, &"completed".into(), &3.into()), "{json}");
        assert_eq!((&json["stdout"], &json["files"][0]["content"]), (&"hé\n".into(), &"left".into()), "{json}");
        assert_eq!((&json["missing_files"][0], &json["ran_on"]["backend"]), (&"none".into(), &"wasm".into()), "{json}");
        assert_eq!(json["execution_id"].as_str().map(str::len), Some(32));
    }

    fn the_executor_s_names_and_limits_in_their_units_are_understood(on: Database) {
        prepare("python");
        let answer = on.shared().post(
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
        let json = on.shared().post("/api/execute", &long).json();
        let stdout = json["stdout"].as_str().unwrap();
        assert!(stdout.len() < 300 && stdout.contains("bytes are left out here") && stdout.ends_with("z\n"), "{stdout}");
        assert_eq!(json["more"][0]["bytes"], 10001);
    }

    fn a_form_brings_files(on: Database) {
        prepare("python");
        let request = json!({ "runtime": "python", "code": "print(open('a/b.bin', 'rb').read())" }).to_string();
        let form: &[(&str, Option<&str>, &[u8])] =
            &[("request", None, request.as_bytes()), ("f", Some("a/b.bin"), b"\x00\xff\r\n--X")];
        let json = on.shared().send(&ask("POST", "/api/execute").form(form)).json();
        assert_eq!(json["stdout"], "b'\\x00\\xff\\r\\n--X'\n", "{json}");
        let none = on.shared().send(&ask("POST", "/api/execute").form(&form[1..]));
        assert!(none.problem(400, "invalid").contains("no field `request`"));
        let outside: &[(&str, Option<&str>, &[u8])] = &[form[0], ("f", Some("../b"), b"")];
        assert!(on.shared().send(&ask("POST", "/api/execute").form(outside)).problem(400, "invalid").contains("leaves /work"));
    }

    fn a_stream_tells_what_a_run_does_and_can_be_heard_again(on: Database) {
        prepare("python");
        let code = json!({ "runtime": "python", "code": "print('one', flush=True)\nprint('two €')" });
        let stream = on.shared().open(&ask("POST", "/api/execute/stream").json(&code));
        assert_eq!(stream.head.header("content-type"), "text/event-stream");
        let events = stream.all();
        let names: Vec<&str> = events.iter().map(|event| &*event.name).filter(|name| *name != "progress").collect();
        assert_eq!((names.first(), names.last()), (Some(&"started"), Some(&"outcome")), "{events:?}");
        let text: String = events.iter().filter_map(|event| event.data["text"].as_str()).collect();
        assert_eq!(text, "one\ntwo €\n");
        assert_eq!(events.last().unwrap().data["stdout"], "one\ntwo €\n");
        let id = events[0].data["execution_id"].as_str().unwrap();
        let path = format!("/api/executions/{id}/stream");
        let again = on.shared().open(&ask("GET", &path)).all();
        assert_eq!(again.len(), events.len());
        let rest = on.shared().open(&ask("GET", &path).header("Last-Event-ID", &events[0].id)).all();
        assert_eq!((rest.len(), &rest[0].id), (events.len() - 1, &events[1].id));
        assert_eq!(on.shared().get(&format!("/api/executions/{id}/progress")).json()["state"], "ended");
    }

    fn a_compiler_is_told_apart_from_its_program(on: Database) {
        prepare("clang");
        let code = "#include <stdio.h>\n#warning hear me\nint main(void) { puts(\"out\"); fputs(\"err\\n\", stderr); }";
        let request = json!({ "runtime": "clang", "code": code });
        for _ in 0..2 {
            // The second time it is not built again, and the compiler's words are those of the first.
            let events = on.shared().open(&ask("POST", "/api/execute/stream").json(&request)).all();
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
            assert_eq!(on.shared().get(&path).json()["outcome"]["compiler"], compiler);
        }
        let broken =
            on.shared().post("/api/execute", &json!({ "runtime": "clang", "code": "int main(void) { return x; }" })).json();
        assert_eq!((&broken["exit_code"], &broken["compiler"]), (&1.into(), &broken["stderr"]), "{broken}");
        let short = json!({ "runtime": "clang", "code": code, "text_bytes": 20 });
        let short = on.shared().post("/api/execute", &short).json();
        assert!(short["compiler"].as_str().unwrap().contains("bytes are left out here"), "{short}");
        let quiet =
            on.shared().post("/api/execute", &json!({ "runtime": "clang", "code": "int main(void) { return 0; }" })).json();
        assert!(quiet.get("compiler").is_none(), "{quiet}");
    }

    fn a_run_in_the_background_is_stopped_by_its_id(on: Database) {
        prepare("python");
        let code = json!({ "runtime": "python", "code": "print('here', flush=True)\nwhile True: pass", "limits": { "timeout_ms": 120000 } });
        let started = on.shared().send(&ask("POST", "/api/execute").header("Prefer", "respond-async").json(&code));
        assert_eq!(started.status, 202, "{}", started.text());
        let path = started.header("location").to_owned();
        eventually("it has written", || on.shared().get(&format!("{path}/progress")).json()["output_bytes"] == 5);
        assert_eq!(on.shared().send(&ask("DELETE", &path)).status, 204);
        let id = path.rsplit('/').next().unwrap();
        let lines = on.shared().get("/api/audit?operation=executions.remove").json();
        let line = lines["lines"].as_array().unwrap().iter().find(|line| line["object"] == id);
        assert_eq!(line.map(|line| (&line["end"], &line["detail"])), Some((&"done".into(), &"stopped".into())), "{lines}");
        let last = on.shared().open(&ask("GET", &format!("{path}/stream"))).all().pop().unwrap();
        assert_eq!((&*last.name, &last.data["status"]), ("outcome", &"cancelled".into()), "{last:?}");
    }

    fn what_cannot_be_run_is_a_problem_in_words(on: Database) {
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
            let detail = on.shared().post("/api/execute", &given).problem(status, reason);
            assert!(detail.contains(words), "{given}: {detail}");
        }
        let answer = on.shared().get("/api/executions/00000000000000000000000000000000");
        answer.problem(404, "not_found");
    }

    fn a_run_is_recorded_with_its_outcome(on: Database) {
        prepare("python");
        let code = json!({ "runtime": "python", "code": "print('kept')" });
        let id = on.shared().post("/api/execute", &code).json()["execution_id"].as_str().unwrap().to_owned();
        let record = on.shared().get(&format!("/api/executions/{id}")).json();
        assert_eq!((&record["state"], &record["outcome"]["stdout"]), (&"completed".into(), &"kept\n".into()), "{record}");
        let listed = on.shared().get("/api/executions?limit=200&state=completed&runtime=python").json();
        assert!(listed["executions"].as_array().unwrap().iter().any(|run| run["execution_id"] == *id), "{listed}");
        let path = format!("/api/executions/{id}");
        assert_eq!(on.shared().send(&ask("DELETE", &path)).status, 204);
        on.shared().get(&path).problem(404, "not_found");
    }

    fn a_file_that_does_not_fit_is_fetched_from_its_address(on: Database) {
        prepare("python");
        let server = on.start("[answers]\nanswer_bytes = \"64 KiB\"", |_| {});
        let code = "import os\nos.mkdir('a b')\nopen('a b/big?.bin', 'wb').write(bytes(range(256)) * 1000)\n\
                    open('page.html', 'w').write('<script>alert(1)</script>')\nprint('line\\n' * 1000)";
        let given = json!({ "runtime": "python", "code": code, "outputs": ["a b/big?.bin", "page.html"], "text_bytes": 100 });
        let json = server.post("/api/execute", &given).json();
        let (big, small, more) = (&json["files"][0], &json["files"][1], &json["more"][0]);
        assert!(big.get("content").is_none() && big["bytes"] == 256_000, "{big}");
        assert_eq!(small["content"], "<script>alert(1)</script>", "{small}");
        let uri = big["uri"].as_str().unwrap();
        assert_eq!(uri, format!("/api/executions/{}/files/a%20b/big%3F.bin", json["execution_id"].as_str().unwrap()));
        let whole = server.get(uri);
        assert!(whole.status == 200 && whole.body == (0..=255).collect::<Vec<u8>>().repeat(1000), "{}", whole.status);
        let part = server.send(&ask("GET", uri).header("Range", "bytes=254-257"));
        assert_eq!((part.status, &*part.body), (206, &[254, 255, 0, 1][..]));
        let same = server.send(&ask("GET", uri).header("If-None-Match", whole.header("etag")));
        assert_eq!((same.status, same.body.len()), (304, 0));
        let output = server.get(more["uri"].as_str().unwrap());
        assert_eq!((output.text(), &more["bytes"]), ("line\n".repeat(1000) + "\n", &5001.into()));
        let page = server.get(&format!("/api/executions/{}/files/page.html", json["execution_id"].as_str().unwrap()));
        assert_eq!((page.text().len(), page.header("x-content-type-options")), (25, "nosniff"));
        assert!(page.header("content-disposition").starts_with("attachment"), "{page:?}");
        assert!(page.header("content-security-policy").contains("sandbox"), "{page:?}");
        let other = server.post("/api/tokens", &json!({ "label": "b", "role": "admin", "tenant": "other" })).json();
        let stranger = |path: &str| ask("GET", path).send(&server.address, other["token"].as_str());
        for path in [uri, more["uri"].as_str().unwrap()] {
            stranger(path).problem(404, "not_found");
        }
        let record = format!("/api/executions/{}", json["execution_id"].as_str().unwrap());
        for path in ["files/none", "files/../../x", "outputs/both"] {
            let refused = server.get(&format!("{record}/{path}"));
            assert!([400, 404].contains(&refused.status), "{path}: {}", refused.text());
        }
        assert_eq!(server.send(&ask("DELETE", &record)).status, 204);
        server.get(uri).problem(404, "not_found");
    }

    fn a_small_file_is_fetched_from_its_record(on: Database) {
        prepare("python");
        let code = "open('a.bin', 'wb').write(b'\\xff\\x00')\nprint('hé')";
        let given = json!({ "runtime": "python", "code": code, "outputs": ["a.bin"] });
        let json = on.shared().post("/api/execute", &given).json();
        assert_eq!(json["files"][0]["content"], "/wA=", "{json}");
        let record = format!("/api/executions/{}", json["execution_id"].as_str().unwrap());
        assert_eq!(on.shared().get(&format!("{record}/files/a.bin")).body, [0xff, 0]);
        assert_eq!(on.shared().get(&format!("{record}/outputs/stdout")).text(), "hé\n");
        assert_eq!(on.shared().get(&format!("{record}/outputs/stderr")).text(), "");
    }

}
