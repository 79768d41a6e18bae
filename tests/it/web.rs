//! The web page, in Chromium, against the real server: `web/test/*.test.mjs`.
//!
//! Owns how those tests are run from here. What they do, they say themselves.

use crate::harness::binary;
use crate::need::needs;
use std::path::Path;
use std::process::Command;

/// Runs one file of tests; what they said is shown where one fails.
fn passes(file: &str) {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    packages(&web);
    let (program, mut node) = (binary(), Command::new("node"));
    node.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = node
        .args(["--test", "--test-reporter", "spec"])
        .arg(format!("test/{file}.test.mjs"))
        .current_dir(&web)
        .env("RUNCELL_BIN", program.get_program())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("\u{2139} pass 0\n"), "no test was run: {said}");
}

/// The packages of the tests are fetched once.
fn packages(web: &Path) {
    static FETCHED: std::sync::Once = std::sync::Once::new();
    FETCHED.call_once(|| {
        let fetched = Command::new("node").args(["build.mjs", "--packages"]).current_dir(web).status().unwrap();
        assert!(fetched.success(), "npm could not fetch the packages of the tests");
    });
}

#[test]
fn a_snippet_is_written_run_and_shared() {
    needs!(BROWSER);
    passes("run");
}

#[test]
fn a_job_is_submitted_and_watched() {
    needs!(BROWSER, ENGINE);
    passes("job");
}

#[test]
fn everybody_sees_their_own_and_nobody_else_gets_in() {
    needs!(BROWSER);
    passes("site");
}
