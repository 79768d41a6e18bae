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
struct Certificate {
    folder: tempfile::TempDir,
}

impl Certificate {
    fn new() -> Self {
        let made = Self { folder: tempfile::tempdir().unwrap() };
        made.renew("first");
        made
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Another one in its place, as a renewal puts it there: file by file.
    fn renew(&self, organisation: &str) {
        make(self.folder.path(), organisation);
        for name in ["cert", "key"] {
            std::fs::rename(self.path(&format!("new-{name}.pem")), self.path(&format!("{name}.pem"))).unwrap();
        }
    }

    fn serve(&self, config: &str) -> Server {
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

    /// The certificate that a server shows.
    fn shown(server: &Server) -> String {
        let port = port(server);
        let command =
            format!("openssl s_client -connect 127.0.0.1:{port} </dev/null 2>/dev/null | openssl x509 -noout -subject");
        text(&Command::new("sh").args(["-c", &command]).output().unwrap())
    }
}

fn make(folder: &Path, organisation: &str) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", &format!("/O={organisation}/CN=localhost"), "-addext", "subjectAltName=DNS:localhost"])
        .args(["-keyout", "new-key.pem", "-out", "new-cert.pem"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

fn port(server: &Server) -> &str {
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
