//! The way from a call to an answer.
//!
//! Owns how a call is defined: by name and arguments, run on the guest's state and memory, its failure turned into a number.

use crate::wasi::failure::{Failure, Result};
use crate::wasi::guest::Guest;
use crate::wasi::link::{CALL_WORK, enter, settle};
use crate::wasi::state::Wasi;

pub(super) use crate::wasi::define::{Answer, Cx, define_async};

/// Where a module imports them from.
pub(super) const MODULE: &str = "env";

/// Where a module imports from what Emscripten takes from WASI.
pub(super) const WASI: &str = "wasi_snapshot_preview1";

/// Runs a call and makes an answer of what it returns: a number, or an error as a negative number.
pub(super) async fn answer(
    cx: &mut Cx<'_>,
    call: impl FnOnce(&mut Wasi, &mut Guest<'_>) -> Result<u32> + Send,
) -> Answer {
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
        $(define_async!($linker, MODULE, $name, |cx $(, $argument: $ty)*| answer(cx, move |$wasi, $guest| $body).await);)+
    };
}
pub(super) use answers;
