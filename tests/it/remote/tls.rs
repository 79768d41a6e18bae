//! The shell at a server that speaks TLS: whose certificates it trusts.

use super::harness::*;
use crate::http::server::TOKEN;
use crate::http::tls::{Certificate, port};
use crate::need::needs;

#[test]
fn a_certificate_of_a_file_is_trusted_and_no_other() {
    needs!(CERTIFICATES);
    let (certificate, stranger) = (Certificate::new(), Certificate::new());
    let server = certificate.serve("");
    let home = tempfile::tempdir().unwrap();
    let at = |host: &str, trusted: Option<&Certificate>, variable: bool| {
        let url = format!("https://{host}:{}", port(&server));
        let mut command = client(home.path().to_str().unwrap(), &["files", "list", "--url", &url]);
        command.env("RUNCELL_TOKEN", TOKEN);
        match trusted.map(|trusted| trusted.path("cert.pem")) {
            Some(file) if variable => command.env("RUNCELL_CA_FILE", file),
            Some(file) => command.arg("--ca-file").arg(file),
            None => &mut command,
        };
        end(&command.output().unwrap())
    };
    for variable in [false, true] {
        let (code, out, err) = at("localhost", Some(&certificate), variable);
        assert_eq!((code, &*out), (Some(0), "no file was uploaded yet\n"), "{err}");
    }
    for (host, trusted) in [("localhost", None), ("localhost", Some(&stranger)), ("127.0.0.1", Some(&certificate))] {
        let (code, out, err) = at(host, trusted, false);
        assert!(code == Some(125) && out.is_empty() && err.contains("certificate"), "{host}: {code:?} {err}");
        assert!(!err.contains(TOKEN), "{err}");
    }
    let (code, _, err) = end(&client(home.path().to_str().unwrap(), &["doctor", "--url"])
        .arg(format!("https://localhost:{}", port(&server)))
        .arg("--ca-file")
        .arg(certificate.path("cert.pem"))
        .output()
        .unwrap());
    assert!(code == Some(0), "{err}");
}
