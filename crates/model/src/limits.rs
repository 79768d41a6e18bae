//! Limits of runs and jobs: families of limits with defaults and ceilings, and the one check of a request against them.
//!
//! Owns the generic part, and the family of runs ([`LimitKind`]); jobs have theirs beside their other words. Does not
//! enforce anything: the backend does, and the outcome names the limit, what it allows and what was used.

mod kind;
mod policy;
mod run;

pub(crate) use kind::limit_kinds;
pub use kind::{Kind, Row};
pub use policy::{LimitOutOfRange, LimitPolicy, PolicyError};
pub use run::{LimitKind, MODULE_BYTES};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The limits that a caller asks for. The others get the policy's defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent, bound = "K: Kind")]
pub struct LimitsRequest<K: Kind = LimitKind>(BTreeMap<K, u64>);

impl<K: Kind> LimitsRequest<K> {
    /// Asks for `value`, in the unit of `kind`.
    #[must_use]
    pub fn with(mut self, kind: K, value: u64) -> Self {
        self.0.insert(kind, value);
        self
    }

    /// The value that the caller asks for, where it asks.
    #[must_use]
    pub fn get(&self, kind: K) -> Option<u64> {
        self.0.get(&kind).copied()
    }
}

impl<K: Kind> Default for LimitsRequest<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// Limits that were checked against a policy: every value lies between the kind's minimum and the policy's ceiling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<K, u64>", bound = "K: Kind")]
pub struct Limits<K: Kind = LimitKind>(BTreeMap<K, u64>);

impl<K: Kind> Limits<K> {
    /// The allowed amount, in the unit of `kind`.
    #[must_use]
    pub fn get(&self, kind: K) -> u64 {
        self.0[&kind]
    }

    /// Every limit with its allowed amount, in the order of [`Kind::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (K, u64)> + '_ {
        self.0.iter().map(|(kind, value)| (*kind, *value))
    }
}

impl<K: Kind> Default for Limits<K> {
    /// The built-in values, without a policy.
    fn default() -> Self {
        BTreeMap::new().into()
    }
}

impl<K: Kind> From<BTreeMap<K, u64>> for Limits<K> {
    /// A record of an earlier version may lack a limit: it then has the default.
    fn from(given: BTreeMap<K, u64>) -> Self {
        let value = |kind: K| given.get(&kind).copied().unwrap_or_else(|| kind.default_value());
        Self(K::ALL.iter().map(|kind| (*kind, value(*kind))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobLimitKind;

    fn travels<K: Kind>() {
        let request = LimitsRequest::default().with(K::ALL[0], 500);
        let json = serde_json::to_string(&request).expect("serialises");
        assert_eq!(json, format!("{{\"{}\":500}}", K::ALL[0]));
        assert_eq!(serde_json::from_str::<LimitsRequest<K>>(&json).expect("parses"), request);
        let limits = Limits::<K>::default();
        let json = serde_json::to_string(&limits).expect("serialises");
        assert!(json.contains(&format!("\"{}\":{}", K::ALL[1], K::ALL[1].default_value())), "{json}");
        assert_eq!(serde_json::from_str::<Limits<K>>(&json).expect("parses"), limits);
        assert_eq!(serde_json::from_str::<Limits<K>>("{}").expect("parses"), limits);
    }

    #[test]
    fn limits_travel_by_name() {
        travels::<LimitKind>();
        travels::<JobLimitKind>();
    }
}
