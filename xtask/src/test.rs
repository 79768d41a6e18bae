//! `cargo xtask test`: all tests, on the machine as it is.
//!
//! Owns the order: what is missing is installed, an engine is started, the tests run, what was skipped is listed. The
//! output of `cargo test` is shown as it is, and its exit code is ours.

mod machine;
mod skipped;

use crate::process::{cargo, exit_code, say};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use xtask::need;

/// Runs all tests; `arguments` are passed to `cargo test`, but for `--no-install`.
pub(super) fn run(arguments: &[OsString]) -> ExitCode {
    let folder = folder();
    let (ours, theirs): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| *argument == "--no-install");
    if ours.is_empty() {
        machine::install();
        machine::start_engine(&folder);
    }
    let skips = folder.join("skipped");
    if let Err(error) = std::fs::write(&skips, "") {
        say(&format!("cannot write {}: {error}\n", skips.display()));
        return ExitCode::FAILURE;
    }
    let code = exit_code(cargo().args(["test", "--workspace"]).args(theirs).env(need::SKIPPED, &skips));
    say(&skipped::summary(&std::fs::read_to_string(&skips).unwrap_or_default()));
    code
}

/// A folder of ours below cargo's target folder.
fn folder() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let folder = program.parent().and_then(Path::parent).unwrap_or(Path::new("target")).join("xtask");
    // A folder that cannot be made here is reported where something is written to it.
    let _there = std::fs::create_dir_all(&folder);
    folder
}
