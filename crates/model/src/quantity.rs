//! Amounts as people write them: `256 MiB`, `10s`, `2e9`, or a plain number in the unit of what takes it.
//!
//! Owns the units, the one parser of such texts, and reading them from configuration. Knows no limit and no key.

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use std::fmt;

/// The unit of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Fuel: about one a WebAssembly instruction.
    Fuel,
    /// Bytes.
    Bytes,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Thousandths of a processor.
    CpuMillis,
    /// A plain number of things.
    Count,
}

/// A text that is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// It begins with something else.
    #[error("{0:?} does not begin with a number")]
    Number(String),
    /// The number is followed by something else.
    #[error("{text:?} ends with no unit that fits: use a plain number ({unit}) or one of {}", unit.names())]
    Suffix {
        /// The text.
        text: String,
        /// The unit of a plain number.
        unit: Unit,
    },
    /// It is too large.
    #[error("{0:?} is out of range")]
    Range(String),
}

const SIZES: &[(&str, f64)] = &[
    ("B", 1.0),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("K", 1024.0),
    ("M", 1_048_576.0),
    ("G", 1_073_741_824.0),
];
const MILLISECONDS: &[(&str, f64)] =
    &[("ms", 1.0), ("s", 1e3), ("m", 60e3), ("min", 60e3), ("h", 3600e3), ("d", 86_400e3)];
const SECONDS: &[(&str, f64)] = &[("s", 1.0), ("m", 60.0), ("min", 60.0), ("h", 3600.0), ("d", 86_400.0)];
const COUNTS: &[(&str, f64)] = &[("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12)];

/// Whole numbers from here on are not exact as floats. Every ceiling lies far below.
const MOST: f64 = 9_007_199_254_740_992.0;

impl Unit {
    fn suffixes(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Bytes => SIZES,
            Self::Milliseconds => MILLISECONDS,
            Self::Seconds => SECONDS,
            Self::Fuel | Self::Count => COUNTS,
            Self::CpuMillis => &[],
        }
    }

    fn names(self) -> String {
        self.suffixes().iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// The amount that a text means, in this unit. Case and space between number and suffix do not matter.
    ///
    /// # Errors
    /// [`QuantityError`] says what is expected.
    pub fn parse(self, text: &str) -> Result<u64, QuantityError> {
        let shown = || text.chars().take(40).collect::<String>();
        let plain = text.trim().replace('_', "");
        let digits = plain.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(plain.len());
        // A text that begins with a digit and is a number as a whole has no suffix: `2e9`.
        let digits = if digits > 0 && plain.parse::<f64>().is_ok() { plain.len() } else { digits };
        let (number, suffix) = plain.split_at(digits);
        let number: f64 = number.parse().map_err(|_| QuantityError::Number(shown()))?;
        let known = self.suffixes().iter().find(|(name, _)| name.eq_ignore_ascii_case(suffix.trim()));
        let factor = match known {
            Some((_, factor)) => *factor,
            None if suffix.is_empty() => 1.0,
            None => return Err(QuantityError::Suffix { text: shown(), unit: self }),
        };
        let value = number * factor;
        let whole = (value < MOST).then(|| format!("{value:.0}").parse().ok()).flatten();
        whole.ok_or_else(|| QuantityError::Range(shown()))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fuel => "units of fuel",
            Self::Bytes => "bytes",
            Self::Milliseconds => "ms",
            Self::Seconds => "seconds",
            Self::CpuMillis => "thousandths of a processor",
            Self::Count => "items",
        })
    }
}

/// Reads an amount in this unit: a whole number, or a text as people write it.
impl<'de> DeserializeSeed<'de> for Unit {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Unit {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number ({self})")?;
        let names = self.names();
        if names.is_empty() { Ok(()) } else { write!(f, ", or a text with one of {names}") }
    }

    fn visit_u64<E>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(value), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
        self.parse(text).map_err(E::custom)
    }
}

/// For `deserialize_with`: a size in bytes, or an optional one.
pub(crate) fn bytes<'de, D: Deserializer<'de>, T: From<u64>>(deserializer: D) -> Result<T, D::Error> {
    Unit::Bytes.deserialize(deserializer).map(T::from)
}

/// For `deserialize_with`: a duration in milliseconds, or an optional one.
pub(crate) fn milliseconds<'de, D: Deserializer<'de>, T: From<u64>>(deserializer: D) -> Result<T, D::Error> {
    Unit::Milliseconds.deserialize(deserializer).map(T::from)
}

/// For `deserialize_with`: a duration in seconds.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Unit::Seconds.deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_the_amount() {
        let cases = [
            (Unit::Bytes, "256MiB", 256 << 20),
            (Unit::Bytes, "2 GiB", 2 << 30),
            (Unit::Bytes, "1.5g", 1_610_612_736),
            (Unit::Bytes, "1000", 1000),
            (Unit::Bytes, "2 kb", 2000),
            (Unit::Milliseconds, "10s", 10_000),
            (Unit::Milliseconds, "250", 250),
            (Unit::Milliseconds, "2m", 120_000),
            (Unit::Milliseconds, "1.5h", 5_400_000),
            (Unit::Milliseconds, "7d", 604_800_000),
            (Unit::Seconds, "15 min", 900),
            (Unit::Fuel, "2G", 2_000_000_000),
            (Unit::Fuel, "2e9", 2_000_000_000),
            (Unit::Count, "10_000", 10_000),
            (Unit::CpuMillis, "1500", 1500),
        ];
        for (unit, text, value) in cases {
            assert_eq!(unit.parse(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_what_is() {
        let suffix = "\"10s\" ends with no unit that fits: use a plain number (bytes) or one of B, KB, MB, GB, TB, KiB";
        let cases = [
            (Unit::Bytes, "10s", suffix),
            (Unit::Fuel, "x", "\"x\" does not begin with a number"),
            (Unit::Milliseconds, "-1", "\"-1\" does not begin with a number"),
            (Unit::Milliseconds, "inf", "\"inf\" does not begin with a number"),
            (Unit::Milliseconds, "", "\"\" does not begin with a number"),
            (Unit::Milliseconds, "1.2.3", "\"1.2.3\" does not begin with a number"),
            (Unit::Fuel, "99999T", "\"99999T\" is out of range"),
            (Unit::Fuel, "1e300", "\"1e300\" is out of range"),
        ];
        for (unit, text, expected) in cases {
            let error = unit.parse(text).expect_err(text).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
