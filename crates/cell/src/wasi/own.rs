//! Calls of our own, for what programs do elsewhere and WASI preview1 has no call for.
//!
//! Owns the calls. They reach the same state as WASI's, and nothing else.

use super::failure::Result;
use super::guest::Guest;
use super::state::Wasi;
use crate::errno::Errno;

/// Gives the descriptor `from` a second number: `to`, or the lowest free one if that is negative. Writes it to `at`.
pub(super) fn duplicate(wasi: &mut Wasi, guest: &mut Guest<'_>, from: u32, to: i32, at: u32) -> Result {
    guest.write(at, &[0; 4])?;
    let (made, released) = wasi.descriptors.duplicate(from, u32::try_from(to).ok())?;
    if made != from
        && let Some(node) = wasi.descriptors.get(made)?.handle.node()
    {
        wasi.tree.hold(node);
    }
    if let Some(node) = released {
        wasi.tree.release(node);
    }
    guest.write(at, &made.to_le_bytes())
}

/// Writes how many bytes files may hold, and how many they hold, to `at`: two numbers of 8 bytes.
pub(super) fn space(wasi: &mut Wasi, guest: &mut Guest<'_>, at: u32) -> Result {
    let (allowed, used) = wasi.tree.quota().bytes();
    guest.write(at, &[allowed.to_le_bytes(), used.to_le_bytes()].concat())
}

/// Writes the permission bits of the file with the number `ino` to `at`: a number of 4 bytes.
pub(super) fn mode(wasi: &mut Wasi, guest: &mut Guest<'_>, ino: u64, at: u32) -> Result {
    let node = wasi.tree.node_of(ino)?;
    guest.write(at, &u32::from(wasi.tree.stat(node).mode).to_le_bytes())
}

/// Sets the permission bits of the file with the number `ino`.
pub(super) fn set_mode(wasi: &mut Wasi, ino: u64, mode: u32) -> Result {
    let node = wasi.tree.node_of(ino)?;
    Ok(wasi.tree.set_mode(node, u16::try_from(mode & 0o7777).map_err(|_| Errno::Inval)?)?)
}

/// Sets which permission bits new files do not get, and writes those before to `at`: a number of 4 bytes.
pub(super) fn umask(wasi: &mut Wasi, guest: &mut Guest<'_>, mask: u32, at: u32) -> Result {
    guest.write(at, &[0; 4])?;
    let before = wasi.tree.set_umask(u16::try_from(mask & 0o777).map_err(|_| Errno::Inval)?);
    guest.write(at, &u32::from(before).to_le_bytes())
}
