//! The quota of a guest's files: their limit, their present size, and their peak.
//!
//! Owns the counting. The operations decide how much they charge.

use crate::limit::LimitHit;
use runcell_model::limits::{LimitKind, Limits};

/// The quota of one tree. A run that exceeds it is stopped: that is why charging fails with a [`LimitHit`].
#[derive(Debug, Clone)]
pub struct Quota {
    bytes: Gauge,
    entries: Gauge,
}

#[derive(Debug, Clone)]
struct Gauge {
    kind: LimitKind,
    allowed: u64,
    used: u64,
    peak: u64,
}

impl Gauge {
    fn charge(&mut self, amount: u64) -> Result<(), LimitHit> {
        let used = self.used.saturating_add(amount);
        if used > self.allowed {
            return Err(LimitHit { kind: self.kind, allowed: self.allowed, used });
        }
        self.used = used;
        self.peak = self.peak.max(used);
        Ok(())
    }
}

impl Quota {
    /// The quota that `limits` grant.
    pub fn new(limits: &Limits) -> Self {
        Self::of(limits.get(LimitKind::FileBytes), limits.get(LimitKind::Files))
    }

    /// A quota of so many bytes and directory entries.
    pub fn of(bytes: u64, entries: u64) -> Self {
        let gauge = |kind, allowed| Gauge { kind, allowed, used: 0, peak: 0 };
        Self { bytes: gauge(LimitKind::FileBytes, bytes), entries: gauge(LimitKind::Files, entries) }
    }

    pub(super) fn charge_bytes(&mut self, bytes: u64) -> Result<(), LimitHit> {
        self.bytes.charge(bytes)
    }

    pub(super) fn release_bytes(&mut self, bytes: u64) {
        self.bytes.used = self.bytes.used.saturating_sub(bytes);
    }

    pub(super) fn charge_entry(&mut self) -> Result<(), LimitHit> {
        self.entries.charge(1)
    }

    pub(super) fn release_entry(&mut self) {
        self.entries.used = self.entries.used.saturating_sub(1);
    }

    /// How many bytes may be held, and how many are.
    pub fn bytes(&self) -> (u64, u64) {
        (self.bytes.allowed, self.bytes.used)
    }

    /// How many directory entries there may be, and how many there are.
    pub fn entries(&self) -> (u64, u64) {
        (self.entries.allowed, self.entries.used)
    }

    /// The most bytes that were held at one time.
    pub fn peak_bytes(&self) -> u64 {
        self.bytes.peak
    }

    /// The most directory entries that there were at one time.
    pub fn peak_entries(&self) -> u64 {
        self.entries.peak
    }
}
