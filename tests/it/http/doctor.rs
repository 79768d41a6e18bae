//! `runcell doctor --url`: a server as it is seen from outside.

use super::server::{Server, TOKEN};
use crate::harness::binary;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;

/// The doctor's report on a server: its exit code, and each finding as `subject health text`.
fn doctor(url: &str, change: impl FnOnce(&mut Command)) -> (Option<i32>, String) {
    let mut command = binary();
    command.args(["doctor", "--json", "--url", url]).env_remove("RUNCELL_TOKEN").env_remove("RUNCELL_CA_FILE");
    change(&mut command);
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!out.contains(TOKEN) && !err.contains(TOKEN), "{out}{err}");
    let findings: Vec<Value> = serde_json::from_str(&out).unwrap_or_default();
    let line = |finding: &Value| {
        let word = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}\n", word("subject"), word("health"), word("text"))
    };
    (output.status.code(), findings.iter().map(line).chain([err.into_owned()]).collect())
}

fn with_token(command: &mut Command) {
    command.env("RUNCELL_TOKEN", TOKEN);
}

#[test]
fn a_server_that_is_well_is_found_so() {
    let server = Server::start("", |_| {});
    let url = format!("http://{}", server.address);
    let (code, said) = doctor(&url, with_token);
    assert_eq!(code, Some(0), "{said}");
    let version = format!("version good {}", env!("CARGO_PKG_VERSION"));
    for words in [
        "address good it answers in",
        "tls good not needed",
        "health good ok",
        &version,
        "clock good as here",
        "token good",
        "role good admin",
        "mcp good",
        "tools at /mcp",
        "disk data good",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let (code, said) = doctor(&url, |_| {});
    assert!(code == Some(0) && said.contains("token absent none was given"), "{said}");
    let (code, said) = doctor(&url, |command| {
        command.env("RUNCELL_TOKEN", "rc_of_nobody");
    });
    assert!(code == Some(125) && said.contains("token bad 401: the token is not known"), "{said}");
    let text = binary().args(["doctor", "--url", &url]).env("RUNCELL_TOKEN", TOKEN).output().unwrap();
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(text.starts_with("ok  address") && text.contains("Everything"), "{text}");
}

#[test]
fn a_server_on_a_unix_socket_is_asked_too() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let _server = Server::start("", |command| {
        command.env("RUNCELL_LISTEN", format!("unix:{}", socket.display()));
    });
    let (code, said) = doctor(&format!("unix:{}", socket.display()), with_token);
    assert!(code == Some(0) && said.contains("token good"), "{said}");
}

/// Answers each request with these bytes, and gives what was asked.
fn impostor(answer: &'static str) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (mut reader, mut head) = (BufReader::new(stream), String::new());
            while reader.read_line(&mut head).unwrap_or(0) > 2 {}
            let _ = sender.send(head);
            let _ = reader.get_mut().write_all(answer.as_bytes());
        }
    });
    (address, asked)
}

#[test]
fn what_is_wrong_is_said_in_words_with_the_exit_code_of_a_failure() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (code, said) = doctor(&format!("http://{free}"), with_token);
    assert!(code == Some(125) && said.contains("address bad nothing answers there"), "{said}");
    for (answer, words) in [
        ("nonsense\r\n\r\n", "address bad it does not speak HTTP"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "health bad /health answers 200 OK, and not as a runcell does",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://elsewhere\r\nContent-Length: 0\r\n\r\n",
            "health bad /health answers 302",
        ),
        (
            "HTTP/1.1 503 No\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 43\r\n\r\n{\"status\":\"draining\",\"version\":\"0.0.0-old\"}",
            "clock bad ",
        ),
    ] {
        let (url, _asked) = impostor(answer);
        let (code, said) = doctor(&url, |_| {});
        assert!(code == Some(125) && said.contains(words), "{words}: {said}");
    }
    let (code, said) = doctor("team.example", |_| {});
    assert!(code == Some(2) && said.contains("or unix:PATH"), "{said}");
}

#[test]
fn a_token_does_not_leave_the_machine_in_plain_words() {
    let (url, asked) =
        impostor("HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{\"status\":\"ok\",\"version\":\"1.2.3\"}");
    // It leads to this machine, and cannot be told from one that does not.
    let port = url.rsplit_once(':').unwrap().1;
    let (code, said) = doctor(&format!("http://0.0.0.0:{port}"), with_token);
    assert!(
        code == Some(125) && said.contains("tls bad plain HTTP") && said.contains("token absent it was not sent"),
        "{said}"
    );
    assert!(asked.try_iter().all(|head| !head.to_ascii_lowercase().contains("authorization")));
}

#[test]
fn a_certificate_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=a server of a test",
        ])
        .args([
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ])
        .current_dir(folder.path())
        .output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::write(folder.path().join("health"), "HTTP/1.0 200 OK\r\n\r\n{\"status\":\"ok\",\"version\":\"1.2.3\"}")
        .unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = Command::new("openssl");
    server.args(["s_server", "-HTTP", "-key", "key.pem", "-cert", "cert.pem", "-port", &port.to_string()]);
    let mut server = server
        .current_dir(folder.path())
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    crate::harness::eventually("it listens", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    let unknown = doctor(&format!("https://localhost:{port}"), |_| {});
    let trust = |command: &mut Command| {
        command.env("RUNCELL_CA_FILE", folder.path().join("cert.pem"));
    };
    let known = doctor(&format!("https://localhost:{port}"), trust);
    let another = doctor(&format!("https://127.0.0.1:{port}"), trust);
    let _ = server.kill();
    let _ = server.wait();
    assert!(
        unknown.0 == Some(125) && unknown.1.contains("tls bad TLS: ") && unknown.1.contains("UnknownIssuer"),
        "{unknown:?}"
    );
    assert!(known.1.contains("tls good the certificate is good for this name"), "{known:?}");
    assert!(another.0 == Some(125) && another.1.contains("tls bad TLS: "), "{another:?}");
}

#[test]
fn the_server_is_named_as_for_every_verb() {
    let server = Server::start("", |_| {});
    let url = format!("http://{}", server.address);
    let ways: [(&[&str], &str); 3] =
        [(&["doctor", "--url", &url], ""), (&["--url", &url, "doctor"], ""), (&["doctor"], &url)];
    for (arguments, variable) in ways {
        let mut command = binary();
        command.args(arguments).env("RUNCELL_URL", variable).env("RUNCELL_TOKEN", TOKEN);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.starts_with("ok  address"), "{arguments:?}: {said}");
    }
    let output = binary().args(["--url", &url, "--ca-file", "/nothing", "doctor"]).output().unwrap();
    assert!(output.status.success(), "plain HTTP wants no certificates: {output:?}");
    let output = binary().args(["--url", "https://127.0.0.1:1", "--ca-file", "/nothing", "doctor"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nothing"), "{output:?}");
}
