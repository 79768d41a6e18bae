//! The project's own tasks, run with `cargo xtask`. Each verb is a module; what needs runcell itself is in the package `bench`.

mod test;

use std::ffi::OsString;
use std::io::Write;
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
    Put a running server under load.
cargo xtask config-docs [--check]
    Write docs/configuration.md from the types of the configuration, or fail where it is not up to date.
";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let verb = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    match verb.to_str() {
        Some("test") if rest.first().is_none_or(|first| first != "--help") => test::run(&rest),
        Some("bench" | "load") => measure(verb, &rest),
        Some("config-docs") => {
            exit_code(cargo().args(["run", "--quiet", "--package", "bench", "--"]).arg(verb).args(&rest))
        }
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

/// Measures with a release build: that of the tests is slower.
fn measure(verb: OsString, rest: &[OsString]) -> ExitCode {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", "bench", "--"]).arg(verb).args(rest);
    exit_code(&mut command)
}

/// The cargo that runs us, without what it says of this package: build scripts that look at it would run again each time.
fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs a command whose output is the user's; its exit code is ours.
fn exit_code(command: &mut Command) -> ExitCode {
    match command.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            say(&format!("cannot start {}: {error}\n", command.get_program().display()));
            ExitCode::FAILURE
        }
    }
}

/// Writes to stderr; stdout is the tests'.
fn say(text: &str) {
    // Nothing is to be done where nobody reads.
    let _closed = std::io::stderr().write_all(text.as_bytes());
}
