//! Calls for time and for random bytes.
//!
//! Owns their layout in guest memory. Random bytes come from the operating system, new ones for every call.

use super::failure::Result;
use super::guest::Guest;
use super::state::Wasi;
use crate::errno::Errno;

pub(super) fn time_get(wasi: &mut Wasi, guest: &mut Guest<'_>, id: u32, at: u32) -> Result {
    guest.write(at, &wasi.clock.now(id)?.to_le_bytes())
}

pub(super) fn res_get(wasi: &mut Wasi, guest: &mut Guest<'_>, id: u32, at: u32) -> Result {
    wasi.clock.now(id)?;
    guest.write(at, &1_u64.to_le_bytes())
}

/// Fills a part of a buffer; the caller goes on behind it. The size of a part bounds the time in the host.
pub(super) fn random_get(guest: &mut Guest<'_>, at: u32, len: u32) -> Result {
    getrandom::fill(guest.bytes_mut(at, len)?).map_err(|_| Errno::Io)?;
    Ok(())
}
