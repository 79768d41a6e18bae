//! The answers of `stat` and its like, as musl lays them out for Emscripten.
//!
//! Owns the layouts. A guest is root, and everything is its own.

use super::call::{MODULE, answer, answers, define_async};
use super::path::resolve;
use crate::errno::Errno;
use crate::fs::{Follow, NodeKind, Stat};
use crate::state::CellState;
use crate::wasi::descriptor::Handle;
use crate::wasi::failure::Result;
use crate::wasi::guest::Guest;
use crate::wasi::state::{Streams, Wasi};
use wasmtime::Linker;

const BLOCK_BYTES: u64 = 4096;
const STAT_BYTES: usize = 96;
const NANOS: u64 = 1_000_000_000;

/// The descriptor that stands for the current directory.
const AT_CURRENT: i32 = -100;

/// Of `newfstatat`: links are not followed; an empty path means the descriptor itself.
const NO_FOLLOW: u32 = 0x100;
const EMPTY_PATH: u32 = 0x1000;

const FIFO: u32 = 0o010_000;
const CHARACTERS: u32 = 0o020_000;

pub(super) fn add(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    answers!(linker, {
        "__syscall_stat64" => |wasi, guest, path: u32, to: u32| of_path(wasi, guest, (AT_CURRENT, path), to, Follow::Yes);
        "__syscall_lstat64" => |wasi, guest, path: u32, to: u32| of_path(wasi, guest, (AT_CURRENT, path), to, Follow::No);
        "__syscall_fstat64" => |wasi, guest, fd: u32, to: u32| of_descriptor(wasi, guest, fd, to);
        "__syscall_newfstatat" => |wasi, guest, dir: i32, path: u32, to: u32, flags: u32| {
            if flags & EMPTY_PATH != 0 && guest.path(path)?.is_empty() {
                return of_descriptor(wasi, guest, dir.cast_unsigned(), to);
            }
            let follow = if flags & NO_FOLLOW == 0 { Follow::Yes } else { Follow::No };
            of_path(wasi, guest, (dir, path), to, follow)
        };
        "__syscall_statfs64" => |wasi, guest, path: u32, _size: u32, to: u32| {
            resolve(wasi, guest, (AT_CURRENT, path), Follow::Yes)?.existing(&wasi.tree)?;
            of_tree(wasi, guest, to)
        };
    });
    Ok(())
}

fn of_path(wasi: &mut Wasi, guest: &mut Guest<'_>, path: (i32, u32), to: u32, follow: Follow) -> Result<u32> {
    let node = resolve(wasi, guest, path, follow)?.existing(&wasi.tree)?;
    let stat = wasi.tree.stat(node);
    write(guest, to, kind_bits(stat.kind), &stat)
}

fn of_descriptor(wasi: &mut Wasi, guest: &mut Guest<'_>, fd: u32, to: u32) -> Result<u32> {
    let handle = wasi.descriptors.handle(fd)?;
    if let Some(node) = handle.node() {
        let stat = wasi.tree.stat(node);
        return write(guest, to, kind_bits(stat.kind), &stat);
    }
    let (kind, mode) = match (handle, wasi.streams) {
        (Handle::Device(_), _) => (CHARACTERS, 0o666),
        (Handle::Output(_), Streams::Terminal) => (CHARACTERS, 0o620),
        _ => (FIFO, 0o600),
    };
    let stat = Stat { ino: 0, kind: NodeKind::Device, mode, size: 0, links: 1, times: Default::default() };
    write(guest, to, kind, &stat)
}

fn kind_bits(kind: NodeKind) -> u32 {
    match kind {
        NodeKind::File => 0o100_000,
        NodeKind::Dir => 0o040_000,
        NodeKind::Symlink => 0o120_000,
        NodeKind::Device => CHARACTERS,
    }
}

fn write(guest: &mut Guest<'_>, to: u32, kind: u32, stat: &Stat) -> Result<u32> {
    let mut bytes = [0; STAT_BYTES];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    let links = u32::try_from(stat.links).unwrap_or(u32::MAX);
    let blocks = u32::try_from(stat.size.div_ceil(512)).unwrap_or(u32::MAX);
    let block = u32::try_from(BLOCK_BYTES).map_err(|_| Errno::Overflow)?;
    let words = [(0, 1), (4, kind | u32::from(stat.mode)), (8, links), (32, block), (36, blocks)];
    words.into_iter().for_each(|(at, value)| put(at, &value.to_le_bytes()));
    [(24, stat.size), (88, stat.ino)].into_iter().for_each(|(at, value)| put(at, &value.to_le_bytes()));
    let times = stat.times;
    for (at, nanos) in [(40, times.accessed), (56, times.modified), (72, times.changed)] {
        put(at, &(nanos / NANOS).to_le_bytes());
        put(at + 8, &(nanos % NANOS).to_le_bytes());
    }
    guest.write(to, &bytes)?;
    Ok(0)
}

/// The free room: the rest of the quota.
fn of_tree(wasi: &Wasi, guest: &mut Guest<'_>, to: u32) -> Result<u32> {
    let quota = wasi.tree.quota();
    let ((bytes, bytes_used), (entries, entries_used)) = (quota.bytes(), quota.entries());
    let (blocks, free) = (bytes / BLOCK_BYTES, bytes.saturating_sub(bytes_used) / BLOCK_BYTES);
    let mut stat = [0; 72];
    let mut put = |at: usize, value: u64| stat[at..at + 8].copy_from_slice(&value.to_le_bytes());
    put(8, blocks);
    put(16, free);
    put(24, free);
    put(32, entries);
    put(40, entries.saturating_sub(entries_used));
    // Words of 32 bits, two by two: the size of a block is at 4 and 60, the length of names at 56.
    put(0, BLOCK_BYTES << 32);
    put(56, BLOCK_BYTES << 32 | 255);
    guest.write(to, &stat)?;
    Ok(0)
}
