//! Waiting: `poll`, and sleeping.
//!
//! Owns what counts as ready: stdin when there is something to read or it has ended, everything else always. A guest that
//! waits holds no thread and can be stopped at any time.

use super::call::{Cx, MODULE, answer, define_async};
use crate::errno::Errno;
use crate::state::CellState;
use crate::wasi::failure::Result;
use crate::wasi::guest::Guest;
use crate::wasi::link::enter;
use crate::wasi::state::Wasi;
use std::time::Duration;
use wasmtime::Linker;

const READ: u16 = 1;
const WRITE: u16 = 4;
const NOT_OPEN: u16 = 32;
const ENTRY_BYTES: u32 = 8;

/// The most descriptors of one call.
const MAX_ENTRIES: u32 = 1024;

pub(super) fn add(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    define_async!(linker, MODULE, "__syscall_poll", |cx, list: u32, count: u32, timeout: i32| {
        let nothing = matches!(enter(cx, |wasi, guest| ready(wasi, guest, list, count)), Ok(0));
        if nothing && timeout != 0 {
            let stdin = matches!(enter(cx, |wasi, guest| wants_stdin(wasi, guest, list, count)), Ok(true));
            wait(cx, stdin, timeout).await;
        }
        answer(cx, |wasi, guest| ready(wasi, guest, list, count)).await
    });
    define_async!(linker, MODULE, "__asyncjs__wasm_poll_socket", |cx, fd: u32, events: u32, timeout: i32| {
        let waits = cx.data().wasi.reads_stdin(fd) && events & u32::from(READ) != 0;
        if waits && !cx.data().wasi.stdin.is_ready() && timeout != 0 {
            wait(cx, true, timeout).await;
        }
        answer(cx, |wasi, _| Ok(u32::from(!waits || wasi.stdin.is_ready()))).await
    });
    linker.func_wrap_async(
        MODULE,
        "emscripten_sleep",
        |_cx: Cx<'_>, (millis,): (u32,)| -> Box<dyn Future<Output = ()> + Send + '_> {
            Box::new(tokio::time::sleep(Duration::from_millis(u64::from(millis))))
        },
    )?;
    Ok(())
}

/// Waits so many milliseconds, or, if that is less than 0, without end; less if stdin is waited for and can be read.
async fn wait(cx: &mut Cx<'_>, stdin: bool, timeout: i32) {
    let timeout = u64::try_from(timeout).ok().map(Duration::from_millis);
    match (stdin, timeout) {
        (true, Some(timeout)) => {
            let _timed_out = tokio::time::timeout(timeout, cx.data_mut().wasi.stdin.ready()).await;
        }
        (true, None) => cx.data_mut().wasi.stdin.ready().await,
        (false, Some(timeout)) => tokio::time::sleep(timeout).await,
        (false, None) => std::future::pending().await,
    }
}

/// An entry of the list: where it is, its descriptor, what is asked of it.
fn entry(guest: &Guest<'_>, list: u32, index: u32) -> Result<(u32, i32, u16)> {
    let at = list.checked_add(index * ENTRY_BYTES).ok_or(Errno::Fault)?;
    guest.bytes(at, ENTRY_BYTES)?;
    Ok((at, guest.u32(at)?.cast_signed(), guest.u16(at + 4)?))
}

/// Notes for each descriptor what is ready, and returns how many are.
fn ready(wasi: &mut Wasi, guest: &mut Guest<'_>, list: u32, count: u32) -> Result<u32> {
    if count > MAX_ENTRIES {
        return Err(Errno::Inval.into());
    }
    wasi.work += u64::from(count) * 16;
    let mut found = 0;
    for index in 0..count {
        let (at, fd, events) = entry(guest, list, index)?;
        let ready = match u32::try_from(fd) {
            Err(_) => 0,
            Ok(fd) if wasi.descriptors.get(fd).is_err() => NOT_OPEN,
            Ok(fd) if wasi.reads_stdin(fd) => {
                if wasi.stdin.is_ready() {
                    events & READ
                } else {
                    0
                }
            }
            Ok(_) => events & (READ | WRITE),
        };
        guest.write(at + 6, &ready.to_le_bytes())?;
        found += u32::from(ready != 0);
    }
    Ok(found)
}

fn wants_stdin(wasi: &Wasi, guest: &Guest<'_>, list: u32, count: u32) -> Result<bool> {
    for index in 0..count {
        let (_, fd, events) = entry(guest, list, index)?;
        if events & READ != 0 && u32::try_from(fd).is_ok_and(|fd| wasi.reads_stdin(fd)) {
            return Ok(true);
        }
    }
    Ok(false)
}
