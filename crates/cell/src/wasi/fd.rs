//! Calls on open descriptors: read, write, seek, stat, list, close.
//!
//! Owns the translation between descriptors and the tree. Paths are the business of `path`.

use super::descriptor::Handle;
use super::device;
use super::failure::Result;
use super::guest::Guest;
use super::rights;
use super::state::{Streams, Wasi};
use crate::errno::Errno;
use crate::fs::{NodeKind, Stat};
use runcell_model::run::OutputStream;

const TYPE_UNKNOWN: u8 = 0;
const TYPE_CHARACTER_DEVICE: u8 = 2;

/// The number that WASI gives a kind of node.
fn file_type(kind: NodeKind) -> u8 {
    match kind {
        NodeKind::Dir => 3,
        NodeKind::File => 4,
        NodeKind::Symlink => 7,
        NodeKind::Device => TYPE_CHARACTER_DEVICE,
    }
}

/// Closes a descriptor. The standard streams stay: libraries close them by accident, and nothing else gets their numbers.
pub(super) fn close(wasi: &mut Wasi, fd: u32) -> Result {
    if fd <= 2 && wasi.descriptors.handle(fd)?.node().is_none() {
        return Ok(());
    }
    let handle = wasi.descriptors.remove(fd)?;
    if let Some(node) = handle.node() {
        wasi.tree.release(node);
    }
    Ok(())
}

pub(super) fn renumber(wasi: &mut Wasi, from: u32, to: u32) -> Result {
    let replaced = wasi.descriptors.renumber(from, to)?;
    if let Some(node) = replaced.and_then(|handle| handle.node()) {
        wasi.tree.release(node);
    }
    Ok(())
}

pub(super) fn fdstat_get(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, at: u32) -> Result {
    let descriptor = wasi.descriptors.get(fd)?;
    let kind = match descriptor.handle {
        Handle::Stdin => TYPE_UNKNOWN,
        Handle::Output(_) => wasi.stream_type(),
        Handle::Device(_) => TYPE_CHARACTER_DEVICE,
        Handle::Dir(_) => file_type(NodeKind::Dir),
        Handle::File(_) => file_type(NodeKind::File),
    };
    let mut stat = [0; 24];
    stat[0] = kind;
    stat[2..4].copy_from_slice(&descriptor.flags().to_le_bytes());
    stat[8..16].copy_from_slice(&descriptor.rights.base.to_le_bytes());
    stat[16..24].copy_from_slice(&descriptor.rights.inheriting.to_le_bytes());
    guest.write(at, &stat)
}

pub(super) fn fdstat_set_flags(wasi: &mut Wasi, fd: u32, flags: u32) -> Result {
    let descriptor = wasi.descriptors.get_mut(fd)?;
    if let Handle::File(_) = descriptor.handle {
        *descriptor = descriptor.with_flags(flags);
    }
    Ok(())
}

pub(super) fn fdstat_set_rights(wasi: &mut Wasi, fd: u32, base: u64, inheriting: u64) -> Result {
    wasi.descriptors.get_mut(fd)?.rights.shrink(base, inheriting)
}

pub(super) fn write_stat(guest: &mut Guest<'_>, at: u32, stat: &Stat) -> Result {
    write_filestat(guest, at, file_type(stat.kind), stat)
}

fn write_filestat(guest: &mut Guest<'_>, at: u32, kind: u8, stat: &Stat) -> Result {
    let mut bytes = [0; 64];
    bytes[0] = 1;
    bytes[16] = kind;
    let times = stat.times;
    let fields = [(8, stat.ino), (24, stat.links), (32, stat.size)];
    let times = [(40, times.accessed), (48, times.modified), (56, times.changed)];
    for (offset, value) in fields.into_iter().chain(times) {
        bytes[offset..offset + 8].copy_from_slice(&value.to_le_bytes());
    }
    guest.write(at, &bytes)
}

pub(super) fn filestat_get(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, at: u32) -> Result {
    let handle = wasi.descriptors.handle(fd)?;
    match handle.node() {
        Some(node) => write_stat(guest, at, &wasi.tree.stat(node)),
        None => {
            let kind = match handle {
                Handle::Stdin => TYPE_UNKNOWN,
                Handle::Device(_) => TYPE_CHARACTER_DEVICE,
                _ => wasi.stream_type(),
            };
            let stat = Stat { ino: 0, kind: NodeKind::File, size: 0, links: 1, mode: 0o666, times: Default::default() };
            write_filestat(guest, at, kind, &stat)
        }
    }
}

pub(super) fn filestat_set_size(wasi: &mut Wasi, fd: u32, size: u64) -> Result {
    let file = wasi.descriptors.file(fd)?;
    let rights = wasi.descriptors.get(fd)?.rights;
    rights.check(rights::FILESTAT_SET_SIZE)?;
    if !rights.allow(rights::WRITE) {
        return Err(Errno::Inval.into());
    }
    let now = wasi.clock.realtime();
    Ok(wasi.tree.set_len(file.node, size, now)?)
}

/// Makes sure that a file has room for `len` bytes from `offset` on.
pub(super) fn allocate(wasi: &mut Wasi, fd: u32, offset: u64, len: u64) -> Result {
    let file = wasi.descriptors.file(fd)?;
    wasi.descriptors.get(fd)?.rights.check(rights::ALLOCATE)?;
    let end = offset.checked_add(len).ok_or(Errno::Inval)?;
    if end > wasi.tree.stat(file.node).size {
        filestat_set_size(wasi, fd, end)?;
    }
    Ok(())
}

pub(super) fn filestat_set_times(wasi: &mut Wasi, fd: u32, times: (u64, u64), flags: u32) -> Result {
    let descriptor = wasi.descriptors.get(fd)?;
    descriptor.rights.check(rights::FILESTAT_SET_TIMES)?;
    let node = descriptor.handle.node().ok_or(Errno::Inval)?;
    set_times(wasi, node, times, flags)
}

/// Sets the times of a node as the flags of WASI say: given, now, or untouched.
pub(super) fn set_times(
    wasi: &mut Wasi,
    node: crate::fs::NodeId,
    (accessed, modified): (u64, u64),
    flags: u32,
) -> Result {
    let now = wasi.clock.realtime();
    let choose = |given: u64, shift: u32| match flags >> shift & 3 {
        0 => Ok(None),
        1 => Ok(Some(given)),
        2 => Ok(Some(now)),
        _ => Err(Errno::Inval),
    };
    Ok(wasi.tree.set_times(node, choose(accessed, 0)?, choose(modified, 2)?)?)
}

/// Reads into buffers. `offset` is where to, or `None` for the descriptor's own position.
pub(super) fn read(
    wasi: &mut Wasi,
    guest: &mut Guest<'_>,
    fd: u32,
    list: (u32, u32),
    offset: Option<u64>,
) -> Result<u32> {
    let buffers = guest.buffers(list.0, list.1)?;
    let descriptor = *wasi.descriptors.get(fd)?;
    descriptor.rights.check(rights::READ)?;
    match descriptor.handle {
        Handle::Stdin if offset.is_none() => return read_stdin(wasi, guest, &buffers),
        Handle::Output(_) => return Err(Errno::BadF.into()),
        Handle::Device(_) if !descriptor.rights.allow(rights::READ) => return Err(Errno::BadF.into()),
        Handle::Device(device) => {
            let count = device::read(device, guest, &buffers)?;
            // Drawing random bytes costs as much here as in `random_get`.
            wasi.work += count;
            return wasi.moved(count);
        }
        _ => {}
    }
    let file = wasi.descriptors.file_for(fd, rights::READ)?;
    let start = offset.unwrap_or(file.offset);
    let mut position = start;
    for (at, len) in buffers {
        let count = wasi.tree.read_at(file.node, position, guest.bytes_mut(at, len)?)?;
        position += count as u64;
        if count < len as usize {
            break;
        }
    }
    if offset.is_none() {
        wasi.descriptors.set_offset(fd, position)?;
    }
    wasi.moved(position - start)
}

fn read_stdin(wasi: &mut Wasi, guest: &mut Guest<'_>, buffers: &[(u32, u32)]) -> Result<u32> {
    let mut total = 0;
    for (at, len) in buffers {
        let count = wasi.stdin.read(guest.bytes_mut(*at, *len)?)?;
        total += count as u64;
        if count < *len as usize {
            break;
        }
    }
    wasi.moved(total)
}

/// Writes buffers. `offset` is where to, or `None` for the descriptor's own position.
pub(super) fn write(
    wasi: &mut Wasi,
    guest: &mut Guest<'_>,
    fd: u32,
    list: (u32, u32),
    offset: Option<u64>,
) -> Result<u32> {
    let buffers = guest.buffers(list.0, list.1)?;
    let descriptor = *wasi.descriptors.get(fd)?;
    descriptor.rights.check(rights::WRITE)?;
    match descriptor.handle {
        Handle::Output(stream) if offset.is_none() => return write_output(wasi, guest, stream, &buffers),
        Handle::Stdin => return Err(Errno::BadF.into()),
        Handle::Device(_) if !descriptor.rights.allow(rights::WRITE) => return Err(Errno::BadF.into()),
        Handle::Device(device) => return wasi.moved(device::write(device, &buffers)?),
        _ => {}
    }
    let file = wasi.descriptors.file_for(fd, rights::WRITE)?;
    let append = descriptor.appends() && offset.is_none();
    let start = if append { wasi.tree.stat(file.node).size } else { offset.unwrap_or(file.offset) };
    let now = wasi.clock.realtime();
    let mut position = start;
    for (at, len) in buffers {
        wasi.tree.write_at(file.node, position, guest.bytes(at, len)?, now)?;
        position += u64::from(len);
    }
    if offset.is_none() {
        wasi.descriptors.set_offset(fd, position)?;
    }
    wasi.moved(position - start)
}

fn write_output(wasi: &mut Wasi, guest: &Guest<'_>, stream: OutputStream, buffers: &[(u32, u32)]) -> Result<u32> {
    let mut total = 0;
    for (at, len) in buffers {
        wasi.output.write(stream, guest.bytes(*at, *len)?)?;
        total += u64::from(*len);
    }
    wasi.moved(total)
}

impl Wasi {
    /// Whether a descriptor is stdin, by whatever name it was opened.
    pub(super) fn reads_stdin(&self, fd: u32) -> bool {
        matches!(self.descriptors.handle(fd), Ok(Handle::Stdin))
    }

    /// The file type of stdout and stderr for this guest. A character device without seek and tell makes a libc flush line
    /// by line, so that the order of both is kept.
    fn stream_type(&self) -> u8 {
        match self.streams {
            Streams::Terminal => TYPE_CHARACTER_DEVICE,
            Streams::Pipe => TYPE_UNKNOWN,
        }
    }

    /// Notes that so many bytes were moved, and returns them as the guest wants them.
    fn moved(&mut self, bytes: u64) -> Result<u32> {
        self.work += bytes / 8;
        Ok(u32::try_from(bytes).map_err(|_| Errno::Overflow)?)
    }
}

pub(super) fn seek(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, offset: i64, whence: u32, at: u32) -> Result {
    wasi.descriptors.get(fd)?.rights.check(rights::SEEK)?;
    if let Handle::Device(_) = wasi.descriptors.handle(fd)? {
        return guest.write(at, &0_u64.to_le_bytes());
    }
    let file = wasi.descriptors.file(fd)?;
    let origin = match whence {
        0 => 0,
        1 => file.offset,
        2 => wasi.tree.stat(file.node).size,
        _ => return Err(Errno::Inval.into()),
    };
    let offset =
        origin.checked_add_signed(offset).filter(|offset| i64::try_from(*offset).is_ok()).ok_or(Errno::Inval)?;
    wasi.descriptors.set_offset(fd, offset)?;
    guest.write(at, &offset.to_le_bytes())
}

pub(super) fn tell(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, at: u32) -> Result {
    wasi.descriptors.get(fd)?.rights.check(rights::TELL)?;
    let offset = match wasi.descriptors.handle(fd)? {
        Handle::Device(_) => 0,
        _ => wasi.descriptors.file(fd)?.offset,
    };
    guest.write(at, &offset.to_le_bytes())
}

pub(super) fn prestat_get(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, at: u32) -> Result {
    let name = preopen(wasi, fd)?;
    let mut stat = [0; 8];
    stat[4..].copy_from_slice(&u32::try_from(name.len()).map_err(|_| Errno::Overflow)?.to_le_bytes());
    guest.write(at, &stat)
}

/// The name under which the host gave a directory to the guest.
fn preopen(wasi: &Wasi, fd: u32) -> Result<&'static str> {
    match wasi.descriptors.handle(fd)? {
        Handle::Dir(dir) => Ok(dir.preopen.ok_or(Errno::BadF)?),
        _ => Err(Errno::BadF.into()),
    }
}

pub(super) fn prestat_dir_name(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, at: u32, len: u32) -> Result {
    let name = preopen(wasi, fd)?;
    if name.len() > len as usize {
        return Err(Errno::NameTooLong.into());
    }
    guest.write(at, name.as_bytes())
}

/// Fills a buffer with directory entries; a last one that does not fit is cut, as WASI wants it.
pub(super) fn readdir(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, buffer: (u32, u32), cookie: u64) -> Result<u32> {
    let dir = wasi.descriptors.dir(fd, rights::READDIR)?;
    let room = guest.bytes_mut(buffer.0, buffer.1)?;
    let mut used = 0;
    for entry in wasi.tree.read_dir(dir, cookie)? {
        let mut head = [0; 24];
        head[..8].copy_from_slice(&entry.next.to_le_bytes());
        head[8..16].copy_from_slice(&entry.id.ino().to_le_bytes());
        head[16..20].copy_from_slice(&u32::try_from(entry.name.len()).map_err(|_| Errno::Overflow)?.to_le_bytes());
        head[20] = file_type(entry.kind);
        for bytes in [&head[..], entry.name] {
            let count = bytes.len().min(room.len() - used);
            room[used..used + count].copy_from_slice(&bytes[..count]);
            used += count;
        }
        if used == room.len() {
            break;
        }
    }
    wasi.moved(8 * used as u64).map(|_| ())?;
    Ok(u32::try_from(used).map_err(|_| Errno::Overflow)?)
}
