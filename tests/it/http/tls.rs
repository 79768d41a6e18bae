//! A server that speaks TLS: certificates made by openssl, and curl as the client that checks them.

use super::client::raw;
use super::server::{Server, TOKEN, command};
use crate::harness::eventually;
use crate::need::needs;
use std::io::Read;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A certificate for `localhost` that signs itself, and its key.
pub struct Certificate {
    folder: tempfile::TempDir,
}

impl Certificate {
    pub fn new() -> Self {
        let made = Self { folder: tempfile::tempdir().unwrap() };
        made.renew("first");
        made
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Another one in its place, as a renewal puts it there: file by file.
    fn renew(&self, organisation: &str) {
        make(self.folder.path(), organisation);
        for name in ["cert", "key"] {
            std::fs::rename(self.path(&format!("new-{name}.pem")), self.path(&format!("{name}.pem"))).unwrap();
        }
    }

    pub fn serve(&self, config: &str) -> Server {
        Server::start(config, |command| {
            command.arg("--tls-cert").arg(self.path("cert.pem")).arg("--tls-key").arg(self.path("key.pem"));
            command.args(["--listen", "0.0.0.0:0"]);
        })
    }

    /// Asks a server, and trusts this certificate alone.
    fn curl(&self, server: &Server, path: &str, more: &[&str]) -> Output {
        let url = format!("https://localhost:{}{path}", port(server));
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-i", "--max-time", "30", "--cacert"]).arg(self.path("cert.pem")).args(more);
        curl.args(["-H", &format!("Authorization: Bearer {TOKEN}")]).arg(url).output().unwrap()
    }

    /// Another one for the same key, good from one time to another.
    fn sign(&self, from: &str, until: &str) {
        let config = "[ca]\ndefault_ca = a\n[a]\ndatabase = index\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256\n\
                      unique_subject = no\npolicy = p\nx509_extensions = e\n[p]\ncommonName = supplied\n\
                      [e]\nsubjectAltName = DNS:localhost\nbasicConstraints = CA:FALSE\n";
        std::fs::write(self.path("ca.cnf"), config).unwrap();
        std::fs::write(self.path("index"), "").unwrap();
        let request = "openssl req -new -key key.pem -subj /CN=localhost -out request.pem";
        let sign = format!(
            "openssl ca -batch -selfsign -config ca.cnf -keyfile key.pem -in request.pem -startdate {from} -enddate {until} \
             -notext -out new-cert.pem && mv new-cert.pem cert.pem"
        );
        let made =
            Command::new("sh").args(["-c", &format!("{request} && {sign}")]).current_dir(self.folder.path()).output();
        let made = made.unwrap();
        assert!(made.status.success(), "{made:?}");
    }

    /// The certificate that a server shows.
    fn shown(server: &Server) -> String {
        let port = port(server);
        let command =
            format!("openssl s_client -connect 127.0.0.1:{port} </dev/null 2>/dev/null | openssl x509 -noout -subject");
        text(&Command::new("sh").args(["-c", &command]).output().unwrap())
    }
}

fn make(folder: &Path, organisation: &str) {
    // One that signs itself is trusted only where it is no authority.
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-subj", &format!("/O={organisation}/CN=localhost"), "-addext", "subjectAltName=DNS:localhost"])
        .args(["-keyout", "new-key.pem", "-out", "new-cert.pem"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

pub fn port(server: &Server) -> &str {
    server.address.rsplit(':').next().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_server_with_a_certificate_is_reached_over_tls_and_nothing_else() {
    needs!(CERTIFICATES);
    let certificate = Certificate::new();
    let mut server = certificate.serve("");
    assert!(server.said.lock().unwrap().iter().any(|line| line.contains("serving at https://0.0.0.0:")));
    for version in ["--tlsv1.3", "--tls-max"] {
        let more: &[&str] = if version == "--tls-max" { &["--tls-max", "1.2"] } else { &[version] };
        let answer = text(&certificate.curl(&server, "/api/auth/me", more));
        assert!(answer.contains("HTTP/1.1 200") && answer.contains("\"role\":\"admin\""), "{answer}");
        assert!(answer.to_lowercase().contains("strict-transport-security: max-age="), "{answer}");
    }
    let stranger = Certificate::new();
    let refused = stranger.curl(&server, "/health", &[]);
    assert!(!refused.status.success() && text(&refused).contains("certificate"), "{refused:?}");
    let plain = raw(&format!("127.0.0.1:{}", port(&server)), b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(plain.status, 0, "no answer in plain text: {plain:?}");
    server.signal("TERM");
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_renewed_certificate_is_used_without_a_restart_and_a_bad_one_is_not() {
    needs!(CERTIFICATES);
    let certificate = Certificate::new();
    let server = certificate.serve("");
    assert!(Certificate::shown(&server).contains("first"));
    certificate.renew("second");
    eventually("the new one is in use", || Certificate::shown(&server).contains("second"));
    std::fs::write(certificate.path("key.pem"), "nonsense").unwrap();
    eventually("it is said", || {
        let said = server.said.lock().unwrap().join("\n");
        said.contains("the one before stays in use") && said.contains("key.pem cannot be used")
    });
    assert!(Certificate::shown(&server).contains("second"));
    certificate.renew("third");
    eventually("the next one is in use", || Certificate::shown(&server).contains("third"));
}

#[test]
fn who_does_not_agree_on_keys_holds_up_nobody_and_is_left() {
    needs!(CERTIFICATES);
    let certificate = Certificate::new();
    let server = certificate.serve("[server.tls]\nhandshake_seconds = 1");
    let address = format!("127.0.0.1:{}", port(&server));
    let mut silent: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let answer = text(&certificate.curl(&server, "/health", &[]));
    assert!(answer.contains("HTTP/1.1 200"), "{answer}");
    for stream in &mut silent {
        assert!(matches!(stream.read(&mut [0; 1]), Ok(0) | Err(_)), "the server closes it");
    }
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_at_the_start() {
    needs!(CERTIFICATES);
    let (one, other) = (Certificate::new(), Certificate::new());
    let (cert, key) = (one.path("cert.pem"), one.path("key.pem"));
    let empty = one.path("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for (cert, key, expected) in [
        (&cert, &other.path("key.pem"), "do not belong together: the key is that of another certificate"),
        (&cert, &one.path("missing.pem"), "missing.pem: No such file"),
        (&key, &key, "key.pem cannot be used: a certificate is expected in it as PEM"),
        (&cert, &cert, "cert.pem cannot be used: a private key without a password is expected in it as PEM"),
        (&empty, &key, "empty.pem cannot be used: a certificate is expected"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut serve = command(&folder, "");
        let refused = serve.arg("--tls-cert").arg(cert).arg("--tls-key").arg(key).output().unwrap();
        assert!(!refused.status.success() && text(&refused).contains(expected), "{expected}: {refused:?}");
    }
    for (config, expected) in [
        ("[server.tls]\ncertificate = \"a\"", "server.tls.certificate is named without server.tls.key"),
        (
            "[server]\nlisten = \"unix:/tmp/a\"\ntls = { certificate = \"a\", key = \"b\" }",
            "a Unix socket speaks no TLS",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let refused = command(&folder, config).env_remove("RUNCELL_LISTEN").output().unwrap();
        assert!(!refused.status.success() && text(&refused).contains(expected), "{expected}: {refused:?}");
    }
}

/// The times of a certificate as openssl has them: so many seconds from now.
fn at(seconds: i64) -> String {
    let time = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    time.strftime("%Y%m%d%H%M%SZ").to_string()
}

#[test]
fn the_end_of_a_certificate_is_said_before_it_comes() {
    needs!(CERTIFICATES);
    let certificate = Certificate::new();
    let server = certificate.serve("");
    let health = || {
        let answer = text(&certificate.curl(&server, "/health", &["-k"]));
        serde_json::from_str::<serde_json::Value>(answer.rsplit("\r\n\r\n").next().unwrap()).unwrap()
    };
    assert_eq!((&health()["certificate"], &health()["status"]), (&"ok".into(), &"ok".into()));
    for (from, until, state, status, words) in [
        (-80 * 86_400, 10 * 86_400 - 60, "ending", "ok", "in 9 days: renew it"),
        (-80 * 86_400, -60, "ended", "degraded", "clients refuse it: renew it"),
    ] {
        let key = certificate.path("key.pem");
        certificate.sign(&at(from), &at(until));
        eventually("health says so", || health()["certificate"] == state);
        assert_eq!(health()["status"], status);
        eventually("the log says so", || server.said.lock().unwrap().iter().any(|line| line.contains(words)));
        let config = certificate.path("doctor.toml");
        let (cert, key) = (certificate.path("cert.pem"), key.display());
        std::fs::write(&config, format!("[server.tls]\ncertificate = \"{}\"\nkey = \"{key}\"", cert.display()))
            .unwrap();
        let doctor = crate::harness::binary().args(["doctor", "--json", "--config"]).arg(&config).output().unwrap();
        let findings: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
        let found = findings.as_array().unwrap().iter().find(|finding| finding["subject"] == "certificate").unwrap();
        assert_eq!(found["health"], if state == "ended" { "bad" } else { "absent" }, "{found}");
    }
}

#[test]
fn assistants_are_served_over_tls_too() {
    needs!(CERTIFICATES);
    let certificate = Certificate::new();
    let folder = tempfile::tempdir().unwrap();
    let mut serve = crate::harness::binary();
    serve.args(["mcp", "serve", "--transport", "http", "--http-addr", "0.0.0.0:0"]);
    serve.arg("--tls-cert").arg(certificate.path("cert.pem")).arg("--tls-key").arg(certificate.path("key.pem"));
    serve.env("RUNCELL_DATA_DIR", folder.path()).env("RUNCELL_TOKENS", TOKEN).stderr(std::process::Stdio::piped());
    let mut child = serve.stdin(std::process::Stdio::null()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let line = lines.by_ref().map(Result::unwrap).find(|line| line.contains("serving the Model Context Protocol"));
    let port = line.as_deref().and_then(|line| line.rsplit(':').next()?.strip_suffix("/mcp")).unwrap().to_owned();
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
    let mut curl = Command::new("curl");
    curl.args(["-sS", "-i", "--max-time", "30", "--cacert"]).arg(certificate.path("cert.pem"));
    curl.args(["-H", &format!("Authorization: Bearer {TOKEN}"), "-H", "Content-Type: application/json"]);
    curl.args(["-H", "Accept: application/json, text/event-stream", "-d", list]);
    let answer = text(&curl.arg(format!("https://localhost:{port}/mcp")).output().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.contains("HTTP/1.1 200") && answer.contains("\"serverInfo\""), "{answer}");
}
