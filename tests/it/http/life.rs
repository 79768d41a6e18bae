//! How a server begins and ends.

use super::client::{ask, whole};
use super::server::{Server, TOKEN, command};
use crate::harness::{eventually, prepare};
use serde_json::json;
use std::io::{BufReader, Write};
use std::os::unix::net::UnixStream;

#[test]
fn a_run_under_way_ends_while_the_server_does() {
    prepare("python");
    let mut server = Server::start("[server]\ndrain_seconds = 60", |_| {});
    let code =
        json!({ "runtime": "python", "code": "print('here', flush=True)\nimport time\ntime.sleep(3)\nprint('done')" });
    let mut stream = server.open(&ask("POST", "/api/execute/stream").json(&code));
    while stream.next().is_some_and(|event| event.name != "output") {}
    server.signal("TERM");
    eventually("it drains", || server.get("/health").status == 503);
    let health = server.get("/health").json();
    assert_eq!((&health["status"], &health["draining"]), (&"draining".into(), &true.into()), "{health}");
    let refused = server.post("/api/execute", &code);
    refused.problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "5");
    let last = stream.all().pop().unwrap();
    assert_eq!((&*last.name, &last.data["stdout"]), ("outcome", &"here\ndone\n".into()));
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_run_that_does_not_end_is_answered_as_cancelled() {
    prepare("python");
    let mut server = Server::start("[server]\ndrain_seconds = 0", |_| {});
    let code = json!({ "runtime": "python", "code": "while True: pass", "limits": { "timeout_ms": 300000 } });
    let started = server.send(&ask("POST", "/api/execute").header("Prefer", "respond-async").json(&code));
    let path = started.header("location").to_owned();
    eventually("it runs", || server.get(&format!("{path}/progress")).json()["state"] == "running");
    let waiting = server.open(&ask("GET", &format!("{path}/stream")));
    server.signal("TERM");
    let last = waiting.all().pop().unwrap();
    assert_eq!((&*last.name, &last.data["status"]), ("outcome", &"cancelled".into()), "{last:?}");
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_unix_socket_serves_and_is_gone_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let listen = format!("unix:{}", socket.display());
    let mut server = Server::start("", |command| {
        command.args(["--listen", &listen]);
    });
    let mut stream = UnixStream::connect(&socket).unwrap();
    stream.write_all(b"GET /api/jobs HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").unwrap();
    drop(stream);
    let mut stream = UnixStream::connect(&socket).unwrap();
    let request = format!(
        "GET /api/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let answer = whole(BufReader::new(stream));
    assert_eq!((answer.status, &answer.json()["total"]), (200, &0.into()));
    let second = command(&tempfile::tempdir().unwrap(), "").args(["--listen", &listen]).output().unwrap();
    assert!(String::from_utf8_lossy(&second.stderr).contains("another server answers there"), "{second:?}");
    server.signal("TERM");
    assert!(server.child.wait().unwrap().success() && !socket.exists());
}

#[test]
fn plain_http_beyond_this_machine_takes_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let refused = command(&folder, "").args(["--listen", "0.0.0.0:0"]).output().unwrap();
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && words.contains("--insecure-http"), "{words}");
    for (config, flag) in [("", "--insecure-http"), ("[server]\ntrusted_proxies = [\"10.0.0.0/8\"]", "--prepare=none")]
    {
        let mut server = Server::start(config, |command| {
            command.args(["--listen", "0.0.0.0:0", flag]);
        });
        server.signal("TERM");
        assert!(server.child.wait().unwrap().success());
    }
}

#[test]
fn the_first_admin_has_a_password_that_is_said_once() {
    let server = Server::start("", |command| {
        command.env_remove("RUNCELL_TOKENS");
    });
    let said = server.said.lock().unwrap().join("\n");
    let password = said.split("shown once: ").nth(1).unwrap().split_whitespace().next().unwrap();
    let login = ask("POST", "/api/auth/login").json(&json!({ "name": "admin", "password": password }));
    let answer = login.send(&server.address, None);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let me = ask("GET", "/api/auth/me").send(&server.address, Some(&token)).json();
    assert_eq!(
        (&me["name"], &me["role"], &me["credential"]),
        (&"admin".into(), &"admin".into(), &"login".into()),
        "{me}"
    );
    assert_eq!(ask("GET", "/api/jobs").send(&server.address, Some(TOKEN)).status, 401);
    let lines = ask("GET", "/api/audit?operation=users.write").send(&server.address, Some(&token)).json();
    let line = &lines["lines"][0];
    assert_eq!(
        (&line["user"], &line["object"], &line["end"]),
        (&"(server)".into(), &"admin".into(), &"done".into()),
        "{lines}"
    );
    assert!(!lines.to_string().contains(password));
}

#[test]
fn the_manager_s_variables_are_understood_and_named() {
    let server = Server::start("", |command| {
        command.env_remove("RUNCELL_TOKENS").env("MANAGER_TOKENS", "viewer:manager-viewer-token");
        command.env("MANAGER_BEARER_TOKEN", "manager-legacy-token").env("RUNCELL_ADMIN_PASSWORD", "a long password");
    });
    let said = server.said.lock().unwrap().join("\n");
    assert!(said.contains("MANAGER_TOKENS is called RUNCELL_TOKENS here") && !said.contains("shown once"), "{said}");
    let get = |token| ask("GET", "/api/auth/me").send(&server.address, Some(token)).json();
    assert_eq!(get("manager-viewer-token")["role"], "viewer");
    assert_eq!(get("manager-legacy-token")["role"], "admin");
    let audit =
        ask("GET", "/api/audit?operation=tokens.make").send(&server.address, Some("manager-legacy-token")).json();
    let line = &audit["lines"][0];
    assert_eq!((&line["user"], &line["end"]), (&"(server)".into(), &"done".into()), "{audit}");
    assert!(
        line["detail"].as_str().unwrap().contains("legacy") && !audit.to_string().contains("manager-legacy"),
        "{audit}"
    );
}
