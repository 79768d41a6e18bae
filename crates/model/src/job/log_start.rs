//! The place in a log to begin at, as a caller says it: a position, a time, or how long ago.
//!
//! Owns the three shapes. The store knows the position of a time.

use crate::quantity::Unit;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::str::FromStr;

/// The place in a log to begin at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStart {
    /// So many bytes after its beginning.
    Place(u64),
    /// With what was written at this time or later, in milliseconds since the Unix epoch.
    Time(i64),
    /// With what was written in the last so many milliseconds.
    Ago(u64),
}

/// A text that is none of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "since: {0:?} is no position in bytes (1024), no time (2026-01-31T12:00:00Z; without a zone it is UTC) and no duration (10m, 1h30m)"
)]
pub struct LogStartError(String);

impl FromStr for LogStart {
    type Err = LogStartError;

    fn from_str(text: &str) -> Result<Self, LogStartError> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map(Self::Place).map_err(|_| refused(text));
        }
        if let Some(at_ms) = time(text) {
            return Ok(Self::Time(at_ms));
        }
        duration(text).map(Self::Ago).ok_or_else(|| refused(text))
    }
}

fn refused(text: &str) -> LogStartError {
    LogStartError(text.chars().take(40).collect())
}

fn time(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_millisecond());
    }
    let local: DateTime = text.parse().ok()?;
    Some(TimeZone::UTC.to_timestamp(local).ok()?.as_millisecond())
}

fn duration(text: &str) -> Option<u64> {
    // One unit, days included; else several: `1h30m`.
    let several = || text.parse::<SignedDuration>().ok().and_then(|span| u64::try_from(span.as_millis()).ok());
    Unit::Milliseconds.parse(text).ok().or_else(several)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_times_and_durations_are_told_apart() {
        for (text, expected) in [
            ("0", LogStart::Place(0)),
            ("4096", LogStart::Place(4096)),
            ("10m", LogStart::Ago(600_000)),
            ("1.5 h", LogStart::Ago(5_400_000)),
            ("1h30m", LogStart::Ago(5_400_000)),
            ("2d", LogStart::Ago(172_800_000)),
            ("250ms", LogStart::Ago(250)),
            ("2026-01-31T12:00:00Z", LogStart::Time(1_769_860_800_000)),
            ("2026-01-31T14:00:00.5+02:00", LogStart::Time(1_769_860_800_500)),
            ("2026-01-31 12:00", LogStart::Time(1_769_860_800_000)),
            ("2026-01-31", LogStart::Time(1_769_817_600_000)),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in ["", "yesterday", "-5m", "10 parsecs", "2026-13-01", "99999999999999999999", "1e400h"] {
            let error = text.parse::<LogStart>().expect_err(text).to_string();
            assert!(error.contains(&format!("{text:?}")) && error.contains("10m"), "{error}");
        }
    }
}
