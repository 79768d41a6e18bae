//! The web page, in Chromium, against the real server: `web/test/*.test.mjs`.
//!
//! Owns how those tests are run from here. What they do, they say themselves. The name of this file lets them begin among the first: they
//! mostly wait, and others work meanwhile.

use crate::container::harness::config_text;
use crate::harness::{binary, prepare, project};
use crate::need::needs;
use std::fs;
use std::process::Command;

/// Runs one file of tests; what they said is shown where one fails.
fn passes(file: &str, environment: &[(&str, &str)]) {
    let web = project().join("web");
    packages();
    let (program, mut node) = (binary(), Command::new("node"));
    node.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = node
        .args(["--test", "--test-reporter", "spec"])
        .arg(format!("test/{file}.test.mjs"))
        .current_dir(&web)
        .env("RUNCELL_BIN", program.get_program())
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("\u{2139} pass 0\n"), "no test was run: {said}");
}

/// The packages of the tests are fetched once.
fn packages() {
    static FETCHED: std::sync::Once = std::sync::Once::new();
    FETCHED.call_once(|| {
        let web = project().join("web");
        let fetched = Command::new("node").args(["build.mjs", "--packages"]).current_dir(web).status().unwrap();
        assert!(fetched.success(), "npm could not fetch the packages of the tests");
    });
}

#[test]
fn a_snippet_is_written_run_and_shared() {
    needs!(BROWSER);
    prepare("python");
    prepare("clang");
    passes("run", &[]);
}

#[test]
fn a_job_is_submitted_and_watched() {
    needs!(BROWSER, ENGINE);
    passes("job", &[]);
}

#[test]
fn everybody_sees_their_own_and_nobody_else_gets_in() {
    needs!(BROWSER);
    prepare("python");
    passes("site", &[]);
}

#[test]
fn an_admin_has_people_and_tokens() {
    needs!(BROWSER);
    passes("people", &[]);
}

#[test]
fn what_changes_is_told_and_not_asked_for() {
    needs!(BROWSER, ENGINE);
    passes("live", &[]);
}

#[test]
fn runtimes_images_and_containers_are_made_ready() {
    needs!(BROWSER, ENGINE, LANGUAGES);
    passes("make", &[("WEB_CONTAINERS", &config_text(""))]);
}

#[test]
fn a_machine_without_node_builds_a_server_without_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let [script, out] = ["build", "out"].map(|name| folder.path().join(name));
    fs::create_dir(&out).unwrap();
    let source = project().join("crates/http/build.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let made = Command::new(rustc).args(["--edition", "2024", "-o"]).arg(&script).arg(source).status().unwrap();
    assert!(made.success(), "the script that builds the page is a program of its own");
    // A folder of its own in place of the project, so that the page of the project is neither built nor looked at.
    let project = folder.path().join("crates/http");
    fs::create_dir_all(&project).unwrap();
    let mut run = Command::new(&script);
    run.env_clear().env("PATH", "").env("CARGO_MANIFEST_DIR", &project).env("OUT_DIR", &out);
    let output = run.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("cargo:warning=the web page is not built: node is not installed"), "{said}");
    // The table that `web.rs` takes: without files, its page says how to make one.
    let table = fs::read_to_string(out.join("web_files.rs")).unwrap();
    assert_eq!(table, "const FILES: &[WebFile] = &[\n];\n");
}
