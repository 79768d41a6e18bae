//! Calls that name a path: open, create, remove, rename, link, stat.
//!
//! Owns the flags of WASI for them. Every path is resolved inside the tree; which directory a descriptor was opened on
//! is where a relative path starts, not a wall (the tree is the wall).

use super::descriptor::{Handle, OpenFile};
use super::failure::Result;
use super::fd::{FLAG_APPEND, RIGHT_READ, RIGHT_WRITE, set_times, write_stat};
use super::guest::Guest;
use super::state::Wasi;
use crate::errno::Errno;
use crate::fs::{Device, Follow, NodeId, NodeKind, Resolved};
use runcell_model::run::OutputStream;

const CREATE: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;

/// Fuel for a call that searches a path, in units.
const PATH_WORK: u64 = 500;

/// A path argument: the directory descriptor it is relative to, and its place in guest memory.
#[derive(Clone, Copy)]
pub(super) struct PathArg {
    pub(super) fd: u32,
    pub(super) at: u32,
    pub(super) len: u32,
}

fn follow(flags: u32) -> Follow {
    if flags & 1 == 0 { Follow::No } else { Follow::Yes }
}

fn resolve(wasi: &mut Wasi, guest: &Guest<'_>, path: PathArg, follow: Follow) -> Result<Resolved> {
    wasi.work += PATH_WORK;
    let dir = wasi.descriptors.dir(path.fd)?;
    Ok(wasi.tree.resolve(dir, guest.bytes(path.at, path.len)?, follow)?)
}

/// How a path is to be opened.
#[derive(Clone, Copy)]
pub(super) struct OpenArg {
    pub(super) lookup: u32,
    pub(super) flags: u32,
    pub(super) rights: u64,
    pub(super) fd_flags: u32,
}

pub(super) fn open(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg, how: OpenArg, fd_at: u32) -> Result {
    wasi.descriptors.check_room()?;
    let exclusive = how.flags & (CREATE | EXCLUSIVE) == CREATE | EXCLUSIVE;
    let at = resolve(wasi, guest, path, if exclusive { Follow::No } else { follow(how.lookup) })?;
    let node = open_node(wasi, &at, how.flags)?;
    let handle = match wasi.tree.kind(node) {
        NodeKind::Dir => Handle::Dir { node, preopened: false },
        NodeKind::Symlink => return Err(Errno::Loop.into()),
        NodeKind::Device => device(wasi, node),
        NodeKind::File if how.flags & DIRECTORY != 0 || at.wants_dir => return Err(Errno::NotDir.into()),
        NodeKind::File => Handle::File(open_file(wasi, node, how)?),
    };
    if handle.node().is_some() {
        wasi.tree.hold(node);
    }
    let fd = wasi.descriptors.add(handle)?;
    guest.write(fd_at, &fd.to_le_bytes())
}

fn device(wasi: &Wasi, node: NodeId) -> Handle {
    match wasi.tree.device(node) {
        Some(Device::Stdin) => Handle::Stdin,
        Some(Device::Stdout) => Handle::Output(OutputStream::Stdout),
        Some(Device::Stderr) => Handle::Output(OutputStream::Stderr),
        Some(Device::Null) | None => Handle::Null,
    }
}

fn open_node(wasi: &mut Wasi, at: &Resolved, flags: u32) -> Result<NodeId> {
    match at.node {
        Some(_) if flags & (CREATE | EXCLUSIVE) == CREATE | EXCLUSIVE => Err(Errno::Exist.into()),
        Some(node) => Ok(node),
        None if flags & CREATE == 0 => Err(Errno::NoEnt.into()),
        None if flags & DIRECTORY != 0 => Err(Errno::Inval.into()),
        None => {
            let now = wasi.clock.realtime();
            Ok(wasi.tree.create_file(at, now)?)
        }
    }
}

fn open_file(wasi: &mut Wasi, node: NodeId, how: OpenArg) -> Result<OpenFile> {
    let (readable, writable) = (how.rights & RIGHT_READ != 0, how.rights & RIGHT_WRITE != 0);
    let now = wasi.clock.realtime();
    if how.flags & TRUNCATE != 0 {
        wasi.tree.set_len(node, 0, now)?;
    } else if writable {
        wasi.tree.set_times(node, None, None)?;
    }
    Ok(OpenFile { node, offset: 0, append: how.fd_flags & FLAG_APPEND != 0, readable, writable })
}

pub(super) fn create_directory(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg) -> Result {
    let at = resolve(wasi, guest, path, Follow::No)?;
    let now = wasi.clock.realtime();
    wasi.tree.create_dir(&at, now)?;
    Ok(())
}

pub(super) fn remove_directory(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg) -> Result {
    let at = resolve(wasi, guest, path, Follow::No)?;
    let now = wasi.clock.realtime();
    Ok(wasi.tree.remove_dir(&at, now)?)
}

pub(super) fn unlink_file(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg) -> Result {
    let at = resolve(wasi, guest, path, Follow::No)?;
    let now = wasi.clock.realtime();
    Ok(wasi.tree.unlink(&at, now)?)
}

pub(super) fn rename(wasi: &mut Wasi, guest: &mut Guest<'_>, from: PathArg, to: PathArg) -> Result {
    let (from, to) = (resolve(wasi, guest, from, Follow::No)?, resolve(wasi, guest, to, Follow::No)?);
    let now = wasi.clock.realtime();
    Ok(wasi.tree.rename(&from, &to, now)?)
}

pub(super) fn link(wasi: &mut Wasi, guest: &mut Guest<'_>, from: PathArg, flags: u32, to: PathArg) -> Result {
    let from = resolve(wasi, guest, from, follow(flags))?.existing(&wasi.tree)?;
    let to = resolve(wasi, guest, to, Follow::No)?;
    let now = wasi.clock.realtime();
    Ok(wasi.tree.link(from, &to, now)?)
}

pub(super) fn symlink(wasi: &mut Wasi, guest: &mut Guest<'_>, target: (u32, u32), path: PathArg) -> Result {
    let target = guest.bytes(target.0, target.1.min(8192))?.to_vec();
    if target.len() > runcell_model::file::MAX_PATH_BYTES {
        return Err(Errno::NameTooLong.into());
    }
    let at = resolve(wasi, guest, path, Follow::No)?;
    let now = wasi.clock.realtime();
    wasi.tree.create_symlink(&at, &target, now)?;
    Ok(())
}

pub(super) fn readlink(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg, buffer: (u32, u32)) -> Result<u32> {
    let node = resolve(wasi, guest, path, Follow::No)?.existing(&wasi.tree)?;
    let target = wasi.tree.link_target(node).ok_or(Errno::Inval)?;
    let count = target.len().min(buffer.1 as usize);
    guest.write(buffer.0, &target[..count])?;
    Ok(u32::try_from(count).map_err(|_| Errno::Overflow)?)
}

pub(super) fn filestat_get(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg, flags: u32, at: u32) -> Result {
    let node = resolve(wasi, guest, path, follow(flags))?.existing(&wasi.tree)?;
    write_stat(guest, at, &wasi.tree.stat(node))
}

pub(super) fn filestat_set_times(
    wasi: &mut Wasi,
    guest: &mut Guest<'_>,
    path: PathArg,
    lookup: u32,
    times: (u64, u64),
    flags: u32,
) -> Result {
    let node = resolve(wasi, guest, path, follow(lookup))?.existing(&wasi.tree)?;
    set_times(wasi, node, times, flags)
}
