//! `cargo xtask web`: the web page's bundle, and pictures of its views.
//!
//! Owns the verbs. How the bundle is made is `web/build.mjs`; a build of the server does the same where the bundle is stale.

use crate::process::{cargo, exit_code, say};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Makes the bundle (`--force`: in any case), or with `shots FOLDER` pictures of all views.
pub(super) fn run(arguments: &[OsString]) -> ExitCode {
    match arguments.first().and_then(|first| first.to_str()) {
        None | Some("--force") => exit_code(node().arg("build.mjs").args(arguments)),
        Some("shots") => shots(&arguments[1..]),
        Some(other) => {
            say(&format!(
                "there is no {other:?}: `cargo xtask web`, `cargo xtask web --force` or `cargo xtask web shots FOLDER`\n"
            ));
            ExitCode::from(2)
        }
    }
}

/// Needs a server with the page, chromium, and the packages of the tests.
fn shots(arguments: &[OsString]) -> ExitCode {
    let built = cargo().args(["build", "--workspace", "--bin", "runcell"]).status();
    if !built.is_ok_and(|status| status.success()) {
        say("runcell cannot be built\n");
        return ExitCode::FAILURE;
    }
    let fetched = node().args(["build.mjs", "--packages"]).status();
    if !fetched.is_ok_and(|status| status.success()) {
        say("the packages of the tests cannot be fetched\n");
        return ExitCode::FAILURE;
    }
    // cargo puts it beside this program.
    let program = std::env::current_exe().map(|xtask| xtask.with_file_name("runcell")).unwrap_or_default();
    let folder = arguments.first().cloned().unwrap_or_else(|| "target/shots".into());
    let folder = std::path::absolute(folder).unwrap_or_default();
    exit_code(node().arg("test/shots.mjs").arg(folder).args(arguments.iter().skip(1)).env("RUNCELL_BIN", program))
}

/// Node.js in the folder of the page.
fn node() -> Command {
    let mut node = Command::new("node");
    node.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../web"));
    node
}
