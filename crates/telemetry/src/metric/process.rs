//! The resources that the process itself uses.
//!
//! Owns reading it from the kernel. What cannot be read is 0.

use rustix::time::{ClockId, clock_gettime};

/// Resident memory in bytes, and processor time in seconds.
pub(super) fn usage() -> (u64, f64) {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|number| number.parse().ok()).unwrap_or(0);
    let cpu = clock_gettime(ClockId::ProcessCPUTime);
    let cpu = std::time::Duration::try_from(cpu).unwrap_or_default();
    (pages * rustix::param::page_size() as u64, cpu.as_secs_f64())
}
