//! Maps an image file over the memory of an instance, private and copy-on-write.
//!
//! Owns the one place where memory is changed behind the engine's back. The invariants:
//!
//! - The memory was allocated on demand (never from a pool), by anonymous mapping: replacing its pages is undone with
//!   the mapping itself, when the engine unmaps the whole reservation, so nothing of a run outlives it.
//! - The range `[base, base + len)` lies inside the accessible part of the memory, and both ends are page-aligned
//!   (WebAssembly pages are 64 KiB).
//! - No reference into the memory exists while it is replaced: the store is borrowed exclusively.
//! - The file is at least `len` bytes long (checked when the image was opened) and nobody shortens it: the cache only
//!   ever adds or removes whole entries. A removed file stays mapped.

use super::ImageError;
use crate::backend::wasm::cell::CellState;
use rustix::mm::{MapFlags, ProtFlags};
use std::fs::File;
use std::io;
use wasmtime::{Memory, StoreContextMut};

/// Replaces the first `len` bytes of `memory` by a private mapping of `file`.
pub(super) fn map_private(
    memory: &Memory,
    store: StoreContextMut<'_, CellState>,
    file: &File,
    len: u64,
) -> Result<(), ImageError> {
    let accessible = memory.data_size(&store) as u64;
    if len > accessible {
        return Err(ImageError::Length { expected: len, actual: accessible });
    }
    let len = usize::try_from(len).map_err(|error| ImageError::Map(io::Error::other(error)))?;
    let base = memory.data_ptr(&store);
    #[expect(unsafe_code, reason = "mapping a file over a fixed address has no safe form")]
    // SAFETY: the module's invariants: the range is accessible memory of this instance, page-aligned, exclusively
    // borrowed, and backed by a file that is long enough.
    let mapped = unsafe {
        rustix::mm::mmap(
            base.cast(),
            len,
            ProtFlags::READ | ProtFlags::WRITE,
            MapFlags::PRIVATE | MapFlags::FIXED,
            file,
            0,
        )
    };
    mapped.map_err(|error| ImageError::Map(error.into()))?;
    Ok(())
}
