//! Directories, listed: `getdents64`.
//!
//! Owns the layout of entries. The position is kept in the descriptor, as a cookie of the tree.

use super::call::{MODULE, answer, answers, define_async};
use crate::errno::Errno;
use crate::fs::NodeKind;
use crate::state::CellState;
use crate::wasi::descriptor::Handle;
use crate::wasi::failure::Result;
use crate::wasi::guest::Guest;
use crate::wasi::state::Wasi;
use wasmtime::Linker;

/// The bytes in front of an entry's name: node, position behind it, its own length, kind.
const HEAD_BYTES: usize = 19;

pub(super) fn add(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    answers!(linker, {
        "__syscall_getdents64" => |wasi, guest, fd: u32, to: u32, len: u32| list(wasi, guest, fd, to, len);
    });
    Ok(())
}

/// Fills a buffer with as many entries as fit, and returns their length.
fn list(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, to: u32, len: u32) -> Result<u32> {
    let Handle::Dir(mut dir) = *wasi.descriptors.handle(fd)? else { return Err(Errno::NotDir.into()) };
    let room = guest.bytes_mut(to, len)?;
    let mut used = 0;
    for entry in wasi.tree.read_dir(dir.node, dir.cookie)? {
        let size = (HEAD_BYTES + entry.name.len() + 1).next_multiple_of(8);
        let Some(place) = room.get_mut(used..used + size) else {
            if used == 0 {
                return Err(Errno::Inval.into());
            }
            break;
        };
        place.fill(0);
        place[..8].copy_from_slice(&entry.id.ino().to_le_bytes());
        place[8..16].copy_from_slice(&entry.next.to_le_bytes());
        place[16..18].copy_from_slice(&u16::try_from(size).map_err(|_| Errno::Overflow)?.to_le_bytes());
        place[18] = kind_number(entry.kind);
        place[HEAD_BYTES..HEAD_BYTES + entry.name.len()].copy_from_slice(entry.name);
        used += size;
        dir.cookie = entry.next;
    }
    wasi.work += used as u64;
    wasi.descriptors.get_mut(fd)?.handle = Handle::Dir(dir);
    Ok(u32::try_from(used).map_err(|_| Errno::Overflow)?)
}

fn kind_number(kind: NodeKind) -> u8 {
    match kind {
        NodeKind::Device => 2,
        NodeKind::Dir => 4,
        NodeKind::File => 8,
        NodeKind::Symlink => 10,
    }
}
