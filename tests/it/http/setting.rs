//! Settings of a server: flags, variables, a file, and what older systems call the same things.

use super::client::ask;
use super::server::{Server, command};
use crate::harness::eventually;
use crate::need::needs;
use crate::store::postgres;
use serde_json::json;
use std::process::Command;

fn said(server: &Server) -> String {
    server.said.lock().unwrap().join("\n")
}

fn port_of(server: &Server) -> &str {
    server.address.rsplit(':').next().unwrap()
}

/// A port that was free a moment ago.
fn free_port() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

#[test]
fn a_flag_goes_before_a_variable_and_a_variable_before_the_file() {
    let long = json!({ "runtime": "python", "code": "x".repeat(100 << 10) });
    let file = "[server]\nmax_body_bytes = \"64 KiB\"\nlisten = \"127.0.0.1:1\"";
    let server = Server::start(file, |_| {});
    server.post("/api/execute", &long).problem(413, "too_large");
    let (variable, flag) = (free_port(), free_port());
    let given = |command: &mut Command| {
        command.env_remove("RUNCELL_LISTEN").env("RUNCELL_SERVER__LISTEN", format!("127.0.0.1:{variable}"));
        command.env("RUNCELL_SERVER__MAX_BODY_BYTES", "1 MiB");
    };
    let server = Server::start(file, given);
    assert_eq!(port_of(&server), variable);
    assert_ne!(server.post("/api/execute", &long).status, 413);
    drop(server);
    let server = Server::start(file, |command| {
        given(command);
        command.args(["--listen", &flag]);
    });
    assert_eq!(port_of(&server), flag);
}

#[test]
fn a_variable_that_cannot_be_used_is_named() {
    for (name, value, expected) in [
        ("RUNCELL_SERVER__LISTN", "1", "RUNCELL_SERVER__LISTN is no setting; is RUNCELL_SERVER__LISTEN meant?"),
        ("RUNCELL_MAX_QUEUED", "lots", "RUNCELL_MAX_QUEUED cannot be used: invalid type"),
        ("GORUN_PORT", "http", "GORUN_PORT = \"http\" is no port"),
        ("RUNCELL_SIGNING_SECRET", "short", "RUNCELL_SIGNING_SECRET: the secret that signs access tokens is too short"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let refused = command(&folder, "").env_remove("RUNCELL_LISTEN").env(name, value).output().unwrap();
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && words.contains(expected), "{name}: {words}");
    }
}

#[test]
fn gorun_s_variables_are_understood_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let (port, path) = (free_port(), folder.path().to_owned());
    std::fs::create_dir(path.join("db")).unwrap();
    let secret = "the secret that gorun signed its tokens with";
    let server = Server::start("", |command| {
        command.env_remove("RUNCELL_LISTEN").env_remove("RUNCELL_DATA_DIR");
        command.env("GORUN_PORT", &port).env("GORUN_SECRET", secret).env("GORUN_PATH", &path);
        command.env("GORUN_MOUNT_PATH", path.join("mounts")).env("GORUN_DB", path.join("db/gorun.db"));
    });
    assert_eq!(port_of(&server), port);
    for line in [
        "GORUN_PORT is called RUNCELL_LISTEN here",
        "GORUN_SECRET is called RUNCELL_SIGNING_SECRET here",
        "GORUN_PATH is called RUNCELL_DATA_DIR here",
        "GORUN_MOUNT_PATH is called RUNCELL_DATA_DIR here",
        "GORUN_DB is called RUNCELL_JOBS__DATABASE here",
    ] {
        assert!(said(&server).contains(line), "{line}: {}", said(&server));
    }
    assert!(!said(&server).contains(secret));
    assert!(path.join("db/runcell.db").is_file() && path.join("mounts/installation").is_file());
}

#[test]
fn a_signing_secret_is_that_of_all_servers_that_have_it() {
    let password = "a long password";
    let secret = "0123456789abcdef0123456789abcdef";
    let server = Server::start("", |command| {
        command.env("RUNCELL_SIGNING_SECRET", secret).env("RUNCELL_ADMIN_PASSWORD", password).env("PORT", free_port());
    });
    assert!(!said(&server).contains("PORT is called"), "ours is set, so that it is somebody else's");
    let login = ask("POST", "/api/auth/login").json(&json!({ "name": "admin", "password": password }));
    let token = login.send(&server.address, None).json()["access_token"].as_str().unwrap().to_owned();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let script = "import base64, hashlib, hmac, sys\n\
                  sign = hmac.new(sys.argv[1].encode(), sys.argv[2].encode(), hashlib.sha256).digest()\n\
                  print(base64.urlsafe_b64encode(sign).rstrip(b'=').decode())";
    let signed = Command::new("python3").args(["-c", script, secret, message]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&signed.stdout).trim(), signature, "{signed:?}");
}

#[test]
fn health_says_whether_parts_answer_and_nothing_of_them() {
    let server = Server::start("", |command| {
        command.env("DOCKER_HOST", "unix:///nowhere/at/all.sock");
    });
    let answer = ask("GET", "/health").send(&server.address, None);
    let health = answer.json();
    assert_eq!((answer.status, &health["status"], &health["database"]), (200, &"ok".into(), &"ok".into()), "{health}");
    assert_eq!((&health["engine"], &health["version"]), (&"absent".into(), &env!("CARGO_PKG_VERSION").into()));
    assert!(health["workers"].as_u64().unwrap() > 0);
    let mut keys: Vec<_> = health.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    let open = ["database", "docker_available", "draining", "engine", "status", "timestamp", "version", "workers"];
    assert_eq!(keys, open);
}

#[test]
fn a_database_that_does_not_answer_is_no_health() {
    needs!(POSTGRES);
    let url = postgres::database();
    let server = Server::start("", |command| {
        command.env("RUNCELL_JOBS__DATABASE", &url);
    });
    let health = || ask("GET", "/health").send(&server.address, None);
    assert_eq!(health().status, 200);
    postgres::allow(&url, false);
    eventually("it is said", || health().status == 503);
    let json = health().json();
    assert_eq!((&json["status"], &json["database"]), (&"degraded".into(), &"failing".into()), "{json}");
    assert!(!json.to_string().contains("postgres"), "{json}");
    postgres::allow(&url, true);
    eventually("it is well again", || health().status == 200);
}

#[test]
fn the_bounds_of_bodies_are_settings() {
    let server = Server::start("[server]\nmax_small_body_bytes = \"4 KiB\"\nmax_job_body_bytes = \"64 KiB\"", |_| {});
    let long = |bytes: usize| json!({ "label": "x".repeat(bytes), "role": "runner" });
    server.post("/api/tokens", &long(5000)).problem(413, "too_large");
    assert_ne!(server.post("/api/tokens", &long(1000)).status, 413);
    let job = |bytes: usize| json!({ "tool": "a::b", "parameters": { "a": "x".repeat(bytes) } });
    server.post("/api/jobs", &job(70_000)).problem(413, "too_large");
    assert_ne!(server.post("/api/jobs", &job(5000)).status, 413);
}

/// Variables of the program, those of its arguments among them, and some keys of the configuration.
const VARIABLES: [&str; 16] = [
    "RUNCELL_LISTEN",
    "RUNCELL_PREPARE",
    "RUNCELL_CONFIG",
    "RUNCELL_URL",
    "RUNCELL_TOKEN",
    "RUNCELL_CA_FILE",
    "RUNCELL_INSECURE_HTTP",
    "RUNCELL_ADMIN_PASSWORD",
    "RUNCELL_SIGNING_SECRET",
    "RUNCELL_RUNTIMES_DIR",
    "RUNCELL_LOG",
    "RUNCELL_LOG_FORMAT",
    "RUNCELL_SERVER__LISTEN",
    "RUNCELL_SERVER__INSECURE_HTTP",
    "RUNCELL_JOBS__DATABASE",
    "RUNCELL_MAX_RUNNING",
];

#[test]
fn an_empty_variable_says_nothing() {
    let server = Server::start("[server]\nlisten = \"127.0.0.1:0\"", |command| {
        for name in VARIABLES {
            command.env(name, "");
        }
    });
    assert_eq!(server.get("/api/auth/me").status, 200, "{}", said(&server));
}

#[test]
fn a_flag_is_said_by_a_variable_as_people_say_it() {
    for name in ["RUNCELL_INSECURE_HTTP", "RUNCELL_SERVER__INSECURE_HTTP"] {
        let given = |command: &mut Command, value: &str| {
            command.env_remove("RUNCELL_LISTEN").args(["--listen", "0.0.0.0:0"]).env(name, value);
        };
        for value in ["1", "true", "yes", "on", "TRUE"] {
            let server = Server::start("", |command| given(command, value));
            assert!(said(&server).contains("serving at http://0.0.0.0:"), "{name}={value}");
        }
        for (value, words) in [
            ("0", "plain HTTP shows them"),
            ("no", "plain HTTP shows them"),
            ("", "plain HTTP shows them"),
            ("maybe", "maybe"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let mut refused = command(&folder, "");
            given(&mut refused, value);
            let refused = refused.output().unwrap();
            let said = String::from_utf8_lossy(&refused.stderr).into_owned();
            assert!(refused.status.code() == Some(2) && said.contains(words), "{name}={value}: {said}");
        }
    }
}
