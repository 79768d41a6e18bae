//! The clocks of a guest: the real date, and a monotonic clock that starts with the run.
//!
//! Owns what they show. The uptime of the host is not visible to a guest.

use super::failure::Result;
use crate::errno::Errno;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

const REALTIME: u32 = 0;
const MONOTONIC: u32 = 1;
const PROCESS_CPU: u32 = 2;
const THREAD_CPU: u32 = 3;

/// The time of the monotonic clock when a run starts, in nanoseconds: more than 32 bits hold, as on a machine that has
/// been up for a while; some programs take 0 for "unset".
const MONOTONIC_START: u64 = 10_000_000_000;

/// The time of the processor clocks then: not 0, which some programs take for "unset".
const CPU_START: u64 = 1_000_000_000;

/// The date, in nanoseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    start: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// The date, in nanoseconds since 1970.
    pub(super) fn realtime(self) -> u64 {
        now()
    }

    /// Nanoseconds that go on from the beginning of the run. The processor clocks of WASI go at the same pace.
    pub(super) fn monotonic(self) -> u64 {
        MONOTONIC_START + u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX / 2)
    }

    /// The clock with that number of WASI, in nanoseconds.
    pub(super) fn now(self, id: u32) -> Result<u64> {
        match id {
            REALTIME => Ok(self.realtime()),
            MONOTONIC => Ok(self.monotonic()),
            PROCESS_CPU..=THREAD_CPU => Ok(self.monotonic() - MONOTONIC_START + CPU_START),
            _ => Err(Errno::Inval.into()),
        }
    }
}
