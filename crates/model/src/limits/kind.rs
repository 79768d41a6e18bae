//! A family of limits: an enum of kinds, each with a row of numbers.
//!
//! Owns the trait and the macro that writes a family from its table. Holds no run's values ([`super::Limits`]) and no site's
//! choices ([`super::LimitPolicy`]).

use crate::quantity::Unit;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// The facts about a kind of limit.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The name in JSON, configuration and messages.
    pub name: &'static str,
    /// The unit of its values.
    pub unit: Unit,
    /// The smallest value with which something can run.
    pub minimum: u64,
    /// The value where neither the caller nor the configuration names one.
    pub default: u64,
    /// The largest value that a caller may ask for where the configuration says nothing.
    pub ceiling: u64,
    /// The scope of the limit, in sentences: things that it bounds, and things that it does not.
    pub about: &'static str,
}

/// A kind of limit: something of which one run, or one job, may use only so much.
pub trait Kind: Copy + Ord + fmt::Debug + fmt::Display + Serialize + DeserializeOwned + 'static {
    /// Every kind, in the order in which they are listed everywhere.
    const ALL: &'static [Self];
    /// The section of the configuration that has its defaults and ceilings.
    const SECTION: &'static str;

    /// Everything that is known of it.
    fn row(self) -> Row;

    /// The largest ceiling that a configuration may set.
    fn most(self) -> u64 {
        u64::MAX
    }

    /// Whether the whole process has one value, so that no request may change it.
    fn is_fixed(self) -> bool {
        false
    }

    /// The name in JSON, configuration and messages.
    fn name(self) -> &'static str {
        self.row().name
    }

    /// The kind of that name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The names of all kinds, for messages.
    fn names() -> String {
        Self::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
    }

    /// The unit of its values.
    fn unit(self) -> Unit {
        self.row().unit
    }

    /// The smallest value that may be asked for.
    fn minimum(self) -> u64 {
        self.row().minimum
    }

    /// The value where neither the caller nor the configuration names one.
    fn default_value(self) -> u64 {
        self.row().default
    }

    /// The largest value that may be asked for where the configuration says nothing.
    fn default_ceiling(self) -> u64 {
        self.row().ceiling
    }
}

/// Writes a family of limits from its table: `Kind: name, unit, minimum, default, ceiling;`. The name is that of JSON.
macro_rules! limit_kinds {
    (
        $(#[$meta:meta])*
        $family:ident in $section:literal {
            $($(#[doc = $about:literal])+ $kind:ident: $name:literal, $unit:ident, $minimum:expr, $default:expr, $ceiling:expr;)+
        }
        $($method:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $family {
            $($(#[doc = $about])+ #[serde(rename = $name)] $kind,)+
        }

        impl $crate::limits::Kind for $family {
            const ALL: &'static [Self] = &[$(Self::$kind),+];
            const SECTION: &'static str = $section;

            fn row(self) -> $crate::limits::Row {
                let unit = match self { $(Self::$kind => $crate::quantity::Unit::$unit,)+ };
                let (name, minimum, default, ceiling, about) = match self {
                    $(Self::$kind => ($name, $minimum, $default, $ceiling, concat!($($about),+)),)+
                };
                $crate::limits::Row { name, unit, minimum, default, ceiling, about }
            }

            $($method)*
        }

        impl std::fmt::Display for $family {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::limits::Kind::name(*self))
            }
        }
    };
}
pub(crate) use limit_kinds;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobLimitKind;
    use crate::limits::LimitKind;

    fn check<K: Kind>() {
        assert!(K::ALL.is_sorted());
        for kind in K::ALL.iter().copied() {
            assert!(kind.minimum() <= kind.default_value(), "{kind}");
            assert!(kind.default_value() <= kind.default_ceiling(), "{kind}");
            assert!(kind.default_ceiling() <= kind.most(), "{kind}");
            assert_eq!(K::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.name());
        }
    }

    #[test]
    fn the_tables_are_in_order_and_consistent() {
        check::<LimitKind>();
        check::<JobLimitKind>();
    }
}
