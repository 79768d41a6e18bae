//! Whatever is wrong with a request is a problem that says what.

use super::client::ask;
use super::server::{TOKEN, shared};
use serde_json::json;

#[test]
fn requests_that_fit_nothing_are_problems() {
    let server = shared();
    assert!(server.get("/api/nothing").problem(404, "not_found").contains("/api/nothing"));
    let wrong = server.send(&ask("DELETE", "/api/jobs"));
    assert!(wrong.problem(405, "wrong_method").contains("DELETE") && wrong.header("allow").contains("GET"));
    let plain = ask("POST", "/api/jobs").body("text/plain", b"{}");
    assert!(server.send(&plain).problem(415, "wrong_type").contains("\"text/plain\""));
    for (body, words) in [
        (&b"{"[..], "EOF while parsing"),
        (b"\"x\"", "invalid type"),
        (b"{} {}", "trailing characters"),
        (b"\xff", "expected value"),
        (b"{\"tool\": 1}", "tool: invalid type"),
        (b"{\"tools\": 1}", "unknown field `tools`"),
    ] {
        let detail = server.send(&ask("POST", "/api/jobs").body("application/json", body)).problem(400, "invalid");
        assert!(detail.contains(words), "{detail}");
    }
    for (path, words) in [
        ("/api/jobs?limit=0", "limit = 0"),
        ("/api/jobs?limit=x", "limit: invalid digit"),
        ("/api/jobs?status=lost", "\"lost\" is none of"),
        ("/api/jobs?cursor=zzz", "cursor"),
        ("/api/jobs?pages=1", "unknown field `pages`"),
        ("/api/jobs/x", "the path"),
        ("/api/jobs/0", "the path"),
    ] {
        let detail = server.get(path).problem(400, "invalid");
        assert!(detail.contains(words), "{path}: {detail}");
    }
    assert!(server.get("/api/jobs/999999").problem(404, "not_found").contains("999999"));
}

#[test]
fn a_body_that_is_too_long_is_refused_before_it_is_read() {
    let long = vec![b' '; 9 << 20];
    let answer = shared().send(&ask("POST", "/api/jobs").body("application/json", &long));
    // The server may close before all of it was sent.
    if answer.status != 0 {
        answer.problem(413, "too_large");
    }
}

#[test]
fn who_asks_has_to_be_known() {
    let server = shared();
    for token in
        [None, Some("rc_0123456789abcdef0123456789abcdee"), Some(""), Some("rc_0123456789abcdef0123456789abcdef0")]
    {
        let answer = ask("GET", "/api/jobs").send(&server.address, token);
        let detail = answer.problem(401, "unauthenticated");
        assert!(answer.header("www-authenticate") == "Bearer" && !detail.contains("rc_"), "{detail}");
    }
    let basic = ask("GET", "/api/jobs").header("Authorization", &format!("Basic {TOKEN}"));
    basic.send(&server.address, None).problem(401, "unauthenticated");
    // A token in an address would be in logs of everybody on the way.
    ask("GET", &format!("/api/jobs?access_token={TOKEN}")).send(&server.address, None).problem(401, "unauthenticated");
    assert_eq!(ask("GET", "/health").send(&server.address, None).status, 200);
    assert!(!server.said.lock().unwrap().iter().any(|line| line.contains(TOKEN)), "a token in the log");
}

#[test]
fn answers_say_to_browsers_that_nothing_of_them_is_a_page() {
    let answer = shared().get("/api/system");
    assert_eq!(answer.status, 200, "{}", answer.text());
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    let named = shared().send(&ask("GET", "/api/nothing").header("X-Request-Id", "my-id.1"));
    assert_eq!(named.header("x-request-id"), "my-id.1");
    assert_eq!(named.json()["request_id"], "my-id.1");
    assert_eq!(shared().post("/api/execute", &json!(1)).header("x-request-id").len(), 16);
}
