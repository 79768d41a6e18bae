//! Servers that are hostile, broken, of another version, or none.

use super::harness::*;
use crate::http::server::TOKEN;

const JSON: &str = "application/json";

#[test]
fn a_redirect_is_not_followed_and_the_token_goes_nowhere() {
    let thief = Fake::new(vec![answer("200 OK", JSON, "{}")]);
    let head = format!("HTTP/1.1 307 x\r\nLocation: {}/api/files\r\nContent-Length: 0\r\n\r\n", thief.url);
    let fake = Fake::new(vec![head.into_bytes()]);
    for args in [&["files", "list"][..], &["run-code", "php", "1"], &["job", "cancel", "1"]] {
        let (code, out, err) = fake.run(args);
        assert!(code == Some(125) && out.is_empty() && err.contains("redirects are not followed"), "{err}");
        assert!(!err.contains(TOKEN));
    }
    assert!(thief.asked.lock().unwrap().is_empty(), "nobody was asked");
    assert!(fake.asked.lock().unwrap().iter().all(|request| request.contains(TOKEN)), "as a header of the request");
    assert!(fake.asked.lock().unwrap().iter().all(|request| !request.lines().next().unwrap().contains(TOKEN)));
}

#[test]
fn what_is_no_answer_is_named() {
    let health = answer("200 OK", JSON, r#"{"version":"99.0.0"}"#);
    let own = answer("200 OK", JSON, &format!(r#"{{"version":"{}"}}"#, env!("CARGO_PKG_VERSION")));
    let html = answer("200 OK", "text/html", "<html>");
    let wide = answer("500 Oops", "text/plain", &"x".repeat(100_000));
    let cases = [
        (vec![answer("200 OK", JSON, "[1"), health.clone()], "use the same version"),
        (vec![answer("200 OK", JSON, r#"{"files": 7}"#), own], "is not understood: "),
        (vec![html.clone()], "nothing there says that it is a runcell"),
        (vec![wide.clone()], "500 Internal Server Error without a reason"),
        (vec![b"SSH-2.0-OpenSSH\r\n".to_vec()], "broke: "),
        (vec![Vec::new()], "broke: "),
        (vec![b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{".to_vec()], "broke: "),
        (vec![answer("404 Not Found", PROBLEM, UNKNOWN), health.clone()], "the server is runcell 99.0.0"),
    ];
    for (answers, words) in cases {
        let fake = Fake::new(answers);
        let (code, out, err) = fake.run(&["files", "list"]);
        assert!(matches!(code, Some(125 | 2)) && out.is_empty() && err.contains(words), "{words}: {code:?} {err}");
        assert!(err.len() < 2000, "{}", err.len());
    }
    let (code, _, err) = Fake::new(vec![html]).run(&["run-code", "php", "1"]);
    assert!(code == Some(125) && err.contains("no stream of events"), "{err}");
}

const PROBLEM: &str = "application/problem+json";
const UNKNOWN: &str = r#"{"type":"about:blank","title":"x","status":404,"detail":"there is no path \"/api/files\"","reason":"not_found"}"#;

#[test]
fn words_of_a_server_do_nothing_to_a_terminal() {
    let evil = "\\u001b[2J\\u001b]0;owned\\u0007\\u202egnp";
    let file = format!(
        r#"{{"count":1,"files":[{{"file_id":"{evil}","filename":"{evil}","bytes":1,"media_type":"text/x-{evil}","sha256":"{evil}","created_ms":1}}]}}"#
    );
    let problem = format!(r#"{{"type":"x","title":"{evil}","status":409,"detail":"{evil}","reason":"conflict"}}"#);
    let step = format!(r#"{{"subject":"{evil}","step":"{evil}","percent":3}}"#);
    let runtimes = format!(
        r#"{{"versions":[{{"name":"{evil}","version":"{evil}","default":true,"aliases":["{evil}"],"title":"{evil}",
        "summary":"{evil}","main_file":"{evil}","state":"ready","download_bytes":0,"options":[],"licences":["{evil}"]}}]}}"#
    );
    let list = answer("200 OK", JSON, &file);
    for (answers, args) in [
        (vec![list.clone()], &["files", "list"][..]),
        (vec![list], &["files", "list", "--json"]),
        (vec![answer("409 Conflict", PROBLEM, &problem)], &["files", "list"]),
        (vec![answer("200 OK", JSON, &runtimes)], &["runtimes", "info", "php"]),
        (
            vec![answer("200 OK", JSON, &runtimes), events(&[(1, "progress", &step), (2, "problem", &problem)])],
            &["runtimes", "prepare", "php"],
        ),
        (vec![events(&[(1, "problem", &problem)])], &["run-code", "php", "1"]),
    ] {
        let (_, out, err) = Fake::new(answers).run(args);
        let said = out + &err;
        assert!(!said.is_empty() && !said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{args:?} {said:?}");
    }
}

/// An outcome with a file.
fn with_file(path: &str) -> String {
    let usage = r#"{"wall_us":1,"cpu_us":1,"fuel":1,"memory_bytes":1,"output_bytes":1,"stdin_bytes":1,"file_bytes":1,"files":1}"#;
    format!(
        r#"{{"status":"completed","exit_code":0,"stdout":"","stderr":"","truncated":false,"missing_files":[],"usage":{usage},
        "files":[{{"path":"{path}","encoding":"text","content":"owned","bytes":5,"media_type":"text/plain"}}],
        "ran_on":{{"backend":"wasm","reason":""}}}}"#
    )
    .replace('\n', "")
}

#[test]
fn files_of_a_server_stay_in_the_folder_that_was_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").display().to_string();
    std::fs::create_dir(&out).unwrap();
    let absolute = folder.path().join("owned").display().to_string();
    std::os::unix::fs::symlink(folder.path(), format!("{out}/link")).unwrap();
    let started = (1, "started", r#"{"execution_id":"abc","status":"running"}"#);
    for path in ["../owned", "a/../../owned", &absolute, "link/owned"] {
        let fake = Fake::new(vec![events(&[started, (2, "outcome", &with_file(path))])]);
        let (code, _, err) = fake.run(&["run-code", "php", "1", "--out", &out, "--output", "*"]);
        assert!(code == Some(125) && !folder.path().join("owned").exists(), "{path}: {code:?} {err}");
        let results = format!(
            r#"{{"count":1,"files":[{{"name":"x","path":"{path}","size":5,"modified_at":"x","kind":"artifact","media_type":"x"}}],
            "summary":{{"artifact_count":1,"log_count":0,"internal_count":0,"metadata_count":0,"total_size":5}},"skipped":0,"truncated":false}}"#
        );
        let fake = Fake::new(vec![answer("200 OK", JSON, &results), answer("200 OK", "x/y", "owned")]);
        let (code, _, err) = fake.run(&["job", "get", "1", "--all", "--out", &out]);
        assert!(code == Some(125) && !folder.path().join("owned").exists(), "{path}: {code:?} {err}");
    }
}

#[test]
fn ids_of_a_server_do_not_become_paths() {
    let started = (1, "started", r#"{"execution_id":"../../auth/logout?x=","status":"running"}"#);
    let fake = Fake::new(vec![events(&[started]), answer("404 Not Found", PROBLEM, UNKNOWN)]);
    fake.run(&["run-code", "php", "1"]);
    let asked = fake.asked.lock().unwrap().clone();
    assert!(asked[1].starts_with("GET /api/executions/%2E%2E%2F%2E%2E%2Fauth%2Flogout%3Fx%3D/stream "), "{asked:#?}");
}

#[test]
fn an_answer_without_end_is_given_up() {
    let mut endless = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\"".to_vec();
    endless.resize(65 << 20, b'x');
    let fake = Fake::new(vec![endless]);
    let (code, out, err) = fake.run(&["files", "list"]);
    assert!(code == Some(125) && out.is_empty() && err.contains("more than 67108864 bytes"), "{code:?} {err}");
}

#[test]
fn a_server_whose_certificate_nobody_vouches_for_is_not_asked() {
    // It speaks no TLS at all, or shows a certificate of its own making: what is sent to it is no request.
    let fake = Fake::new(vec![b"HTTP/1.1 200 OK\r\n\r\n".to_vec()]);
    let url = fake.url.replace("http://", "https://");
    let (code, _, err) = fake.run(&["--url", &url, "files", "list"]);
    assert!(code == Some(125) && err.contains("cannot be reached: "), "{code:?} {err}");
    assert!(fake.asked.lock().unwrap().iter().all(|request| !request.contains(TOKEN)));
    let empty = tempfile::NamedTempFile::new().unwrap();
    let (code, _, err) = fake.run(&["--url", &url, "--ca-file", empty.path().to_str().unwrap(), "files", "list"]);
    assert!(code == Some(125) && err.contains("it has no certificate"), "{err}");
}
