//! A guest's linear memory as a call sees it: every address is checked, a bad one is `EFAULT`.
//!
//! Owns the layout of scalars (little-endian) and of iovec lists. Knows nothing of what they mean.

use super::failure::Result;
use crate::errno::Errno;
use runcell_model::file::MAX_PATH_BYTES;
use std::ops::Range;

/// The most buffers that one read or write may name.
const MAX_BUFFERS: u32 = 1024;

pub(super) struct Guest<'a>(pub(super) &'a mut [u8]);

impl Guest<'_> {
    fn range(&self, at: u32, len: u32) -> Result<Range<usize>> {
        let (start, end) = (at as usize, at as usize + len as usize);
        if end > self.0.len() { Err(Errno::Fault.into()) } else { Ok(start..end) }
    }

    pub(super) fn bytes(&self, at: u32, len: u32) -> Result<&[u8]> {
        Ok(&self.0[self.range(at, len)?])
    }

    pub(super) fn bytes_mut(&mut self, at: u32, len: u32) -> Result<&mut [u8]> {
        let range = self.range(at, len)?;
        Ok(&mut self.0[range])
    }

    pub(super) fn write(&mut self, at: u32, bytes: &[u8]) -> Result {
        let len = u32::try_from(bytes.len()).map_err(|_| Errno::Overflow)?;
        self.bytes_mut(at, len)?.copy_from_slice(bytes);
        Ok(())
    }

    pub(super) fn u8(&self, at: u32) -> Result<u8> {
        Ok(self.bytes(at, 1)?[0])
    }

    pub(super) fn u16(&self, at: u32) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array(at)?))
    }

    pub(super) fn u32(&self, at: u32) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array(at)?))
    }

    pub(super) fn u64(&self, at: u32) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array(at)?))
    }

    /// A text that ends with a NUL, without it, as far as a path may be long.
    pub(super) fn path(&self, at: u32) -> Result<&[u8]> {
        let rest = self.0.get(at as usize..).ok_or(Errno::Fault)?;
        let rest = &rest[..rest.len().min(MAX_PATH_BYTES + 1)];
        let end = rest.iter().position(|byte| *byte == 0).ok_or(Errno::NameTooLong)?;
        Ok(&rest[..end])
    }

    fn array<const N: usize>(&self, at: u32) -> Result<[u8; N]> {
        let len = u32::try_from(N).map_err(|_| Errno::Overflow)?;
        Ok(self.bytes(at, len)?.try_into().map_err(|_| Errno::Fault)?)
    }

    /// The buffers that an iovec list names, as (address, length).
    pub(super) fn buffers(&self, list: u32, count: u32) -> Result<Vec<(u32, u32)>> {
        if count > MAX_BUFFERS {
            return Err(Errno::Inval.into());
        }
        (0..count)
            .map(|index| {
                let at = list.checked_add(index * 8).ok_or(Errno::Fault)?;
                let (start, len) = (self.u32(at)?, self.u32(at.checked_add(4).ok_or(Errno::Fault)?)?);
                self.range(start, len)?;
                Ok((start, len))
            })
            .collect()
    }
}
