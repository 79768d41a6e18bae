//! Dates and times as tools take them: ISO 8601 in the shapes of the field, with or without a zone.
//!
//! Owns the shapes; the calendar is jiff's. Converts nothing: a text that fits goes to the tool as the caller gave it.

use jiff::civil::Date;
use regex_lite::Regex;
use std::sync::LazyLock;

/// `12:00`, `12:00:00`, `12:00:00.25` (60 is a leap second), then perhaps a zone: `Z`, `+02:00`, `+0200`, `+02`.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    let zone = r"[Zz]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?";
    Regex::new(&format!(r"^([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)([.,]\d{{1,9}})?)?({zone})?$")).expect("a good pattern")
});

/// Whether a text is a date: `1980-01-31`.
pub(super) fn is_date(text: &str) -> bool {
    // Jiff reads more shapes; of these ten bytes they leave one.
    text.len() == 10 && text.as_bytes()[4] == b'-' && text.parse::<Date>().is_ok()
}

/// Whether a text is a time of day, perhaps with a zone.
pub(super) fn is_time(text: &str) -> bool {
    TIME.is_match(text)
}

/// Whether a text is a date and a time of day, with `T` or a space between, or a date alone, which means its midnight.
pub(super) fn is_datetime(text: &str) -> bool {
    match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => is_date(date) && is_time(time),
        None => is_date(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_the_field_are_known() {
        type Check = fn(&str) -> bool;
        let cases: [(&str, Check, bool); 38] = [
            ("1980-01-01T12:00:00", is_datetime, true),
            ("1980-01-01 12:00", is_datetime, true),
            ("1980-01-01T12:00:00.123456Z", is_datetime, true),
            ("1980-01-01T12:00:00+02:00", is_datetime, true),
            ("1980-01-01T12:00:00-0230", is_datetime, true),
            ("1980-01-01", is_datetime, true),
            ("1980-01-01T", is_datetime, false),
            ("1980-01-01T25:00", is_datetime, false),
            ("1980-01-01T12:00:00+25:00", is_datetime, false),
            ("1980-01-01T12:00:00+2é", is_datetime, false),
            ("1980-13-01T12:00:00", is_datetime, false),
            ("now", is_datetime, false),
            ("", is_datetime, false),
            ("2024-02-29", is_date, true),
            ("2023-02-29", is_date, false),
            ("1900-02-29", is_date, false),
            ("2000-02-29", is_date, true),
            ("2024-04-31", is_date, false),
            ("2024-4-1", is_date, false),
            ("2024-01-00", is_date, false),
            ("2024-01-01T00:00", is_date, false),
            ("0000-02-29", is_date, true),
            ("20240131T1", is_date, false),
            ("2024-W05-3", is_date, false),
            ("2024-031  ", is_date, false),
            ("12:00+02", is_time, true),
            ("12:00+0260", is_time, false),
            ("12:00[UTC]", is_time, false),
            ("12:00\n", is_time, false),
            ("12:00", is_time, true),
            ("23:59:60", is_time, true),
            ("12:00:00,5", is_time, true),
            ("12:00Z", is_time, true),
            ("12", is_time, false),
            ("12:60", is_time, false),
            ("12:00:61", is_time, false),
            ("12:00:00.", is_time, false),
            ("1é:00", is_time, false),
        ];
        for (text, check, expected) in cases {
            assert_eq!(check(text), expected, "{text:?}");
        }
    }
}
