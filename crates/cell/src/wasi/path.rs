//! Calls that name a path: open, create, remove, rename, link, stat.
//!
//! Owns the flags of WASI for them. Every path is resolved inside the tree, which is the wall. Which directory a descriptor
//! was opened on is where a relative path starts; for a program of the user's own it is as far up as a path leads as well,
//! as preview1 wants it (`Wasi::reach`).

use super::descriptor::{self, Descriptor, Handle, OpenDir, OpenFile};
use super::failure::Result;
use super::fd::{set_times, write_stat};
use super::guest::Guest;
use super::rights::{self, Rights};
use super::state::Wasi;
use crate::errno::Errno;
use crate::fs::{Device, Follow, NodeId, NodeKind, Reach, Resolved};
use runcell_model::run::OutputStream;

pub(super) const CREATE: u32 = 1;
pub(super) const DIRECTORY: u32 = 2;
pub(super) const EXCLUSIVE: u32 = 4;
pub(super) const TRUNCATE: u32 = 8;

/// Fuel for a call that searches a path, in units.
pub(super) const PATH_WORK: u64 = 500;

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

/// Where a path leads, for a call that needs a right to the directory.
fn resolve(wasi: &mut Wasi, guest: &Guest<'_>, path: PathArg, follow: Follow, right: u64) -> Result<Resolved> {
    wasi.work += PATH_WORK;
    let dir = wasi.descriptors.dir(path.fd, right)?;
    Ok(wasi.tree.resolve_within(wasi.reach, dir, guest.bytes(path.at, path.len)?, follow)?)
}

/// How a path is to be opened.
#[derive(Clone, Copy)]
pub(super) struct OpenArg {
    pub(super) lookup: u32,
    pub(super) flags: u32,
    pub(super) rights: u64,
    pub(super) inheriting: u64,
    pub(super) fd_flags: u32,
}

impl OpenArg {
    fn wants(self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Creates what is not there, and refuses what is.
    fn is_exclusive(self) -> bool {
        self.wants(CREATE) && self.wants(EXCLUSIVE)
    }
}

pub(super) fn open(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg, how: OpenArg, fd_at: u32) -> Result {
    wasi.descriptors.check_room()?;
    let follow = if how.is_exclusive() { Follow::No } else { follow(how.lookup) };
    let at = resolve(wasi, guest, path, follow, rights::PATH_OPEN)?;
    let dir_rights = wasi.descriptors.get(path.fd)?.rights;
    let opened = open_at(wasi, &at, how, dir_rights)?;
    let fd = add(wasi, opened)?;
    guest.write(fd_at, &fd.to_le_bytes())
}

/// Opens, or creates, what a path leads to.
pub(super) fn open_at(wasi: &mut Wasi, at: &Resolved, how: OpenArg, dir_rights: Rights) -> Result<Descriptor> {
    if how.wants(TRUNCATE) {
        dir_rights.check(rights::PATH_FILESTAT_SET_SIZE)?;
    }
    let node = open_node(wasi, at, how, dir_rights)?;
    let kind = wasi.tree.kind(node);
    if kind != NodeKind::Dir && kind != NodeKind::Symlink && (how.wants(DIRECTORY) || at.wants_dir) {
        return Err(Errno::NotDir.into());
    }
    let mut rights = dir_rights.of_child(kind, how.rights, how.inheriting);
    let opened = match kind {
        NodeKind::Dir => open_dir(node, how)?,
        NodeKind::File => open_file(wasi, node, how)?,
        NodeKind::Symlink => return Err(Errno::Loop.into()),
        NodeKind::Device => match wasi.tree.device(node).unwrap_or(Device::Null) {
            Device::Stdin => return Ok(descriptor::stdin()),
            Device::Stdout => return Ok(descriptor::output(OutputStream::Stdout)),
            Device::Stderr => return Ok(descriptor::output(OutputStream::Stderr)),
            device => {
                // A device that can be sought is no terminal.
                rights.base |= rights::SEEK | rights::TELL;
                Handle::Device(device)
            }
        },
    };
    Ok(Descriptor::new(opened, rights).with_flags(how.fd_flags))
}

/// Gives a number to what was opened.
pub(super) fn add(wasi: &mut Wasi, opened: Descriptor) -> Result<u32> {
    let fd = wasi.descriptors.add(opened)?;
    if let Some(node) = opened.handle.node() {
        wasi.tree.hold(node);
    }
    Ok(fd)
}

fn open_node(wasi: &mut Wasi, at: &Resolved, how: OpenArg, dir_rights: Rights) -> Result<NodeId> {
    match at.node {
        Some(_) if how.is_exclusive() => Err(Errno::Exist.into()),
        Some(node) => Ok(node),
        None if !how.wants(CREATE) => Err(Errno::NoEnt.into()),
        None if how.wants(DIRECTORY) => Err(Errno::Inval.into()),
        None => {
            dir_rights.check(rights::PATH_CREATE_FILE)?;
            let now = wasi.clock.realtime();
            Ok(wasi.tree.create_file(at, now)?)
        }
    }
}

/// A directory is opened to be looked at, whatever it is opened with.
fn open_dir(node: NodeId, how: OpenArg) -> Result<Handle> {
    if how.wants(CREATE | TRUNCATE) || how.rights & rights::WRITE != 0 {
        return Err(Errno::IsDir.into());
    }
    Ok(Handle::Dir(OpenDir { node, preopen: None, cookie: 0 }))
}

fn open_file(wasi: &mut Wasi, node: NodeId, how: OpenArg) -> Result<Handle> {
    let now = wasi.clock.realtime();
    if how.wants(TRUNCATE) {
        wasi.tree.set_len(node, 0, now)?;
    } else if how.rights & rights::WRITE != 0 {
        wasi.tree.set_times(node, None, None)?;
    }
    Ok(Handle::File(OpenFile { node, offset: 0 }))
}

pub(super) fn create_directory(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg) -> Result {
    let at = resolve(wasi, guest, path, Follow::No, rights::PATH_CREATE_DIRECTORY)?;
    let now = wasi.clock.realtime();
    wasi.tree.create_dir(&at, now)?;
    Ok(())
}

pub(super) fn remove_directory(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg) -> Result {
    let at = resolve(wasi, guest, path, Follow::No, rights::PATH_REMOVE_DIRECTORY)?;
    let now = wasi.clock.realtime();
    Ok(wasi.tree.remove_dir(&at, now)?)
}

pub(super) fn unlink_file(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg) -> Result {
    let at = resolve(wasi, guest, path, Follow::No, rights::PATH_UNLINK_FILE)?;
    let now = wasi.clock.realtime();
    Ok(wasi.tree.unlink(&at, now)?)
}

pub(super) fn rename(wasi: &mut Wasi, guest: &mut Guest<'_>, from: PathArg, to: PathArg) -> Result {
    let from = resolve(wasi, guest, from, Follow::No, rights::PATH_RENAME_SOURCE)?;
    let to = resolve(wasi, guest, to, Follow::No, rights::PATH_RENAME_TARGET)?;
    let now = wasi.clock.realtime();
    Ok(wasi.tree.rename(&from, &to, now)?)
}

pub(super) fn link(wasi: &mut Wasi, guest: &mut Guest<'_>, from: PathArg, flags: u32, to: PathArg) -> Result {
    let from = resolve(wasi, guest, from, follow(flags), rights::PATH_LINK_SOURCE)?.existing(&wasi.tree)?;
    let to = resolve(wasi, guest, to, Follow::No, rights::PATH_LINK_TARGET)?;
    let now = wasi.clock.realtime();
    Ok(wasi.tree.link(from, &to, now)?)
}

pub(super) fn symlink(wasi: &mut Wasi, guest: &mut Guest<'_>, target: (u32, u32), path: PathArg) -> Result {
    let target = guest.bytes(target.0, target.1.min(8192))?.to_vec();
    if target.len() > runcell_model::file::MAX_PATH_BYTES {
        return Err(Errno::NameTooLong.into());
    }
    if target.first() == Some(&b'/') && wasi.reach == Reach::Beneath {
        // It would lead away from every directory that it could be looked up from.
        return Err(Errno::Perm.into());
    }
    let at = resolve(wasi, guest, path, Follow::No, rights::PATH_SYMLINK)?;
    let now = wasi.clock.realtime();
    wasi.tree.create_symlink(&at, &target, now)?;
    Ok(())
}

pub(super) fn readlink(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg, buffer: (u32, u32)) -> Result<u32> {
    let node = resolve(wasi, guest, path, Follow::No, rights::PATH_READLINK)?.existing(&wasi.tree)?;
    let target = wasi.tree.link_target(node).ok_or(Errno::Inval)?;
    let count = target.len().min(buffer.1 as usize);
    guest.write(buffer.0, &target[..count])?;
    Ok(u32::try_from(count).map_err(|_| Errno::Overflow)?)
}

pub(super) fn filestat_get(wasi: &mut Wasi, guest: &mut Guest<'_>, path: PathArg, flags: u32, at: u32) -> Result {
    let node = resolve(wasi, guest, path, follow(flags), rights::PATH_FILESTAT_GET)?.existing(&wasi.tree)?;
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
    let node = resolve(wasi, guest, path, follow(lookup), rights::PATH_FILESTAT_SET_TIMES)?.existing(&wasi.tree)?;
    set_times(wasi, node, times, flags)
}
