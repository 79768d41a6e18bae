//! `runcell worker`: what a server starts, not what people type. A process that runs guests behind walls.
//!
//! Owns the order: give up what was inherited, hear what to be, lock down, serve.

use super::{CliError, ExitCode};
use runcell_wasm::Seat;
use runcell_wasm::lockdown::{Kept, close_inherited, lock_down, suffer_first};
use std::os::fd::AsFd;

/// Runs the verb: its stdin is the socket to the server.
pub(super) fn run() -> Result<ExitCode, CliError> {
    let failed = |source| CliError::File { action: "take over", path: "the socket on stdin".to_owned(), source };
    close_inherited().map_err(failed)?;
    let socket = std::io::stdin().as_fd().try_clone_to_owned().map_err(failed)?;
    suffer_first();
    let seat = Seat::take(socket)?;
    let kept = Kept { readable: seat.readable(), ..Kept::default() };
    let missing = match lock_down(&kept) {
        Ok(walls) if walls.hold() => None,
        Ok(_) => Some("this kernel lacks a wall around the worker processes".to_owned()),
        Err(error) => Some(format!("a wall around the worker processes cannot be put up: {error}")),
    };
    seat.serve(missing)?;
    Ok(ExitCode::SUCCESS)
}
