//! Calls of our own, for what programs do elsewhere and WASI preview1 has no call for.
//!
//! Owns the calls. They reach the same state as WASI's, and nothing else.

use super::failure::Result;
use super::guest::Guest;
use super::state::Wasi;

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
