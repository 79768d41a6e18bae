//! The binary: hand the arguments to the shell face, print what went wrong, exit.

use runcell::cli;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RUNCELL_LOG").unwrap_or_else(|_| "warn".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A stderr that nobody reads must not make a log line a panic.
    log.with_ansi(std::io::stderr().is_terminal()).log_internal_errors(false).init();
    match cli::main(std::env::args_os()) {
        Ok(code) => ExitCode::from(code.number()),
        Err(error) => {
            let code = cli::ExitCode::from(&error);
            if code != cli::ExitCode::CLOSED_PIPE {
                let _ = writeln!(std::io::stderr(), "runcell: {}", cli::describe(&error));
            }
            ExitCode::from(code.number())
        }
    }
}
