//! Reading from and writing to the devices of `/dev` that have no stream behind them.
//!
//! Owns what each of them gives and takes. A call moves a bounded part, as a device may, so that no call keeps the host
//! busy for long.

use super::failure::Result;
use super::guest::Guest;
use crate::errno::Errno;
use crate::fs::Device;

/// The most bytes that one call reads.
const MOST_BYTES: u32 = 1 << 20;

/// Fills buffers from a device and returns how many bytes they got.
pub(super) fn read(device: Device, guest: &mut Guest<'_>, buffers: &[(u32, u32)]) -> Result<u64> {
    let mut left = MOST_BYTES;
    for (at, len) in buffers {
        let len = left.min(*len);
        let bytes = guest.bytes_mut(*at, len)?;
        match device {
            Device::Zero | Device::Full => bytes.fill(0),
            Device::Random => getrandom::fill(bytes).map_err(|_| Errno::Io)?,
            Device::Null | Device::Stdin | Device::Stdout | Device::Stderr => return Ok(0),
        }
        left -= len;
    }
    Ok(u64::from(MOST_BYTES - left))
}

/// Takes buffers and returns how many bytes they held.
pub(super) fn write(device: Device, buffers: &[(u32, u32)]) -> Result<u64> {
    match device {
        Device::Full if buffers.iter().any(|(_, len)| *len > 0) => Err(Errno::NoSpc.into()),
        _ => Ok(buffers.iter().map(|(_, len)| u64::from(*len)).sum()),
    }
}
