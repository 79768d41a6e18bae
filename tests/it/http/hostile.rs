//! Requests that no decent client sends.

use super::client::{ask, raw, whole};
use super::server::{Server, TOKEN, shared};
use serde_json::json;
use std::io::{BufReader, Write};
use std::net::TcpStream;

#[test]
fn a_name_that_is_not_the_server_s_is_refused() {
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "a@b"] {
        let answer = shared().send(&ask("GET", "/api/jobs").header("Host", host));
        assert!(answer.problem(421, "wrong_host").contains("server.allowed_hosts"), "{host}");
    }
    for host in ["localhost:1", "127.0.0.1", "[::1]:80"] {
        assert_eq!(shared().send(&ask("GET", "/api/jobs").header("Host", host)).status, 200, "{host}");
    }
}

#[test]
fn a_page_elsewhere_changes_nothing() {
    for (name, value) in [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")] {
        let asked = ask("POST", "/api/execute").header(name, value).json(&json!({ "runtime": "python", "code": "1" }));
        let detail = shared().send(&asked).problem(403, "forbidden");
        assert!(detail.contains("server.allowed_origins"), "{name}: {detail}");
    }
    let own = ask("POST", "/api/images/prune").header("Origin", "http://localhost").json(&json!({ "x": 1 }));
    shared().send(&own).problem(400, "invalid");
}

#[test]
fn only_a_page_of_a_named_origin_reads_answers() {
    let server = Server::start("[server]\nallowed_origins = [\"https://app.example\"]", |_| {});
    let asked = |origin: &str| {
        let wish =
            ask("OPTIONS", "/api/execute").header("Origin", origin).header("Access-Control-Request-Method", "POST");
        wish.header("Access-Control-Request-Headers", "authorization").send(&server.address, None)
    };
    assert_eq!(asked("https://app.example").header("access-control-allow-origin"), "https://app.example");
    assert_eq!(asked("https://evil.example").header("access-control-allow-origin"), "");
    let own = ask("POST", "/api/images/prune").header("Origin", "https://app.example").json(&json!({ "x": 1 }));
    server.send(&own).problem(400, "invalid");
    assert_eq!(shared().get("/api/jobs").header("access-control-allow-origin"), "");
}

#[test]
fn requests_that_could_be_read_in_two_ways_are_refused() {
    let head = format!(
        "POST /api/execute HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
    );
    for odd in [
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        "Content-Length: +5\r\n\r\n12345",
        "Content-Length: 5, 5\r\n\r\n12345",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "Transfer-Encoding: identity, chunked, gzip\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "X: a\r\n b: c\r\n\r\n",
        "Bad Header: x\r\n\r\n",
        "Nul: \0\r\n\r\n",
    ] {
        let status = raw(&shared().address, format!("{head}{odd}").as_bytes()).status;
        assert!(status == 0 || (400..500).contains(&status), "{odd:?}: {status}");
    }
    // With both lengths, nothing of the body may be taken for a request of its own.
    let both = format!(
        "{head}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /api/system HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
    );
    let answer = raw(&shared().address, both.as_bytes());
    assert!(!answer.text().contains("available_bytes"), "{}", answer.text());
    let two = "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(&shared().address, two.as_bytes()).status, 400);
    assert_eq!(raw(&shared().address, b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n").status, 400);
}

#[test]
fn floods_of_headers_end_the_connection_and_nothing_else() {
    let many: String = (0..200).map(|number| format!("X-{number}: a\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "a".repeat(200 << 10));
    for flood in [many, long] {
        let status =
            raw(&shared().address, format!("GET /health HTTP/1.1\r\nHost: localhost\r\n{flood}\r\n").as_bytes()).status;
        assert!(status == 0 || status == 431 || status == 400, "{status}");
    }
    let path = format!("/api/jobs/{}", "a".repeat(100 << 10));
    let status = shared().get(&path).status;
    assert!(status == 0 || (400..500).contains(&status), "{status}");
    assert_eq!(shared().get("/health").status, 200);
}

#[test]
fn names_cannot_break_out_of_headers_paths_or_the_log() {
    let name = "a%0d%0aSet-Cookie: x=y";
    let added = shared().send(&ask("POST", "/api/files").form(&[("file", Some(name), b"x")]));
    let content = shared().get(&format!("{}/content", added.header("location")));
    assert_eq!((content.status, content.header("set-cookie")), (200, ""), "{content:?}");
    for path in [
        "/api/jobs/1/results/../../../etc/passwd",
        "/api/jobs/1/results/%2e%2e/%2e%2e/x",
        "/api/%2e%2e/health%00",
        "/api//jobs",
    ] {
        let status = shared().get(path).status;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    shared().get("/api/x%0a2026-01-01T00:00:00Z%20ERROR%20forged").problem(404, "not_found");
    let said = shared().said.lock().unwrap().clone();
    assert!(!said.iter().any(|line| line.starts_with("2026-01-01T00:00:00Z")), "{said:?}");
}

#[test]
fn forms_that_are_bombs_are_bounded() {
    let many: Vec<(&str, Option<&str>, &[u8])> = (0..2000).map(|_| ("f", Some("x"), &b""[..])).collect();
    let answer = shared().send(&ask("POST", "/api/execute").form(&many));
    answer.problem(413, "too_large");
    let mut body = b"--XX\r\nContent-Disposition: form-data; name=\"".to_vec();
    body.extend(vec![b'a'; 1 << 20]);
    let endless = ask("POST", "/api/files").body("multipart/form-data; boundary=XX", &body);
    let status = shared().send(&endless).status;
    assert!((400..500).contains(&status), "{status}");
}

#[test]
fn a_connection_that_is_half_open_or_silent_holds_up_nobody() {
    let silent: Vec<TcpStream> = (0..200).map(|_| TcpStream::connect(&shared().address).unwrap()).collect();
    let mut half = TcpStream::connect(&shared().address).unwrap();
    half.write_all(b"POST /api/execute HTTP/1.1\r\nHost: localhost\r\nContent-Le").unwrap();
    half.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(shared().get("/health").status, 200);
    let ended = whole(BufReader::new(half));
    assert!(ended.status == 0 || ended.status == 400, "{ended:?}");
    drop(silent);
}
