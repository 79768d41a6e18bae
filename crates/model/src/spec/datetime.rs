//! Dates and times as tools take them: ISO 8601 in the shapes of the field, with or without a zone.
//!
//! Owns the grammar and the calendar. Converts nothing: a text that is right goes to the tool as it was given.

/// Whether a text is a date: `1980-01-31`.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Whether a text is a time of day: `12:00`, `12:00:00`, `12:00:00.25`, each perhaps with a zone.
pub(super) fn is_time(text: &str) -> bool {
    let clock = match text.find(['Z', 'z', '+', '-']) {
        Some(at) if !is_zone(&text[at..]) => return false,
        Some(at) => &text[..at],
        None => text,
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, *second),
        _ => return false,
    };
    let (whole, fraction) = second.split_once(['.', ',']).unwrap_or((second, "0"));
    // 60 is a leap second.
    digits(hour, 2).is_some_and(|hour| hour < 24)
        && digits(minute, 2).is_some_and(|minute| minute < 60)
        && digits(whole, 2).is_some_and(|second| second <= 60)
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a date and a time of day, with `T` or a space between, or a date alone, which means its midnight.
pub(super) fn is_datetime(text: &str) -> bool {
    match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => is_date(date) && is_time(time),
        None => is_date(text),
    }
}

/// `Z`, `+02:00`, `+0200`, `+02`.
fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else { return ["Z", "z"].contains(&text) };
    let (hour, minute) = match (offset.split_once(':'), offset.len()) {
        (Some(pair), _) => pair,
        (None, 4) if offset.is_ascii() => offset.split_at(2),
        (None, _) => (offset, "00"),
    };
    digits(hour, 2).is_some_and(|hour| hour < 24) && digits(minute, 2).is_some_and(|minute| minute < 60)
}

/// A number of exactly this many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_the_field_are_known() {
        type Check = fn(&str) -> bool;
        let cases: [(&str, Check, bool); 30] = [
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
