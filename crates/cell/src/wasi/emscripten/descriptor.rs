//! Calls on descriptors that WASI does not have: duplicating, flags, terminals; and those that mean more here than there.
//!
//! Owns the commands of `fcntl` and `ioctl`. Duplicates have positions of their own.

use super::call::{Answer, MODULE, WASI, answer, answers, define_async};
use super::path::set_mode;
use crate::errno::Errno;
use crate::state::CellState;
use crate::wasi::define::define;
use crate::wasi::descriptor::Handle;
use crate::wasi::failure::{Failure, Result};
use crate::wasi::fd;
use crate::wasi::guest::Guest;
use crate::wasi::link::enter;
use crate::wasi::rights::{READ, WRITE};
use crate::wasi::state::Wasi;
use wasmtime::Linker;

/// Commands of `fcntl`.
const DUPLICATE: u32 = 0;
const DUPLICATE_CLOSING: u32 = 1030;
const GET_FLAGS: u32 = 3;
const SET_FLAGS: u32 = 4;
const GET_LOCK: u32 = 12;
const UNLOCKED: u16 = 2;

/// Commands of `ioctl`.
const HOW_MANY_BYTES: u32 = 0x541b;
const NON_BLOCKING: u32 = 0x5421;

const APPEND: u32 = 0x400;
const MAX_DESCRIPTORS: i32 = 1024;

pub(super) fn add(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    answers!(linker, {
        "__syscall_dup" => |wasi, _guest, fd: u32| duplicate(wasi, fd, 0);
        "__syscall_dup3" => |wasi, _guest, fd: u32, to: u32, _flags: u32| duplicate_to(wasi, fd, to);
        "__syscall_fcntl64" => |wasi, guest, fd: u32, command: u32, more: u32| control(wasi, guest, fd, command, more);
        "__syscall_ioctl" => |wasi, guest, fd: u32, command: u32, more: u32| device_control(wasi, guest, fd, command, more);
        "__syscall_ftruncate64" => |wasi, _guest, fd: u32, len: i64| {
            fd::filestat_set_size(wasi, fd, u64::try_from(len).map_err(|_| Errno::Inval)?)?;
            Ok(0)
        };
        "__syscall_fdatasync" => |wasi, _guest, fd: u32| wasi.descriptors.get(fd).map(|_| 0);
        "__syscall_fchmod" => |wasi, _guest, fd: u32, mode: u32| {
            let node = wasi.descriptors.handle(fd)?.node().ok_or(Errno::Inval)?;
            set_mode(wasi, node, mode)
        };
        "__syscall_fchown32" => |wasi, _guest, fd: u32, _owner: u32, _group: u32| wasi.descriptors.get(fd).map(|_| 0);
    });
    linker.func_wrap(MODULE, "getdtablesize", || MAX_DESCRIPTORS)?;
    // Reads of a libc that waits for pipes in its host.
    linker.alias(WASI, "fd_read", MODULE, "js_fd_read")?;
    add_shadows(linker)
}

/// Calls of WASI: here the standard streams can be closed, and a directory has a position.
fn add_shadows(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    fn code(result: Result) -> Answer {
        match result {
            Ok(()) => Ok(0),
            Err(Failure::Errno(errno)) => Ok(errno.code()),
            Err(Failure::Stop(error)) => Err(error),
        }
    }
    define!(linker, WASI, "fd_close", |cx, fd: u32| {
        code(enter(cx, |wasi, _| {
            let handle = wasi.descriptors.remove(fd)?;
            handle.node().into_iter().for_each(|node| wasi.tree.release(node));
            Ok(())
        }))
    });
    define!(linker, WASI, "fd_seek", |cx, fd: u32, offset: i64, whence: u32, at: u32| {
        code(enter(cx, |wasi, guest| match &mut wasi.descriptors.get_mut(fd)?.handle {
            Handle::Dir(dir) => {
                let position = if whence == 0 { offset } else { dir.cookie.cast_signed().saturating_add(offset) };
                dir.cookie = u64::try_from(position).map_err(|_| Errno::Inval)?;
                guest.write(at, &position.to_le_bytes())
            }
            _ => fd::seek(wasi, guest, fd, offset, whence, at),
        }))
    });
    Ok(())
}

/// A further number, from `least` on, for what a descriptor stands for.
fn duplicate(wasi: &mut Wasi, fd: u32, least: u32) -> Result<u32> {
    let copied = *wasi.descriptors.get(fd)?;
    wasi.descriptors.check_room()?;
    let to = wasi.descriptors.add_from(least, copied)?;
    copied.handle.node().into_iter().for_each(|node| wasi.tree.hold(node));
    Ok(to)
}

fn duplicate_to(wasi: &mut Wasi, fd: u32, to: u32) -> Result<u32> {
    let copied = *wasi.descriptors.get(fd)?;
    if fd == to {
        return Err(Errno::Inval.into());
    }
    let replaced = wasi.descriptors.put(to, copied)?;
    copied.handle.node().into_iter().for_each(|node| wasi.tree.hold(node));
    replaced.and_then(|handle| handle.node()).into_iter().for_each(|node| wasi.tree.release(node));
    Ok(to)
}

fn control(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, command: u32, more: u32) -> Result<u32> {
    let descriptor = *wasi.descriptors.get(fd)?;
    match command {
        DUPLICATE | DUPLICATE_CLOSING => duplicate(wasi, fd, guest.u32(more)?),
        GET_FLAGS => {
            let rights = descriptor.rights;
            let access = if rights.allow(READ) { u32::from(rights.allow(WRITE)) * 2 } else { 1 };
            Ok(access | if descriptor.appends() { APPEND } else { 0 })
        }
        SET_FLAGS => {
            let flags = u32::from(guest.u32(more)? & APPEND != 0);
            fd::fdstat_set_flags(wasi, fd, flags)?;
            Ok(0)
        }
        GET_LOCK => {
            // Nobody else is there to hold one.
            let lock = guest.u32(more)?;
            guest.write(lock, &UNLOCKED.to_le_bytes())?;
            Ok(0)
        }
        _ => Ok(0),
    }
}

/// There are no terminals; of other devices only how much can be read is asked.
fn device_control(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, command: u32, more: u32) -> Result<u32> {
    let handle = wasi.descriptors.handle(fd)?;
    match command {
        NON_BLOCKING => Ok(0),
        HOW_MANY_BYTES => {
            let count = match handle {
                Handle::Stdin => wasi.stdin.available().len() as u64,
                Handle::File(file) => wasi.tree.stat(file.node).size.saturating_sub(file.offset),
                _ => return Err(Errno::NoTty.into()),
            };
            let to = guest.u32(more)?;
            guest.write(to, &u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes())?;
            Ok(0)
        }
        _ => Err(Errno::NoTty.into()),
    }
}
