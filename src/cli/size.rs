//! Sizes, durations and counts as people type them: `256MiB`, `10s`, `2e9`.
//!
//! Owns the parsing of a limit's value in its own unit.

use runcell_model::limits::{LimitKind, Unit};

/// The value of a limit from a text, in the unit of the limit.
pub(super) fn parse(kind: LimitKind, text: &str) -> Result<u64, String> {
    let (number, suffix) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len()));
    let number: f64 = number.replace('_', "").parse().map_err(|_| format!("{text:?} does not begin with a number"))?;
    let factor = factor(kind.unit(), suffix.trim()).ok_or_else(|| {
        let units = match kind.unit() {
            Unit::Bytes => "B, KB, MB, GB, KiB, MiB, GiB",
            Unit::Milliseconds => "ms, s, m, h, d",
            Unit::Fuel | Unit::Count => "k, M, G, T",
        };
        format!("{suffix:?} is no unit of {kind}; use one of: {units}")
    })?;
    let value = number * factor;
    // 2^53 is where whole numbers stop being exact; every ceiling lies far below.
    if !(0.0..9.007e15).contains(&value) {
        return Err(format!("{text:?} is out of range"));
    }
    format!("{value:.0}").parse().map_err(|_| format!("{text:?} is out of range"))
}

fn factor(unit: Unit, suffix: &str) -> Option<f64> {
    let suffix = suffix.to_ascii_lowercase();
    Some(match (unit, suffix.as_str()) {
        (_, "") | (Unit::Bytes, "b") | (Unit::Milliseconds, "ms") => 1.0,
        (Unit::Bytes, "kb") | (Unit::Milliseconds, "s") | (Unit::Fuel | Unit::Count, "k") => 1e3,
        (Unit::Bytes, "mb") | (Unit::Fuel | Unit::Count, "m") => 1e6,
        (Unit::Bytes, "gb") | (Unit::Fuel | Unit::Count, "g") => 1e9,
        (Unit::Fuel, "t") => 1e12,
        (Unit::Bytes, "k" | "kib") => 1024.0,
        (Unit::Bytes, "m" | "mib") => 1024.0 * 1024.0,
        (Unit::Bytes, "g" | "gib") => 1024.0 * 1024.0 * 1024.0,
        (Unit::Milliseconds, "m" | "min") => 60e3,
        (Unit::Milliseconds, "h") => 3600e3,
        (Unit::Milliseconds, "d") => 86_400e3,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_the_limit() {
        let cases = [
            (LimitKind::Memory, "256MiB", 256 << 20),
            (LimitKind::Memory, "1.5g", 1_610_612_736),
            (LimitKind::Memory, "1000", 1000),
            (LimitKind::WallTime, "10s", 10_000),
            (LimitKind::WallTime, "250", 250),
            (LimitKind::WallTime, "2m", 120_000),
            (LimitKind::WallTime, "1.5h", 5_400_000),
            (LimitKind::WallTime, "7d", 604_800_000),
            (LimitKind::Fuel, "2G", 2_000_000_000),
            (LimitKind::Files, "10_000", 10_000),
        ];
        for (kind, text, value) in cases {
            assert_eq!(parse(kind, text), Ok(value), "{text}");
        }
        for (kind, text) in [
            (LimitKind::Memory, "10s"),
            (LimitKind::Fuel, "x"),
            (LimitKind::WallTime, "-1"),
            (LimitKind::Fuel, "99999T"),
        ] {
            parse(kind, text).expect_err(text);
        }
    }
}
