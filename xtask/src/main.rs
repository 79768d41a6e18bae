//! The project's own tasks, run with `cargo xtask`. Each verb is a module; what needs runcell itself is in the package `bench`.

mod process;
mod test;
mod web;

use process::{cargo, exit_code, say};
use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};

const HELP: &str = "\
The project's own tasks.

cargo xtask test [--no-install] [ARGUMENTS OF cargo test]
    Run all tests. Programs that are missing are installed first where that may be done (Debian, root), and an engine of
    containers is started where one is installed. Tests that cannot run here are skipped, and listed at the end with what
    to install. With CI=true a skip is a failure.
cargo xtask bench [...]
    Measure runcell beside the native tools.
cargo xtask load [...]
    Put a running server under load: release builds, but for `hostile`, which measures memory.
cargo xtask web [--force | shots FOLDER]
    Make the web page's bundle (needs npm), or pictures of all its views (needs chromium).
cargo xtask config-docs [--check]
    Write docs/configuration.md from the types of the configuration, or fail where it is not up to date.
";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let verb = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    match verb.to_str() {
        Some("test") if rest.first().is_none_or(|first| first != "--help") => test::run(&rest),
        // Memory does not depend on how well code is optimised, and a release build takes long.
        Some("load") if rest.first().is_some_and(|first| first == "hostile") => with_the_tests_build(&verb, &rest),
        Some("bench" | "load") => measure(verb, &rest),
        Some("config-docs") => with_the_tests_build(&verb, &rest),
        Some("web") => web::run(&rest),
        Some("" | "help" | "--help" | "-h" | "test") => {
            say(HELP);
            ExitCode::SUCCESS
        }
        _ => {
            say(&format!("there is no task {}\n\n{HELP}", verb.display()));
            ExitCode::from(2)
        }
    }
}

/// Runs a task with the build of the tests: one package alone would get dependencies with other features, built anew.
fn with_the_tests_build(verb: &OsStr, rest: &[OsString]) -> ExitCode {
    let built = cargo().args(["build", "--quiet", "--workspace", "--bin", "bench", "--bin", "runcell"]).status();
    if !built.is_ok_and(|status| status.success()) {
        say("the package bench cannot be built\n");
        return ExitCode::FAILURE;
    }
    // cargo puts it beside this program.
    let bench = std::env::current_exe().map(|xtask| xtask.with_file_name("bench")).unwrap_or_else(|_| "bench".into());
    exit_code(Command::new(bench).arg(verb).args(rest))
}

/// Measures with a release build: that of the tests is slower.
fn measure(verb: OsString, rest: &[OsString]) -> ExitCode {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", "bench", "--"]).arg(verb).args(rest);
    exit_code(&mut command)
}
