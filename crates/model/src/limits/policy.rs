//! A site's choice of defaults and ceilings, and the check of a request against them.
//!
//! Owns the merge of built-in numbers, configuration and request. Does not read the configuration file.

use super::{Kind, LimitKind, Limits, LimitsRequest};
use crate::quantity::Unit;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// Defaults and ceilings of a site: `[limits.default]` and `[limits.ceiling]` of the configuration, over the built-in
/// ones; for jobs `[jobs.limits.default]` and `[jobs.limits.ceiling]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, bound = "K: Kind")]
pub struct LimitPolicy<K: Kind = LimitKind> {
    /// Values for limits that a caller does not name.
    #[serde(deserialize_with = "amounts")]
    pub default: BTreeMap<K, u64>,
    /// The largest values that are granted.
    #[serde(deserialize_with = "amounts")]
    pub ceiling: BTreeMap<K, u64>,
}

/// A policy that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A default lies outside what the policy itself would grant.
    #[error(
        "{section}.default.{name} = {value} is out of range: {minimum} to the ceiling {ceiling} {unit} are allowed"
    )]
    Default {
        /// The section of the configuration.
        section: &'static str,
        /// The limit.
        name: &'static str,
        /// Its configured default.
        value: u64,
        /// The smallest value that makes sense.
        minimum: u64,
        /// The ceiling.
        ceiling: u64,
        /// The unit of all three.
        unit: Unit,
    },
    /// A ceiling is over what is possible at all.
    #[error("{section}.ceiling.{name} = {value} is out of range: no more than {most} {unit} are possible")]
    Ceiling {
        /// The section of the configuration.
        section: &'static str,
        /// The limit.
        name: &'static str,
        /// Its configured ceiling.
        value: u64,
        /// The largest possible one.
        most: u64,
        /// The unit of both.
        unit: Unit,
    },
}

/// A limit that a caller asks for and that the policy does not grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limit {name} = {asked} is out of range: {minimum} to {ceiling} {unit} are allowed{}", hint(*.asked, *.ceiling))]
pub struct LimitOutOfRange {
    /// The limit.
    pub name: &'static str,
    /// The value that was asked for.
    pub asked: u64,
    /// The smallest value that makes sense.
    pub minimum: u64,
    /// The largest value that the policy grants.
    pub ceiling: u64,
    /// The unit of all three.
    pub unit: Unit,
}

fn hint(asked: u64, ceiling: u64) -> &'static str {
    if asked > ceiling { " (the configuration can raise the ceiling)" } else { "" }
}

impl<K: Kind> Default for LimitPolicy<K> {
    fn default() -> Self {
        Self { default: BTreeMap::new(), ceiling: BTreeMap::new() }
    }
}

impl<K: Kind> LimitPolicy<K> {
    /// The value of a limit that a caller does not name.
    #[must_use]
    pub fn default_of(&self, kind: K) -> u64 {
        self.default.get(&kind).copied().unwrap_or_else(|| kind.default_value().min(self.ceiling(kind)))
    }

    /// The largest value that a caller may ask for.
    #[must_use]
    pub fn ceiling(&self, kind: K) -> u64 {
        self.ceiling.get(&kind).copied().unwrap_or_else(|| kind.default_ceiling())
    }

    /// Refuses a policy whose defaults it would not grant itself, or whose ceilings are not possible.
    ///
    /// # Errors
    /// [`PolicyError`] names the key and the values.
    pub fn check(&self) -> Result<(), PolicyError> {
        for kind in K::ALL.iter().copied() {
            let (section, name, unit) = (K::SECTION, kind.name(), kind.unit());
            let (value, minimum, ceiling) = (self.default_of(kind), kind.minimum(), self.ceiling(kind));
            if ceiling > kind.most() {
                return Err(PolicyError::Ceiling { section, name, value: ceiling, most: kind.most(), unit });
            }
            if !(minimum..=ceiling).contains(&value) {
                return Err(PolicyError::Default { section, name, value, minimum, ceiling, unit });
            }
        }
        Ok(())
    }

    /// Fills a request up with defaults and checks it.
    ///
    /// # Errors
    /// [`LimitOutOfRange`] for the first limit that is not granted.
    pub fn resolve(&self, request: &LimitsRequest<K>) -> Result<Limits<K>, LimitOutOfRange> {
        let mut values = BTreeMap::new();
        for kind in K::ALL.iter().copied() {
            let (minimum, ceiling, default) = (kind.minimum(), self.ceiling(kind), self.default_of(kind));
            let asked = request.get(kind).unwrap_or(default);
            if !(minimum..=ceiling).contains(&asked) || (kind.is_fixed() && asked != default) {
                return Err(LimitOutOfRange { name: kind.name(), asked, minimum, ceiling, unit: kind.unit() });
            }
            values.insert(kind, asked);
        }
        Ok(values.into())
    }
}

/// Values by the names of limits, each as a number or as people write its unit.
fn amounts<'de, D: Deserializer<'de>, K: Kind>(deserializer: D) -> Result<BTreeMap<K, u64>, D::Error> {
    struct Amounts<K>(PhantomData<K>);

    impl<'de, K: Kind> Visitor<'de> for Amounts<K> {
        type Value = BTreeMap<K, u64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a table of limits: {}", K::names())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut amounts = BTreeMap::new();
            while let Some(kind) = entries.next_key::<K>()? {
                amounts.insert(kind, entries.next_value_seed(kind.unit())?);
            }
            Ok(amounts)
        }
    }

    deserializer.deserialize_map(Amounts(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobLimitKind;

    fn stops_at_ceilings<K: Kind>() {
        let policy = LimitPolicy::<K>::default();
        policy.check().expect("consistent");
        for kind in K::ALL.iter().copied().filter(|kind| !kind.is_fixed()) {
            let ask = |value| LimitsRequest::default().with(kind, value);
            let (least, most) = (kind.minimum(), policy.ceiling(kind));
            assert_eq!(policy.resolve(&ask(most)).map(|limits| limits.get(kind)), Ok(most));
            let error = policy.resolve(&ask(most + 1)).expect_err("over the ceiling");
            assert_eq!((error.name, error.asked), (kind.name(), most + 1));
            let text = format!("limit {kind} = {} is out of range: {least} to {most} {}", most + 1, kind.unit());
            assert!(error.to_string().starts_with(&text), "{error}");
            if least > 0 {
                policy.resolve(&ask(least - 1)).expect_err("too small");
            }
            let raised = LimitPolicy { ceiling: [(kind, most.saturating_add(1))].into(), ..LimitPolicy::default() };
            let granted = raised.resolve(&ask(most + 1)).map(|limits| limits.get(kind));
            assert_eq!(granted, Ok(most + 1), "the site's ceiling counts");
            let low = LimitPolicy { ceiling: [(kind, least)].into(), ..LimitPolicy::default() };
            assert_eq!(low.default_of(kind), least, "a built-in default never exceeds the ceiling");
            low.check().expect("consistent");
        }
    }

    #[test]
    fn requests_are_filled_up_and_stop_at_ceilings() {
        stops_at_ceilings::<LimitKind>();
        stops_at_ceilings::<JobLimitKind>();
    }

    #[test]
    fn nobody_chooses_a_stack() {
        let ask = |value| LimitPolicy::default().resolve(&LimitsRequest::default().with(LimitKind::Stack, value));
        ask(LimitKind::Stack.default_value()).expect("the one value");
        ask(LimitKind::Stack.default_value() + 1).expect_err("another value");
    }

    #[test]
    fn a_site_moves_defaults_and_ceilings_as_people_write_them() {
        let policy: LimitPolicy =
            toml::from_str("default = { fuel = 10 }\nceiling = { fuel = \"1k\", wall_ms = \"1.5s\" }").expect("parses");
        policy.check().expect("consistent");
        let values = [policy.default_of(LimitKind::Fuel), policy.ceiling(LimitKind::Fuel)];
        assert_eq!((values, policy.default_of(LimitKind::WallTime)), ([10, 1000], 1500));
        let policy: LimitPolicy<JobLimitKind> =
            toml::from_str("default = { memory_bytes = \"2 GiB\", wall_ms = \"1h\", pids = 9 }").expect("parses");
        let kinds = [JobLimitKind::MemoryBytes, JobLimitKind::WallMs, JobLimitKind::Pids];
        assert_eq!(kinds.map(|kind| policy.default_of(kind)), [2 << 30, 3_600_000, 9]);
    }

    #[test]
    fn contradictions_are_refused_with_their_keys() {
        let cases = [
            ("default = { fuel = 30 }\nceiling = { fuel = 20 }", "limits.default.fuel = 30 is out of range: 1 to the"),
            ("ceiling = { memory_bytes = \"8 GiB\" }", "limits.ceiling.memory_bytes = 8589934592 is out of range"),
        ];
        for (text, expected) in cases {
            let error = toml::from_str::<LimitPolicy>(text).expect(text).check().expect_err(text).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        let jobs: LimitPolicy<JobLimitKind> = toml::from_str("default = { pids = \"40k\" }").expect("parses");
        assert!(jobs.check().expect_err("over the ceiling").to_string().starts_with("jobs.limits.default.pids"));
    }

    #[test]
    fn values_that_are_none_are_refused_with_what_is_allowed() {
        let cases = [
            ("ceiling = { feul = 20 }", "unknown variant `feul`, expected one of `fuel`"),
            (
                "default = { wall_ms = \"2 GiB\" }",
                "\"2 GiB\" ends with no unit that fits: use a plain number (ms) or one of ms, s",
            ),
            (
                "default = { wall_ms = -1 }",
                "integer `-1`, expected a whole number (ms), or a text with one of ms, s, m",
            ),
            ("default = { wall_ms = true }", "boolean `true`, expected a whole number (ms)"),
            ("default = 5", "expected a table of limits: fuel, memory_bytes"),
        ];
        for (text, expected) in cases {
            let error = toml::from_str::<LimitPolicy>(text).expect_err(text).to_string();
            assert!(error.contains(expected) && error.contains(text), "{error}");
        }
    }
}
