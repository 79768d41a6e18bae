//! The binary: hand the arguments to the shell face, print what went wrong, exit.

use runcell::cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    let code = match cli::main(std::env::args_os()) {
        Ok(code) => ExitCode::from(code.number()),
        Err(error) => {
            let code = cli::ExitCode::from(&error);
            if code != cli::ExitCode::CLOSED_PIPE {
                cli::log::line(&format!("runcell: {}", cli::describe(&error)));
            }
            ExitCode::from(code.number())
        }
    };
    cli::log::end();
    code
}
