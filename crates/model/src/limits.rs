//! What a run may use: the ten limits, their defaults and ceilings, and the one place where they are checked.
//!
//! Owns the numbers and the check of a request against a policy. Does not enforce anything: the backend does, and tells
//! in the outcome which limit it was, what was allowed and what was used.

mod kind;
mod policy;

pub use kind::{LimitKind, Unit};
pub use policy::{LimitPolicy, PolicyError};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a caller asks for. A limit that is not named gets the policy's default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LimitsRequest(BTreeMap<LimitKind, u64>);

impl LimitsRequest {
    /// Asks for `value`, in the unit of `kind`.
    #[must_use]
    pub fn with(mut self, kind: LimitKind, value: u64) -> Self {
        self.0.insert(kind, value);
        self
    }

    /// What was asked for `kind`, if anything.
    #[must_use]
    pub fn get(&self, kind: LimitKind) -> Option<u64> {
        self.0.get(&kind).copied()
    }

    /// Every limit that was asked for.
    pub fn iter(&self) -> impl Iterator<Item = (LimitKind, u64)> + '_ {
        self.0.iter().map(|(kind, value)| (*kind, *value))
    }
}

/// Limits that were checked against a policy: every value lies between the kind's minimum and the policy's ceiling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits([u64; LimitKind::ALL.len()]);

impl Limits {
    /// The allowed amount, in the unit of `kind`.
    #[must_use]
    pub fn get(&self, kind: LimitKind) -> u64 {
        self.0[kind as usize]
    }

    /// Every limit with its allowed amount, in the order of [`LimitKind::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (LimitKind, u64)> + '_ {
        LimitKind::ALL.into_iter().map(|kind| (kind, self.get(kind)))
    }
}

/// A limit that was asked for and that the policy does not grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("limit {kind} = {asked} is out of range: {minimum} to {ceiling} {} are allowed{}", kind.unit(), hint(*.asked, *.ceiling))]
pub struct LimitOutOfRange {
    /// The limit.
    pub kind: LimitKind,
    /// What was asked for.
    pub asked: u64,
    /// The smallest value that makes sense.
    pub minimum: u64,
    /// The largest value that the policy grants.
    pub ceiling: u64,
}

fn hint(asked: u64, ceiling: u64) -> &'static str {
    if asked > ceiling { " (the configuration can raise the ceiling)" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_fills_up_with_defaults_and_stops_at_ceilings() {
        let policy = LimitPolicy::default();
        let limits = policy.resolve(&LimitsRequest::default().with(LimitKind::Fuel, 7)).expect("in range");
        assert_eq!(limits.get(LimitKind::Fuel), 7);
        assert_eq!(limits.get(LimitKind::Memory), LimitKind::Memory.default_value());
        for kind in LimitKind::ALL {
            let over = policy.ceiling(kind) + 1;
            let error = policy.resolve(&LimitsRequest::default().with(kind, over)).expect_err("over the ceiling");
            assert_eq!((error.kind, error.asked), (kind, over));
            assert!(error.to_string().contains(&over.to_string()), "{error}");
        }
    }

    #[test]
    fn zero_is_refused_where_nothing_could_run() {
        for kind in [LimitKind::Fuel, LimitKind::Memory, LimitKind::WallTime, LimitKind::Code] {
            LimitPolicy::default().resolve(&LimitsRequest::default().with(kind, 0)).expect_err("zero");
        }
    }

    #[test]
    fn limits_travel_as_plain_data() {
        let request = LimitsRequest::default().with(LimitKind::Fuel, 5).with(LimitKind::WallTime, 20);
        let json = serde_json::to_string(&request).expect("serialises");
        assert_eq!(json, r#"{"fuel":5,"wall_ms":20}"#);
        assert_eq!(serde_json::from_str::<LimitsRequest>(&json).expect("parses"), request);
    }
}
