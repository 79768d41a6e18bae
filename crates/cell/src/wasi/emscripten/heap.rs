//! Memory, clocks, and the end of a guest.
//!
//! Owns how the heap grows: by what was asked for, in whole pages. The limiter may refuse it, which the guest is told.

use super::call::{Cx, MODULE};
use crate::errno::Errno;
use crate::state::CellState;
use crate::wasi::guest::Guest;
use crate::wasi::process::Exit;
use wasmtime::{Linker, Trap};

const WASM_PAGE: u64 = 65_536;

/// The largest heap, in bytes.
const MOST_BYTES: u32 = 1 << 31;

/// Emscripten counts time in milliseconds.
const NANOS: f64 = 1e6;

pub(super) fn add(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    linker.func_wrap(MODULE, "emscripten_get_heap_max", || MOST_BYTES)?;
    linker.func_wrap(MODULE, "emscripten_resize_heap", |mut cx: Cx<'_>, wanted: u32| -> i32 {
        let Some(memory) = cx.data().memory else { return 0 };
        if wanted > MOST_BYTES {
            return 0;
        }
        let pages = u64::from(wanted).div_ceil(WASM_PAGE).saturating_sub(memory.size(&cx));
        i32::from(memory.grow(&mut cx, pages).is_ok())
    })?;
    // A mapping that has no file is the libc's own business; with a file it would be a copy, which reading makes as well.
    linker
        .func_wrap(MODULE, "_mmap_js", |_: u32, _: u32, _: u32, _: u32, _: i64, _: u32, _: u32| -Errno::NoDev.code())?;
    linker.func_wrap(MODULE, "_munmap_js", |_: u32, _: u32, _: u32, _: u32, _: u32, _: i64| -Errno::Inval.code())?;
    linker.func_wrap(MODULE, "emscripten_get_now", |cx: Cx<'_>| millis(cx.data().wasi.clock.monotonic()))?;
    linker.func_wrap(MODULE, "emscripten_date_now", |cx: Cx<'_>| millis(cx.data().wasi.clock.realtime()))?;
    add_ends(linker)
}

#[expect(clippy::cast_precision_loss, reason = "a number of milliseconds is exact enough as it is")]
fn millis(nanos: u64) -> f64 {
    nanos as f64 / NANOS
}

fn add_ends(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    linker.func_wrap(MODULE, "exit", |code: u32| -> wasmtime::Result<()> { Err(Exit(code).into()) })?;
    linker.func_wrap(MODULE, "_abort_js", || -> wasmtime::Result<()> { Err(Trap::UnreachableCodeReached.into()) })?;
    linker.func_wrap(
        MODULE,
        "__assert_fail",
        |mut cx: Cx<'_>, condition: u32, file: u32, line: u32, _function: u32| -> wasmtime::Result<()> {
            let Some(memory) = cx.data().memory else { return Err(Trap::UnreachableCodeReached.into()) };
            let (bytes, _) = memory.data_and_store_mut(&mut cx);
            let guest = Guest(bytes);
            let text = |at| guest.path(at).map(String::from_utf8_lossy).unwrap_or_default();
            Err(wasmtime::Error::msg(format!("assertion failed: {}, at {}:{line}", text(condition), text(file))))
        },
    )?;
    Ok(())
}
