//! Calls that name a path, but for `stat`.
//!
//! Owns the flags of Linux for them, and that a relative path begins at a descriptor or in the current directory.

use super::call::{MODULE, answer, answers, define_async};
use crate::errno::Errno;
use crate::fs::{Follow, NodeId, NodeKind, Resolved};
use crate::state::CellState;
use crate::wasi::failure::Result;
use crate::wasi::guest::Guest;
use crate::wasi::path::{self, CREATE, DIRECTORY, EXCLUSIVE, OpenArg, PATH_WORK, TRUNCATE};
use crate::wasi::rights::{READ, Rights, WRITE};
use crate::wasi::state::Wasi;
use wasmtime::Linker;

/// The descriptor that stands for the current directory.
const AT_CURRENT: i32 = -100;

/// Of `unlinkat`: a directory is meant.
const REMOVE_DIR: u32 = 0x200;

/// A time that means "now", and one that means "as it is", in place of nanoseconds.
const TIME_NOW: u32 = 0x3fff_ffff;
const TIME_OMIT: u32 = 0x3fff_fffe;

/// Of `openat`: how the file is used, and flags.
const ACCESS: u32 = 3;
const WRITE_ONLY: u32 = 1;
const READ_WRITE: u32 = 2;
const APPEND: u32 = 0x400;
const NO_FOLLOW: u32 = 0x2_0000;
const OPEN_FLAGS: [(u32, u32); 4] = [(0x40, CREATE), (0x80, EXCLUSIVE), (0x200, TRUNCATE), (0x1_0000, DIRECTORY)];

/// Of `faccessat`: the file is to be written, or run.
const MAY_WRITE: u32 = 2;
const MAY_RUN: u32 = 1;

pub(super) fn add(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    answers!(linker, {
        "__syscall_openat" => |wasi, guest, dir: i32, at: u32, flags: u32, more: u32| open(wasi, guest, (dir, at), flags, more);
        "__syscall_faccessat" => |wasi, guest, dir: i32, at: u32, mode: u32, _flags: u32| access(wasi, guest, (dir, at), mode);
        "__syscall_mkdirat" => |wasi, guest, dir: i32, at: u32, mode: u32| make_dir(wasi, guest, (dir, at), mode);
        "__syscall_rmdir" => |wasi, guest, at: u32| remove(wasi, guest, (AT_CURRENT, at), REMOVE_DIR);
        "__syscall_unlinkat" => |wasi, guest, dir: i32, at: u32, flags: u32| remove(wasi, guest, (dir, at), flags);
        "__syscall_renameat" => |wasi, guest, dir: i32, at: u32, to_dir: i32, to: u32| rename(wasi, guest, (dir, at), (to_dir, to));
        "__syscall_symlinkat" => |wasi, guest, target: u32, dir: i32, at: u32| symlink(wasi, guest, target, (dir, at));
        "__syscall_readlinkat" => |wasi, guest, dir: i32, at: u32, to: u32, len: u32| read_link(wasi, guest, (dir, at), (to, len));
        "__syscall_utimensat" => |wasi, guest, dir: i32, at: u32, times: u32, _flags: u32| set_times(wasi, guest, (dir, at), times);
        "__syscall_chmod" => |wasi, guest, at: u32, mode: u32| {
            let node = resolve(wasi, guest, (AT_CURRENT, at), Follow::Yes)?.existing(&wasi.tree)?;
            set_mode(wasi, node, mode)
        };
        "__syscall_fchownat" => |wasi, guest, dir: i32, at: u32, _owner: u32, _group: u32, _flags: u32| {
            // Everything is the guest's own, and stays so.
            resolve(wasi, guest, (dir, at), Follow::No)?.existing(&wasi.tree)?;
            Ok(0)
        };
        "__syscall_chdir" => |wasi, guest, at: u32| {
            let dir = resolve(wasi, guest, (AT_CURRENT, at), Follow::Yes)?.existing(&wasi.tree)?;
            if wasi.tree.kind(dir) != NodeKind::Dir {
                return Err(Errno::NotDir.into());
            }
            wasi.enter(dir);
            Ok(0)
        };
        "__syscall_getcwd" => |wasi, guest, to: u32, len: u32| current(wasi, guest, to, len);
    });
    Ok(())
}

/// Where a path leads, from a descriptor or the current directory.
pub(super) fn resolve(wasi: &mut Wasi, guest: &Guest<'_>, (dir, at): (i32, u32), follow: Follow) -> Result<Resolved> {
    wasi.work += PATH_WORK;
    let path = guest.path(at)?;
    // The descriptor does not count where the path is absolute.
    let from = if dir == AT_CURRENT || path.starts_with(b"/") {
        wasi.current
    } else {
        wasi.descriptors.dir(dir.cast_unsigned(), 0)?
    };
    Ok(wasi.tree.resolve(from, path, follow)?)
}

fn open(wasi: &mut Wasi, guest: &mut Guest<'_>, path: (i32, u32), flags: u32, more: u32) -> Result<u32> {
    wasi.descriptors.check_room()?;
    let chosen = OPEN_FLAGS.into_iter().filter(|(linux, _)| flags & linux != 0).fold(0, |all, (_, flag)| all | flag);
    let unused = match flags & ACCESS {
        WRITE_ONLY => READ,
        READ_WRITE => 0,
        _ => WRITE,
    };
    let rights = !unused;
    let fd_flags = u32::from(flags & APPEND != 0);
    let how = OpenArg { lookup: 0, flags: chosen, rights, inheriting: u64::MAX, fd_flags };
    let exclusive = chosen & (CREATE | EXCLUSIVE) == CREATE | EXCLUSIVE;
    let follow = if exclusive || flags & NO_FOLLOW != 0 { Follow::No } else { Follow::Yes };
    let at = resolve(wasi, guest, path, follow)?;
    heed_umask(wasi, guest)?;
    let opened = path::open_at(wasi, &at, how, Rights::all_but(0))?;
    if let (None, Some(node)) = (at.node, opened.handle.node())
        && more != 0
    {
        narrow_mode(wasi, node, guest.u32(more)?)?;
    }
    path::add(wasi, opened)
}

/// Takes over the mask that the guest has set: Emscripten's `umask` is a variable of the module.
fn heed_umask(wasi: &mut Wasi, guest: &Guest<'_>) -> Result {
    if let Some(at) = wasi.umask_at {
        wasi.tree.set_umask(u16::try_from(guest.u32(at)? & 0o777).map_err(|_| Errno::Inval)?);
    }
    Ok(())
}

/// Takes the bits from something new that its maker did not ask for.
fn narrow_mode(wasi: &mut Wasi, node: NodeId, mode: u32) -> Result {
    let wanted = u16::try_from(mode & 0o7777).map_err(|_| Errno::Inval)?;
    let given = wasi.tree.stat(node).mode;
    Ok(wasi.tree.set_mode(node, given & wanted)?)
}

pub(super) fn set_mode(wasi: &mut Wasi, node: NodeId, mode: u32) -> Result<u32> {
    wasi.tree.set_mode(node, u16::try_from(mode & 0o7777).map_err(|_| Errno::Inval)?)?;
    Ok(0)
}

/// Whether a file can be used so. The guest is its owner, so that only a read-only file refuses to be written, and only
/// one without a bit for it to be run.
fn access(wasi: &mut Wasi, guest: &Guest<'_>, path: (i32, u32), mode: u32) -> Result<u32> {
    let node = resolve(wasi, guest, path, Follow::Yes)?.existing(&wasi.tree)?;
    let stat = wasi.tree.stat(node);
    if mode & MAY_WRITE != 0 && stat.mode & 0o222 == 0 {
        return Err(if wasi.tree.is_base(node) { Errno::RoFs } else { Errno::Acces }.into());
    }
    if mode & MAY_RUN != 0 && stat.mode & 0o111 == 0 {
        return Err(Errno::Acces.into());
    }
    Ok(0)
}

fn make_dir(wasi: &mut Wasi, guest: &Guest<'_>, path: (i32, u32), mode: u32) -> Result<u32> {
    let at = resolve(wasi, guest, path, Follow::No)?;
    heed_umask(wasi, guest)?;
    let now = wasi.clock.realtime();
    let node = wasi.tree.create_dir(&at, now)?;
    narrow_mode(wasi, node, mode)?;
    Ok(0)
}

fn remove(wasi: &mut Wasi, guest: &Guest<'_>, path: (i32, u32), flags: u32) -> Result<u32> {
    let at = resolve(wasi, guest, path, Follow::No)?;
    let now = wasi.clock.realtime();
    match flags {
        0 => wasi.tree.unlink(&at, now)?,
        REMOVE_DIR => wasi.tree.remove_dir(&at, now)?,
        _ => return Err(Errno::Inval.into()),
    }
    Ok(0)
}

fn rename(wasi: &mut Wasi, guest: &Guest<'_>, from: (i32, u32), to: (i32, u32)) -> Result<u32> {
    let from = resolve(wasi, guest, from, Follow::No)?;
    let to = resolve(wasi, guest, to, Follow::No)?;
    let now = wasi.clock.realtime();
    wasi.tree.rename(&from, &to, now)?;
    Ok(0)
}

fn symlink(wasi: &mut Wasi, guest: &Guest<'_>, target: u32, path: (i32, u32)) -> Result<u32> {
    let target = guest.path(target)?.to_vec();
    let at = resolve(wasi, guest, path, Follow::No)?;
    let now = wasi.clock.realtime();
    wasi.tree.create_symlink(&at, &target, now)?;
    Ok(0)
}

fn read_link(wasi: &mut Wasi, guest: &mut Guest<'_>, path: (i32, u32), (to, len): (u32, u32)) -> Result<u32> {
    let node = resolve(wasi, guest, path, Follow::No)?.existing(&wasi.tree)?;
    let target = wasi.tree.link_target(node).ok_or(Errno::Inval)?;
    let count = target.len().min(len as usize);
    guest.write(to, &target[..count])?;
    Ok(u32::try_from(count).map_err(|_| Errno::Overflow)?)
}

/// Sets both times of what a path leads to, or, without a path, of what a descriptor is open on.
fn set_times(wasi: &mut Wasi, guest: &Guest<'_>, path: (i32, u32), times: u32) -> Result<u32> {
    let node = if path.1 == 0 || guest.path(path.1)?.is_empty() {
        wasi.descriptors.handle(path.0.cast_unsigned())?.node().ok_or(Errno::Inval)?
    } else {
        resolve(wasi, guest, path, Follow::Yes)?.existing(&wasi.tree)?
    };
    let now = wasi.clock.realtime();
    let time = |at: u32| -> Result<Option<u64>> {
        let (seconds, nanos) = (guest.u64(at)?, guest.u32(at.checked_add(8).ok_or(Errno::Fault)?)?);
        Ok(match nanos {
            TIME_NOW => Some(now),
            TIME_OMIT => None,
            // Before 1970 there are no times here.
            _ if seconds.cast_signed() < 0 => Some(0),
            _ => Some(seconds.saturating_mul(1_000_000_000).saturating_add(u64::from(nanos))),
        })
    };
    let (accessed, modified) = match times {
        0 => (Some(now), Some(now)),
        at => (time(at)?, time(at.checked_add(16).ok_or(Errno::Fault)?)?),
    };
    wasi.tree.set_times(node, accessed, modified)?;
    Ok(0)
}

/// Writes the path of the current directory, and returns its length with the NUL.
fn current(wasi: &mut Wasi, guest: &mut Guest<'_>, to: u32, len: u32) -> Result<u32> {
    let mut path = wasi.tree.path_of(wasi.current).ok_or(Errno::NoEnt)?;
    path.push(0);
    wasi.work += PATH_WORK;
    let size = u32::try_from(path.len()).map_err(|_| Errno::Overflow)?;
    if size > len {
        return Err(if len == 0 { Errno::Inval } else { Errno::Range }.into());
    }
    guest.write(to, &path)?;
    Ok(size)
}
