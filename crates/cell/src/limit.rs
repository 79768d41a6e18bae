//! A limit that a guest ran into, as an error that travels up through the cell.
//!
//! Owns the type only. The code that counts decides when it is raised.

use runcell_model::limits::LimitKind;
use runcell_model::outcome::Ending;

/// The guest reached a limit: which, what was allowed, and what it used or tried to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limit {kind}: {used} used, {allowed} allowed")]
pub struct LimitHit {
    /// Which limit.
    pub kind: LimitKind,
    /// The limit, in the unit of its kind.
    pub allowed: u64,
    /// The amount that the guest used, or would have used with the refused request, in the same unit.
    pub used: u64,
}

impl From<LimitHit> for Ending {
    fn from(hit: LimitHit) -> Self {
        Self::Terminated { limit: hit.kind, allowed: hit.allowed, used: hit.used }
    }
}
