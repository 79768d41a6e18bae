//! Jobs over HTTP, with a real engine.

use super::client::ask;
use super::server::{Server, both};
use crate::docker::harness::eventually;
use crate::job::harness::image;
use crate::need::needs;
use serde_json::{Value, json};

/// Submits the tool `shell` with a script.
fn submit(server: &Server, script: &str, key: &str) -> (u16, Value) {
    let file = server.send(&ask("POST", "/api/files").form(&[("file", Some("script.sh"), script.as_bytes())])).json();
    let given = json!({ "name": "shell", "docker_image": image(), "data": { "script": file["file_id"] } });
    let answer = server.send(&ask("POST", "/api/jobs").header("Idempotency-Key", key).json(&given));
    (answer.status, answer.json())
}

both! {
    fn lists_are_pages_and_an_empty_one_is_a_page(on: Database) {
        let list = on.shared().get("/api/jobs?status=pending,running&limit=5&order=queue").json();
        assert_eq!((&list["count"], &list["jobs"]), (&0.into(), &json!([])), "{list}");
        assert!(list.get("next").is_none());
    }

    fn jobs_that_there_are_not_have_nothing(on: Database) {
        for path in ["", "/logs", "/logs?follow=true", "/results", "/results/a", "/results/a/preview", "/results.zip"] {
            on.shared().get(&format!("/api/jobs/77{path}")).problem(404, "not_found");
        }
        on.shared().send(&ask("POST", "/api/jobs/77/cancel")).problem(404, "not_found");
        on.shared().send(&ask("DELETE", "/api/jobs/77")).problem(404, "not_found");
        let long = ask("POST", "/api/jobs").header("Idempotency-Key", &"k".repeat(256)).json(&json!({ "tool": "a::b" }));
        assert!(on.shared().send(&long).problem(400, "invalid").contains("Idempotency-Key"));
        assert!(on.shared().get("/api/jobs/77/logs?stream=both").problem(400, "invalid").contains("\"both\""));
    }

    fn a_job_is_submitted_followed_and_its_results_fetched(on: Database) {
        needs!(ENGINE);
        let server = on.start("", |_| {});
        let script = "echo one; echo two >&2; echo three; printf '<script>alert(1)</script>' > /out/page.html; mkdir /out/d; \
                      printf 0123456789 > /out/d/n.txt";
        let file = server.send(&ask("POST", "/api/files").form(&[("file", Some("script.sh"), script.as_bytes())])).json();
        let given = json!({ "name": "shell", "docker_image": image(), "data": { "script": file["file_id"] } });
        let send = || server.send(&ask("POST", "/api/jobs").header("Idempotency-Key", "k1").json(&given));
        let (first, again) = (send(), send());
        assert_eq!((first.status, again.status), (201, 200), "{} {}", first.text(), again.text());
        assert_eq!(first.json()["id"], again.json()["id"]);
        let path = first.header("location").to_owned();
        let events = server.open(&ask("GET", &format!("{path}/logs?follow=true"))).all();
        let text: String = events.iter().filter_map(|event| event.data["text"].as_str()).collect();
        assert_eq!(text, "one\nthree\n", "{events:?}");
        let last = events.last().unwrap();
        assert_eq!((&*last.name, &last.data["status"], &*last.id), ("end", &"finished".into(), "10"));
        assert_eq!(server.get(&format!("{path}/logs?stream=stderr")).text(), "two\n");
        assert_eq!(server.get(&format!("{path}/logs?tail=1")).text(), "three\n");
        assert_eq!(server.get(&format!("{path}/logs?grep=on")).text(), "one\n");
        assert_eq!(server.get(&format!("{path}/logs?since=4")).text(), "three\n");
        let list = server.get(&format!("{path}/results")).json();
        assert_eq!(list["summary"]["artifact_count"], 2, "{list}");
        let page = server.get(&format!("{path}/results/page.html"));
        assert!(
            page.header("content-disposition").starts_with("attachment")
                && page.header("content-security-policy").contains("sandbox")
        );
        assert_eq!((page.header("x-content-type-options"), page.text().len()), ("nosniff", 25));
        let preview = server.get(&format!("{path}/results/page.html/preview"));
        assert_eq!(
            (preview.header("content-type"), &preview.json()["mimeType"]),
            ("application/json", &"text/html".into())
        );
        let part = server.send(&ask("GET", &format!("{path}/results/d/n.txt")).header("Range", "bytes=-3"));
        assert_eq!((part.status, part.text()), (206, "789".to_owned()));
        server.get(&format!("{path}/results/../../x")).problem(400, "invalid");
        let zip = server.get(&format!("{path}/results.zip"));
        let archive = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).unwrap();
        assert!(archive.file_names().any(|name| name.is_ok_and(|name| name.ends_with("d/n.txt"))));
        let one = server.get(&path);
        let same = server.send(&ask("GET", &path).header("If-None-Match", one.header("etag")));
        assert_eq!((one.json()["end"]["exit_code"].as_i64(), same.status), (Some(0), 304));
        let stale = server.send(&ask("DELETE", &path).header("If-Match", "\"old\""));
        stale.problem(412, "changed");
        assert_eq!(server.send(&ask("DELETE", &path)).status, 204);
        server.get(&path).problem(404, "not_found");
    }

    fn a_job_that_runs_is_cancelled_and_pages_follow_each_other(on: Database) {
        needs!(ENGINE);
        let server = on.start("", |_| {});
        let jobs: Vec<Value> = (0..3).map(|number| submit(&server, "sleep 600", &format!("k{number}")).1).collect();
        let first = server.get("/api/jobs?limit=2&order=oldest").json();
        let next = first["next"].as_str().unwrap();
        let second = server.get(&format!("/api/jobs?limit=2&order=oldest&cursor={next}")).json();
        let ids = |page: &Value| page["jobs"].as_array().unwrap().iter().map(|job| job["id"].clone()).collect::<Vec<_>>();
        assert_eq!([ids(&first), ids(&second)].concat(), jobs.iter().map(|job| job["id"].clone()).collect::<Vec<_>>());
        assert!(second.get("next").is_none());
        for job in &jobs {
            let answer = server.send(&ask("POST", &format!("/api/jobs/{}/cancel", job["id"]))).json();
            assert!(["cancelled", "requested"].contains(&answer["outcome"].as_str().unwrap()), "{answer}");
        }
        for job in &jobs {
            let ended = server.open(&ask("GET", &format!("/api/jobs/{}/logs?follow=true", job["id"]))).all().pop().unwrap();
            assert_eq!(ended.data["status"], "cancelled", "{ended:?}");
        }
    }

    fn a_log_begins_at_a_time(on: Database) {
        needs!(ENGINE);
        let server = on.start("", |_| {});
        let script = "echo early; while [ ! -e /out/go ]; do sleep 0.1; done; echo late";
        let id = submit(&server, script, "since").1["id"].to_string();
        let log = |query: &str| server.get(&format!("/api/jobs/{id}/logs{query}"));
        eventually("it has begun to write", || log("").text() == "early\n");
        let now = || jiff::Timestamp::now().to_string();
        let mut between = now();
        eventually("what it wrote lies before a time", || {
            between = now();
            log(&format!("?since={between}")).text().is_empty()
        });
        let out = server.folder().path().join("data/jobs").join(&id).join("out");
        std::fs::write(out.join("go"), "").unwrap();
        let events = server.open(&ask("GET", &format!("/api/jobs/{id}/logs?follow=true&since={between}"))).all();
        let text: String = events.iter().filter_map(|event| event.data["text"].as_str()).collect();
        assert_eq!((&*text, &*events.last().unwrap().name), ("late\n", "end"), "{events:?}");
        for (query, expected) in [
            (format!("?since={between}"), "late\n"),
            (format!("?since={between}&tail=9"), "late\n"),
            ("?since=1h".to_owned(), "early\nlate\n"),
            ("?since=1h&tail=1".to_owned(), "late\n"),
            ("?since=2000-01-01".to_owned(), "early\nlate\n"),
            ("?since=3&tail=2".to_owned(), "ly\nlate\n"),
        ] {
            assert_eq!(log(&query).text(), expected, "{query}");
        }
        assert!(log("?since=yesterday").problem(400, "invalid").contains("10m, 1h30m"));
    }
}
