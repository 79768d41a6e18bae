//! Other programs and the terminal: cargo, exit codes, messages.
//!
//! Owns how a task starts a program and speaks to people. Which programs, each task knows.

use std::io::Write;
use std::process::{Command, ExitCode};

/// The cargo that runs us, without what it says of this package: build scripts that look at it would run again each time.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs a command whose output is the user's; its exit code is ours.
pub(crate) fn exit_code(command: &mut Command) -> ExitCode {
    match command.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            say(&format!("cannot start {}: {error}\n", command.get_program().display()));
            ExitCode::FAILURE
        }
    }
}

/// Writes to stderr; stdout is the tests'.
pub(crate) fn say(text: &str) {
    // Nothing is to be done where nobody reads.
    let _closed = std::io::stderr().write_all(text.as_bytes());
}
