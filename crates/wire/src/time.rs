//! Times of records as text.
//!
//! Owns the form; the calendar is jiff's. Knows no time zone but UTC.

use jiff::Timestamp;

/// `2026-01-31T12:00:00.250Z`, from milliseconds since the Unix epoch. What lies beyond the year 9999 becomes its end.
#[must_use]
pub fn rfc3339(epoch_ms: i64) -> String {
    let nearest = if epoch_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    format!("{:.3}", Timestamp::from_millisecond(epoch_ms).unwrap_or(nearest))
}

/// The time of day, in milliseconds since the Unix epoch: for ends that a caller names, never for a duration.
#[must_use]
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        let cases = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_000_000_000_123, "2001-09-09T01:46:40.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (i64::MAX, "9999-12-30T22:00:00.999Z"),
        ];
        for (ms, expected) in cases {
            assert_eq!(rfc3339(ms), expected);
        }
    }
}
