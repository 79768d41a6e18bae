//! The functions of WASI preview1 as a guest imports them.
//!
//! Owns names, signatures and what every call does: find the guest's memory, run the call, turn its failure into a number
//! or a trap, charge fuel for the host's work. What a call does itself stands in `fd`, `path`, `poll`, `process` and `time`.

use super::define::{Answer, Cx, define, define_async};
use super::failure::{Failure, Result};
use super::fd;
use super::guest::Guest;
use super::own;
use super::path::{self, OpenArg, PathArg};
use super::poll;
use super::process::{self, Exit, List};
use super::state::Wasi;
use super::time;
use crate::codegen;
use crate::errno::Errno;
use crate::state::CellState;
use wasmtime::{Extern, Linker};

const MODULE: &str = "wasi_snapshot_preview1";

/// The module of calls that WASI lacks; libraries of ours for guests import them.
const OWN_MODULE: &str = "runcell";

/// Fuel for any call that may search, move bytes or wait, in units.
pub(super) const CALL_WORK: u64 = 100;

/// How much work of the host is done before fuel is charged for it and others get their turn, in fuel units.
const WORK_SLICE: u64 = 500_000;

/// How many random bytes are drawn before others get their turn.
const RANDOM_PART: u32 = 1 << 20;

/// Runs a call on the guest's state and memory.
pub(super) fn enter<R>(cx: &mut Cx<'_>, call: impl FnOnce(&mut Wasi, &mut Guest<'_>) -> Result<R>) -> Result<R> {
    let memory = match cx.data().memory {
        Some(memory) => memory,
        None => match cx.get_export("memory") {
            Some(Extern::Memory(memory)) => memory,
            _ => return Err(Failure::Stop(wasmtime::Error::msg("the module exports no memory"))),
        },
    };
    let (bytes, state) = memory.data_and_store_mut(cx);
    call(&mut state.wasi, &mut Guest(bytes))
}

fn answer(result: Result) -> Answer {
    match result {
        Ok(()) => Ok(0),
        Err(Failure::Errno(errno)) => Ok(errno.code()),
        Err(Failure::Stop(error)) => Err(error),
    }
}

/// A call that is short whatever its arguments are.
fn quick(cx: &mut Cx<'_>, call: impl FnOnce(&mut Wasi, &mut Guest<'_>) -> Result) -> Answer {
    cx.data_mut().wasi.work += 1;
    answer(enter(cx, call))
}

/// A call that may take its time.
async fn slow(cx: &mut Cx<'_>, call: impl FnOnce(&mut Wasi, &mut Guest<'_>) -> Result + Send) -> Answer {
    cx.data_mut().wasi.work += CALL_WORK;
    let result = answer(enter(cx, call));
    settle(cx).await?;
    result
}

/// A call that answers with a number at an address.
async fn slow_with(
    cx: &mut Cx<'_>,
    at: u32,
    call: impl FnOnce(&mut Wasi, &mut Guest<'_>) -> Result<u32> + Send,
) -> Answer {
    slow(cx, |wasi, guest| {
        let value = call(wasi, guest)?;
        guest.write(at, &value.to_le_bytes())
    })
    .await
}

/// Charges fuel for the host's work and lets others run, once there is enough of it.
pub(super) async fn settle(cx: &mut Cx<'_>) -> wasmtime::Result<()> {
    if cx.data().wasi.work < WORK_SLICE {
        return Ok(());
    }
    let work = std::mem::take(&mut cx.data_mut().wasi.work);
    if !codegen::charges(cx.engine()) {
        return Ok(());
    }
    let fuel = cx.get_fuel()?;
    cx.set_fuel(fuel.saturating_sub(work))?;
    if fuel <= work {
        return Err(wasmtime::Trap::OutOfFuel.into());
    }
    tokio::task::yield_now().await;
    Ok(())
}

/// Defines all functions of the interface.
///
/// # Errors
/// Where a name is defined twice.
pub fn add_to_linker(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    add_process(linker)?;
    add_own(linker)?;
    add_descriptor_state(linker)?;
    add_descriptor_io(linker)?;
    add_path_names(linker)?;
    add_path_nodes(linker)?;
    add_waiting(linker)?;
    add_sockets(linker)
}

fn add_process(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    define_async!(linker, MODULE, "args_sizes_get", |cx, count: u32, bytes: u32| {
        slow(cx, |wasi, guest| process::sizes_get(wasi, guest, List::Args, count, bytes)).await
    });
    define_async!(linker, MODULE, "args_get", |cx, list: u32, bytes: u32| {
        slow(cx, |wasi, guest| process::get(wasi, guest, List::Args, list, bytes)).await
    });
    define_async!(linker, MODULE, "environ_sizes_get", |cx, count: u32, bytes: u32| {
        slow(cx, |wasi, guest| process::sizes_get(wasi, guest, List::Env, count, bytes)).await
    });
    define_async!(linker, MODULE, "environ_get", |cx, list: u32, bytes: u32| {
        slow(cx, |wasi, guest| process::get(wasi, guest, List::Env, list, bytes)).await
    });
    define!(linker, MODULE, "clock_time_get", |cx, id: u32, _precision: u64, at: u32| {
        quick(cx, |wasi, guest| time::time_get(wasi, guest, id, at))
    });
    define!(linker, MODULE, "clock_res_get", |cx, id: u32, at: u32| {
        quick(cx, |wasi, guest| time::res_get(wasi, guest, id, at))
    });
    linker.func_wrap(MODULE, "proc_exit", |code: u32| -> wasmtime::Result<()> { Err(Exit(code).into()) })?;
    linker.func_wrap(MODULE, "proc_raise", |_signal: u32| Errno::NotSup.code())?;
    Ok(())
}

fn add_own(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    define!(linker, OWN_MODULE, "fd_duplicate", |cx, from: u32, to: i32, at: u32| {
        quick(cx, |wasi, guest| own::duplicate(wasi, guest, from, to, at))
    });
    define!(linker, OWN_MODULE, "mode", |cx, ino: u64, at: u32| {
        quick(cx, |wasi, guest| own::mode(wasi, guest, ino, at))
    });
    define!(linker, OWN_MODULE, "set_mode", |cx, ino: u64, mode: u32| {
        quick(cx, |wasi, _| own::set_mode(wasi, ino, mode))
    });
    define!(linker, OWN_MODULE, "umask", |cx, mask: u32, at: u32| {
        quick(cx, |wasi, guest| own::umask(wasi, guest, mask, at))
    });
    define!(linker, OWN_MODULE, "space", |cx, at: u32| quick(cx, |wasi, guest| own::space(wasi, guest, at)));
    Ok(())
}

fn add_descriptor_state(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    define!(linker, MODULE, "fd_close", |cx, fd: u32| quick(cx, |wasi, _| fd::close(wasi, fd)));
    define!(linker, MODULE, "fd_renumber", |cx, from: u32, to: u32| {
        quick(cx, |wasi, _| fd::renumber(wasi, from, to))
    });
    define!(linker, MODULE, "fd_fdstat_get", |cx, fd: u32, at: u32| {
        quick(cx, |wasi, guest| fd::fdstat_get(wasi, guest, fd, at))
    });
    define!(linker, MODULE, "fd_fdstat_set_flags", |cx, fd: u32, flags: u32| {
        quick(cx, |wasi, _| fd::fdstat_set_flags(wasi, fd, flags))
    });
    define!(linker, MODULE, "fd_fdstat_set_rights", |cx, fd: u32, base: u64, inheriting: u64| {
        quick(cx, |wasi, _| fd::fdstat_set_rights(wasi, fd, base, inheriting))
    });
    define!(linker, MODULE, "fd_filestat_get", |cx, fd: u32, at: u32| {
        quick(cx, |wasi, guest| fd::filestat_get(wasi, guest, fd, at))
    });
    define!(linker, MODULE, "fd_seek", |cx, fd: u32, offset: i64, whence: u32, at: u32| {
        quick(cx, |wasi, guest| fd::seek(wasi, guest, fd, offset, whence, at))
    });
    define!(linker, MODULE, "fd_tell", |cx, fd: u32, at: u32| {
        quick(cx, |wasi, guest| fd::tell(wasi, guest, fd, at))
    });
    define!(linker, MODULE, "fd_prestat_get", |cx, fd: u32, at: u32| {
        quick(cx, |wasi, guest| fd::prestat_get(wasi, guest, fd, at))
    });
    define!(linker, MODULE, "fd_prestat_dir_name", |cx, fd: u32, at: u32, len: u32| {
        quick(cx, |wasi, guest| fd::prestat_dir_name(wasi, guest, fd, at, len))
    });
    for name in ["fd_sync", "fd_datasync"] {
        define!(linker, MODULE, name, |cx, fd: u32| quick(cx, |wasi, _| wasi.descriptors.get(fd).map(|_| ())));
    }
    define!(linker, MODULE, "fd_advise", |cx, fd: u32, _offset: u64, _len: u64, _advice: u32| {
        quick(cx, |wasi, _| wasi.descriptors.file(fd).map(|_| ()))
    });
    Ok(())
}

fn add_descriptor_io(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    define_async!(linker, MODULE, "fd_read", |cx, fd: u32, list: u32, count: u32, at: u32| {
        if cx.data().wasi.reads_stdin(fd) {
            cx.data_mut().wasi.stdin.ready().await;
        }
        slow_with(cx, at, |wasi, guest| fd::read(wasi, guest, fd, (list, count), None)).await
    });
    define_async!(linker, MODULE, "fd_pread", |cx, fd: u32, list: u32, count: u32, offset: u64, at: u32| {
        slow_with(cx, at, |wasi, guest| fd::read(wasi, guest, fd, (list, count), Some(offset))).await
    });
    define_async!(linker, MODULE, "fd_write", |cx, fd: u32, list: u32, count: u32, at: u32| {
        slow_with(cx, at, |wasi, guest| fd::write(wasi, guest, fd, (list, count), None)).await
    });
    define_async!(linker, MODULE, "fd_pwrite", |cx, fd: u32, list: u32, count: u32, offset: u64, at: u32| {
        slow_with(cx, at, |wasi, guest| fd::write(wasi, guest, fd, (list, count), Some(offset))).await
    });
    define_async!(linker, MODULE, "fd_readdir", |cx, fd: u32, at: u32, len: u32, cookie: u64, used: u32| {
        slow_with(cx, used, |wasi, guest| fd::readdir(wasi, guest, fd, (at, len), cookie)).await
    });
    define_async!(linker, MODULE, "fd_allocate", |cx, fd: u32, offset: u64, len: u64| {
        slow(cx, |wasi, _| fd::allocate(wasi, fd, offset, len)).await
    });
    define_async!(linker, MODULE, "fd_filestat_set_size", |cx, fd: u32, size: u64| {
        slow(cx, |wasi, _| fd::filestat_set_size(wasi, fd, size)).await
    });
    define!(linker, MODULE, "fd_filestat_set_times", |cx, fd: u32, accessed: u64, modified: u64, flags: u32| {
        quick(cx, |wasi, _| fd::filestat_set_times(wasi, fd, (accessed, modified), flags))
    });
    Ok(())
}

fn add_path_names(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    define_async!(linker, MODULE, "path_create_directory", |cx, fd: u32, at: u32, len: u32| {
        slow(cx, |wasi, guest| path::create_directory(wasi, guest, PathArg { fd, at, len })).await
    });
    define_async!(linker, MODULE, "path_remove_directory", |cx, fd: u32, at: u32, len: u32| {
        slow(cx, |wasi, guest| path::remove_directory(wasi, guest, PathArg { fd, at, len })).await
    });
    define_async!(linker, MODULE, "path_unlink_file", |cx, fd: u32, at: u32, len: u32| {
        slow(cx, |wasi, guest| path::unlink_file(wasi, guest, PathArg { fd, at, len })).await
    });
    define_async!(linker, MODULE, "path_rename", |cx,
                                                  fd: u32,
                                                  at: u32,
                                                  len: u32,
                                                  to_fd: u32,
                                                  to_at: u32,
                                                  to_len: u32| {
        let (from, to) = (PathArg { fd, at, len }, PathArg { fd: to_fd, at: to_at, len: to_len });
        slow(cx, |wasi, guest| path::rename(wasi, guest, from, to)).await
    });
    define_async!(linker, MODULE, "path_link", |cx,
                                                fd: u32,
                                                lookup: u32,
                                                at: u32,
                                                len: u32,
                                                to_fd: u32,
                                                to_at: u32,
                                                to_len: u32| {
        let (from, to) = (PathArg { fd, at, len }, PathArg { fd: to_fd, at: to_at, len: to_len });
        slow(cx, |wasi, guest| path::link(wasi, guest, from, lookup, to)).await
    });
    define_async!(linker, MODULE, "path_symlink", |cx, target: u32, target_len: u32, fd: u32, at: u32, len: u32| {
        let path = PathArg { fd, at, len };
        slow(cx, |wasi, guest| path::symlink(wasi, guest, (target, target_len), path)).await
    });
    Ok(())
}

fn add_path_nodes(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    define_async!(linker, MODULE, "path_open", |cx,
                                                fd: u32,
                                                lookup: u32,
                                                at: u32,
                                                len: u32,
                                                flags: u32,
                                                rights: u64,
                                                inheriting: u64,
                                                fd_flags: u32,
                                                fd_at: u32| {
        let how = OpenArg { lookup, flags, rights, inheriting, fd_flags };
        slow(cx, |wasi, guest| path::open(wasi, guest, PathArg { fd, at, len }, how, fd_at)).await
    });
    define_async!(linker, MODULE, "path_readlink", |cx,
                                                    fd: u32,
                                                    at: u32,
                                                    len: u32,
                                                    to: u32,
                                                    to_len: u32,
                                                    used: u32| {
        let path = PathArg { fd, at, len };
        slow_with(cx, used, |wasi, guest| path::readlink(wasi, guest, path, (to, to_len))).await
    });
    define_async!(linker, MODULE, "path_filestat_get", |cx, fd: u32, lookup: u32, at: u32, len: u32, to: u32| {
        let path = PathArg { fd, at, len };
        slow(cx, |wasi, guest| path::filestat_get(wasi, guest, path, lookup, to)).await
    });
    define_async!(
        linker,
        MODULE,
        "path_filestat_set_times",
        |cx, fd: u32, lookup: u32, at: u32, len: u32, accessed: u64, modified: u64, flags: u32| {
            let (path, times) = (PathArg { fd, at, len }, (accessed, modified));
            slow(cx, |wasi, guest| path::filestat_set_times(wasi, guest, path, lookup, times, flags)).await
        }
    );
    Ok(())
}

fn add_waiting(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    linker.func_wrap(MODULE, "sched_yield", || 0)?;
    define_async!(linker, MODULE, "random_get", |cx, at: u32, len: u32| {
        for start in (0..len).step_by(RANDOM_PART as usize) {
            let part = RANDOM_PART.min(len - start);
            let at = at.wrapping_add(start);
            cx.data_mut().wasi.work += u64::from(part);
            let errno = slow(cx, |_, guest| time::random_get(guest, at, part)).await?;
            if errno != 0 {
                return Ok(errno);
            }
        }
        Ok(0)
    });
    define_async!(linker, MODULE, "poll_oneoff", |cx, list: u32, events: u32, count: u32, at: u32| {
        let poll = match enter(cx, |wasi, guest| poll::begin(wasi, guest, list, count)) {
            Ok(poll) => poll,
            Err(failure) => return answer(Err(failure)),
        };
        poll::wait(&mut cx.data_mut().wasi, &poll).await;
        slow_with(cx, at, |wasi, guest| poll::finish(wasi, guest, &poll, events)).await
    });
    Ok(())
}

/// There are no sockets: a descriptor that exists is not one.
fn add_sockets(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    fn not_a_socket(cx: &mut Cx<'_>, fd: u32) -> Answer {
        quick(cx, |wasi, _| {
            wasi.descriptors.get(fd)?;
            Err(Errno::NotSock.into())
        })
    }
    define!(linker, MODULE, "sock_accept", |cx, fd: u32, _: u32, _: u32| not_a_socket(cx, fd));
    define!(linker, MODULE, "sock_recv", |cx, fd: u32, _: u32, _: u32, _: u32, _: u32, _: u32| {
        not_a_socket(cx, fd)
    });
    define!(linker, MODULE, "sock_send", |cx, fd: u32, _: u32, _: u32, _: u32, _: u32| not_a_socket(cx, fd));
    define!(linker, MODULE, "sock_shutdown", |cx, fd: u32, _: u32| not_a_socket(cx, fd));
    Ok(())
}
