//! A site's choice of defaults and ceilings, and the check of a request against them.
//!
//! Owns the merge of built-in numbers, configuration and request. Does not read the configuration file.

use super::{LimitKind, LimitOutOfRange, Limits, LimitsRequest};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Defaults and ceilings of a site: `[limits.default]` and `[limits.ceiling]` of the configuration, over the built-in
/// ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitPolicy {
    #[serde(rename = "default")]
    defaults: BTreeMap<LimitKind, u64>,
    #[serde(rename = "ceiling")]
    ceilings: BTreeMap<LimitKind, u64>,
}

/// A policy that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A default lies outside what the policy itself would grant.
    #[error("the default of {kind}, {value}, is not between {minimum} and the ceiling {ceiling}")]
    DefaultOutOfRange {
        /// The limit.
        kind: LimitKind,
        /// Its configured default.
        value: u64,
        /// The smallest value that makes sense.
        minimum: u64,
        /// The ceiling.
        ceiling: u64,
    },
    /// Linear memory is addressed with 32 bits.
    #[error("the ceiling of memory_bytes, {value}, is over the {most} that a 32-bit guest can address")]
    MemoryCeiling {
        /// The configured ceiling.
        value: u64,
        /// The largest possible one.
        most: u64,
    },
}

impl LimitPolicy {
    /// What a run gets that does not ask.
    #[must_use]
    pub fn default_of(&self, kind: LimitKind) -> u64 {
        self.defaults.get(&kind).copied().unwrap_or_else(|| kind.default_value().min(self.ceiling(kind)))
    }

    /// The largest value a run may ask for.
    #[must_use]
    pub fn ceiling(&self, kind: LimitKind) -> u64 {
        self.ceilings.get(&kind).copied().unwrap_or_else(|| kind.default_ceiling())
    }

    /// Refuses a policy whose defaults could not be granted.
    ///
    /// # Errors
    /// [`PolicyError`] names the limit and the values.
    pub fn check(&self) -> Result<(), PolicyError> {
        let most = LimitKind::Memory.default_ceiling();
        if self.ceiling(LimitKind::Memory) > most {
            return Err(PolicyError::MemoryCeiling { value: self.ceiling(LimitKind::Memory), most });
        }
        for kind in LimitKind::ALL {
            let (value, minimum, ceiling) = (self.default_of(kind), kind.minimum(), self.ceiling(kind));
            if value < minimum || value > ceiling {
                return Err(PolicyError::DefaultOutOfRange { kind, value, minimum, ceiling });
            }
        }
        Ok(())
    }

    /// Fills a request up with defaults and checks it.
    ///
    /// # Errors
    /// [`LimitOutOfRange`] for the first limit that is not granted.
    pub fn resolve(&self, request: &LimitsRequest) -> Result<Limits, LimitOutOfRange> {
        let mut values = [0; LimitKind::ALL.len()];
        for kind in LimitKind::ALL {
            let (minimum, ceiling) = (kind.minimum(), self.ceiling(kind));
            let value = request.get(kind).unwrap_or_else(|| self.default_of(kind));
            let fixed = kind == LimitKind::Stack && value != self.default_of(kind);
            if value < minimum || value > ceiling || fixed {
                return Err(LimitOutOfRange { kind, asked: value, minimum, ceiling });
            }
            values[kind as usize] = value;
        }
        Ok(Limits(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_moves_defaults_and_ceilings() {
        let policy: LimitPolicy =
            toml::from_str("default = { fuel = 10 }\nceiling = { fuel = 20, wall_ms = 50 }").expect("parses");
        policy.check().expect("consistent");
        assert_eq!(policy.default_of(LimitKind::Fuel), 10);
        assert_eq!(policy.default_of(LimitKind::WallTime), 50, "a default never exceeds the ceiling");
        policy.resolve(&LimitsRequest::default().with(LimitKind::Fuel, 21)).expect_err("over the site's ceiling");
    }

    #[test]
    fn contradictions_and_unknown_names_are_refused() {
        let policy: LimitPolicy = toml::from_str("default = { fuel = 30 }\nceiling = { fuel = 20 }").expect("parses");
        assert!(policy.check().expect_err("default over ceiling").to_string().contains("fuel"));
        let policy: LimitPolicy = toml::from_str("ceiling = { memory_bytes = 8589934592 }").expect("parses");
        assert!(matches!(policy.check(), Err(PolicyError::MemoryCeiling { .. })));
        toml::from_str::<LimitPolicy>("ceiling = { feul = 20 }").expect_err("unknown limit");
    }
}
