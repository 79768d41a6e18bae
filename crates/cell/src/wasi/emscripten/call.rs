//! The way from a call to an answer.
//!
//! Owns how a call is defined: by name and arguments, run on the guest's state and memory, its failure turned into a number.

use crate::wasi::failure::{Failure, Result};
use crate::wasi::guest::Guest;
use crate::wasi::link::{CALL_WORK, enter, settle};
use crate::wasi::state::Wasi;

pub(super) use crate::wasi::link::Cx;

/// Where a module imports them from.
pub(super) const MODULE: &str = "env";

/// Where a module imports from what Emscripten takes from WASI.
pub(super) const WASI: &str = "wasi_snapshot_preview1";

/// The answer to a call: a number, or an error as a negative number.
pub(super) type Answer = wasmtime::Result<i32>;

/// Runs a call and makes an answer of what it returns.
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
        $($linker.func_wrap_async(MODULE, $name, |mut cx: Cx<'_>, ($($argument,)*): ($($ty,)*)| {
            Box::new(async move { answer(&mut cx, move |$wasi, $guest| $body).await })
                as Box<dyn Future<Output = Answer> + Send + '_>
        })?;)+
    };
}
pub(super) use answers;
