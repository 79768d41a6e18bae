//! Arguments, environment, and the end of a guest.
//!
//! Owns the packing of strings into guest memory and [`Exit`], which ends a cell with any exit code from 0 up.

use super::failure::Result;
use super::guest::Guest;
use super::state::Wasi;
use crate::errno::Errno;

/// The guest called `proc_exit`. Every number is an exit code, those of 126 and more included.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the guest exited with code {0}")]
pub struct Exit(pub u32);

/// Which of the two lists of strings a call is about.
#[derive(Clone, Copy)]
pub(super) enum List {
    Args,
    Env,
}

/// Fuel for each string of a list that is looked through, in units.
const STRING_WORK: u64 = 16;

/// The strings of a list; looking through them is work of the host.
fn strings(wasi: &mut Wasi, list: List) -> &[String] {
    let strings = match list {
        List::Args => &wasi.args,
        List::Env => &wasi.env,
    };
    wasi.work += STRING_WORK * strings.len() as u64;
    strings
}

pub(super) fn sizes_get(wasi: &mut Wasi, guest: &mut Guest<'_>, list: List, count: u32, size: u32) -> Result {
    let strings = strings(wasi, list);
    let bytes: usize = strings.iter().map(|text| text.len() + 1).sum();
    for (at, value) in [(count, strings.len()), (size, bytes)] {
        guest.write(at, &u32::try_from(value).map_err(|_| Errno::Overflow)?.to_le_bytes())?;
    }
    Ok(())
}

pub(super) fn get(wasi: &mut Wasi, guest: &mut Guest<'_>, list: List, pointers: u32, buffer: u32) -> Result {
    let (mut pointer, mut at) = (pointers, buffer);
    for text in strings(wasi, list) {
        guest.write(pointer, &at.to_le_bytes())?;
        guest.write(at, text.as_bytes())?;
        let end = u32::try_from(text.len()).ok().and_then(|len| at.checked_add(len)).ok_or(Errno::Fault)?;
        guest.write(end, &[0])?;
        pointer = pointer.checked_add(4).ok_or(Errno::Fault)?;
        at = end.checked_add(1).ok_or(Errno::Fault)?;
    }
    Ok(())
}
