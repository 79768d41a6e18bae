//! The system calls of Emscripten, for modules whose libc was made for a browser.
//!
//! Such a module imports what it wants of a kernel from `env`, with the numbers and structures of musl on 32-bit Linux, and
//! the errors of WASI as negative numbers. Here they work on the same descriptors and the same tree of files as WASI does.
//! What there is no such thing of in a cell (network, processes, libraries to load) fails as it does on a machine without it.
//!
//! Owns which names are answered, and the way from a call to an answer. In reading order: `path`, `descriptor`, `listing`,
//! `stat` (files), `wait` (poll and sleep), `date`, `heap`, `parse` (dates as texts), `refuse` (everything else).

mod date;
mod descriptor;
mod heap;
mod listing;
mod parse;
mod path;
mod refuse;
mod stat;
mod wait;

use super::failure::{Failure, Result};
use super::guest::Guest;
use super::link::{CALL_WORK, Cx, enter, settle};
use super::state::Wasi;
use crate::state::CellState;
use wasmtime::{Linker, Module};

/// Where a module imports them from.
const MODULE: &str = "env";

/// Where a module imports from what Emscripten takes from WASI.
const WASI: &str = "wasi_snapshot_preview1";

/// The answer to a call: a number, or an error as a negative number.
type Answer = wasmtime::Result<i32>;

/// Runs a call and makes an answer of what it returns.
async fn answer(cx: &mut Cx<'_>, call: impl FnOnce(&mut Wasi, &mut Guest<'_>) -> Result<u32> + Send) -> Answer {
    cx.data_mut().wasi.work += CALL_WORK;
    let result = enter(cx, call);
    settle(cx).await?;
    match result {
        Ok(number) => Ok(number.cast_signed()),
        Err(Failure::Errno(errno)) => Ok(-errno.code()),
        Err(Failure::Stop(error)) => Err(error),
    }
}

/// Defines calls that are answered with a number, with their arguments by name:
///
/// ```ignore
/// answers!(linker, { "__syscall_rmdir" => |wasi, guest, path: u32| rmdir(wasi, guest, path) });
/// ```
macro_rules! answers {
    ($linker:ident, { $($name:literal => |$wasi:pat_param, $guest:pat_param $(, $argument:ident: $ty:ty)*| $body:expr;)+ }) => {
        $($linker.func_wrap_async(MODULE, $name, |mut cx: Cx<'_>, ($($argument,)*): ($($ty,)*)| {
            Box::new(async move { answer(&mut cx, move |$wasi, $guest| $body).await })
                as Box<dyn Future<Output = Answer> + Send + '_>
        })?;)+
    };
}
use answers;

/// Defines what a module imports from Emscripten, beside WASI.
///
/// # Errors
/// Where the module imports one of these names as something else.
pub fn add_to_linker(linker: &mut Linker<CellState>, module: &Module) -> wasmtime::Result<()> {
    // Of what Emscripten takes from WASI, some means more there.
    linker.allow_shadowing(true);
    path::add(linker)?;
    descriptor::add(linker)?;
    listing::add(linker)?;
    stat::add(linker)?;
    wait::add(linker)?;
    date::add(linker)?;
    heap::add(linker)?;
    parse::add(linker)?;
    refuse::add(linker, module)?;
    linker.allow_shadowing(false);
    Ok(())
}

#[cfg(test)]
mod tests;
