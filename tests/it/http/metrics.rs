//! Metrics of the server: named, bounded, and open to those who may read them.

use super::client::ask;
use super::server::{Server, TOKEN};
use crate::harness::prepare;
use serde_json::json;

/// The value of a line of the metrics.
fn value(server: &Server, line: &str) -> f64 {
    let text = server.get("/metrics").text();
    let found = text.lines().find_map(|found| found.strip_prefix(line)?.trim().parse().ok());
    found.unwrap_or(0.0)
}

#[test]
fn runs_requests_and_failures_are_counted() {
    prepare("python");
    let server = Server::start("", |_| {});
    let run = |code: &str| server.post("/api/execute", &json!({ "runtime": "python", "code": code }));
    assert_eq!(run("print('12345')").status, 200);
    run("raise SystemExit(3)");
    let slow = json!({ "runtime": "python", "code": "while True: pass", "limits": { "timeout_ms": 50 } });
    server.post("/api/execute", &slow);
    server.post("/api/execute", &json!({ "runtime": "no-such", "code": "" })).problem(404, "not_found");
    ask("GET", "/api/jobs/12345").send(&server.address, Some("wrong")).problem(401, "unauthenticated");
    ask("GET", "/api/jobs").send(&server.address, None).problem(401, "unauthenticated");
    server.get("/secret-path-of-somebody").problem(404, "not_found");
    let ended = |ending: &str| format!("runcell_runs_total{{runtime=\"python\",backend=\"cell\",ending=\"{ending}\"}}");
    for (line, expected) in [
        (&*ended("completed"), 2.0),
        (&ended("timed_out"), 1.0),
        ("runcell_runs_refused_total{reason=\"not_found\"}", 1.0),
        ("runcell_run_seconds_count{runtime=\"python\"}", 3.0),
        ("runcell_run_wait_seconds_count", 3.0),
        ("runcell_output_bytes_total", 6.0),
        ("runcell_auth_failures_total{reason=\"token\"}", 1.0),
        ("runcell_auth_failures_total{reason=\"no_token\"}", 1.0),
        ("runcell_http_requests_total{method=\"POST\",route=\"/api/execute\",status=\"200\"}", 3.0),
        ("runcell_http_requests_total{method=\"GET\",route=\"/api/jobs/{id}\",status=\"401\"}", 1.0),
        ("runcell_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"}", 1.0),
        ("runcell_http_seconds_count{route=\"/api/execute\"}", 4.0),
        ("runcell_jobs{state=\"pending\"}", 0.0),
        ("runcell_runs_running", 0.0),
    ] {
        assert_eq!(value(&server, line), expected, "{line} in {}", server.get("/metrics").text());
    }
    for line in
        ["runcell_run_places", "runcell_workers", "runcell_http_sent_bytes_total", "process_resident_memory_bytes"]
    {
        assert!(value(&server, line) > 0.0, "{line} in {}", server.get("/metrics").text());
    }
    let metrics = server.get("/metrics");
    assert_eq!(metrics.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for private in ["secret-path", "12345\"", TOKEN, "admin"] {
        assert!(!metrics.text().contains(private), "{private}");
    }
}

#[test]
fn a_stranger_s_words_make_no_label() {
    let server = Server::start("", |_| {});
    for number in 0..20 {
        server.send(&ask(&format!("ODD{number}"), "/api/jobs"));
        server.get(&format!("/api/jobs/{number}"));
        server.get(&format!("/no/{number}"));
        server.post("/mcp", &json!({ "jsonrpc": "2.0", "id": number, "method": format!("m{number}") }));
    }
    let text = server.get("/metrics").text();
    let lines = text.lines().filter(|line| line.starts_with("runcell_http_requests_total")).count();
    assert!(lines < 10 && text.contains("route=\"/mcp\""), "{text}");
}

#[test]
fn the_configuration_says_who_reads_metrics() {
    let with = |config: &str| {
        Server::start(config, |command| {
            command.env("RUNCELL_TOKENS", format!("{TOKEN},deployer:team:a-token-of-a-deployer"));
        })
    };
    let admins = with("");
    ask("GET", "/metrics").send(&admins.address, None).problem(401, "unauthenticated");
    ask("GET", "/metrics").send(&admins.address, Some("a-token-of-a-deployer")).problem(403, "forbidden");
    assert_eq!(admins.get("/metrics").status, 200);
    let open = with("[server]\nmetrics = \"open\"");
    assert!(ask("GET", "/metrics").send(&open.address, None).text().contains("runcell_build_info{version="));
    let off = with("[server]\nmetrics = \"off\"");
    off.get("/metrics").problem(404, "not_found");
}
