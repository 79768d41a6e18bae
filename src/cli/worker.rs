//! `runcell worker`: what a server starts, not what people type. A process that runs guests behind walls.
//!
//! Owns the order: give up what was inherited, hear what to be, lock down, serve.

use super::{CliError, ExitCode};
use runcell_wasm::WorkerProcess;
use runcell_wasm::lockdown::{Kept, be_killed_first, close_inherited, lock_down};
use std::os::fd::AsFd;

/// Runs the verb: its stdin is the socket to the server.
pub(super) fn run() -> Result<ExitCode, CliError> {
    let failed = |source| CliError::File { action: "take over", path: "the socket on stdin".to_owned(), source };
    close_inherited().map_err(failed)?;
    let socket = std::io::stdin().as_fd().try_clone_to_owned().map_err(failed)?;
    be_killed_first();
    let worker = WorkerProcess::connect(socket)?;
    let kept = Kept { readable: worker.readable(), ..Kept::default() };
    let missing = match lock_down(&kept) {
        Ok(walls) if walls.hold() => None,
        Ok(_) => Some("this kernel lacks a wall around the worker processes".to_owned()),
        Err(error) => Some(format!("a wall around the worker processes cannot be put up: {error}")),
    };
    worker.serve(missing)?;
    Ok(ExitCode::SUCCESS)
}
