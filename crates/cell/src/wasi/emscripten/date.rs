//! Broken-down time: `gmtime`, `localtime`, `mktime`.
//!
//! Owns the calendar and the layout of `struct tm`. Local time is UTC: a language that knows zones brings its own.

use super::call::{Cx, MODULE};
use crate::state::CellState;
use crate::wasi::failure::Result;
use crate::wasi::guest::Guest;
use crate::wasi::link::enter;
use wasmtime::Linker;

const DAY_SECONDS: i64 = 86_400;

/// The most that is reckoned with, in seconds from 1970: years that fit into 32 bits.
const MOST_SECONDS: i64 = 67_767_976_233_532_799;

/// A moment as people write it. The month counts from 0, the year from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) second: i64,
    pub(super) minute: i64,
    pub(super) hour: i64,
    pub(super) day: i64,
    pub(super) month: i64,
    pub(super) year: i64,
}

/// The place of each field in `struct tm`, in words.
const FIELDS: u32 = 9;
const OFFSET_AT: u32 = 36;

impl Date {
    /// The date of a moment in seconds from 1970.
    pub(super) fn of(seconds: i64) -> Self {
        let seconds = seconds.clamp(-MOST_SECONDS, MOST_SECONDS);
        let (days, rest) = (seconds.div_euclid(DAY_SECONDS), seconds.rem_euclid(DAY_SECONDS));
        // Years begin in March here, so that a leap day is the last of its year.
        let days = days + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * day_of_year + 2) / 153;
        Self {
            second: rest % 60,
            minute: rest / 60 % 60,
            hour: rest / 3600,
            day: day_of_year - (153 * month + 2) / 5 + 1,
            month: (month + 2) % 12,
            year: year + era * 400 + i64::from(month >= 10),
        }
    }

    /// Seconds from 1970. Fields that are too large or too small carry over.
    pub(super) fn seconds(self) -> i64 {
        let year = self.year + self.month.div_euclid(12);
        let month = self.month.rem_euclid(12);
        let days = days_before(year, month) + self.day - 1;
        ((days * 24 + self.hour) * 60 + self.minute) * 60 + self.second
    }

    /// The day of the week, from Sunday, and the day of the year, both from 0.
    fn days(self) -> (i64, i64) {
        let days = self.seconds().div_euclid(DAY_SECONDS);
        ((days + 4).rem_euclid(7), days - days_before(self.year, 0))
    }

    pub(super) fn read(guest: &Guest<'_>, at: u32) -> Result<Self> {
        let field = |index: u32| -> Result<i64> { Ok(i64::from(guest.u32(at.wrapping_add(4 * index))?.cast_signed())) };
        Ok(Self {
            second: field(0)?,
            minute: field(1)?,
            hour: field(2)?,
            day: field(3)?,
            month: field(4)?,
            year: 1900 + field(5)?,
        })
    }

    pub(super) fn write(self, guest: &mut Guest<'_>, at: u32) -> Result {
        let (week_day, year_day) = self.days();
        let fields =
            [self.second, self.minute, self.hour, self.day, self.month, self.year - 1900, week_day, year_day, 0];
        for (index, value) in (0..FIELDS).zip(fields) {
            let value = i32::try_from(value).unwrap_or(i32::MAX);
            guest.write(at.wrapping_add(4 * index), &value.to_le_bytes())?;
        }
        guest.write(at.wrapping_add(OFFSET_AT), &[0; 4])
    }
}

/// Days from 1970 to the beginning of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let year = if month < 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 10) % 12) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub(super) fn add(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    for name in ["_gmtime_js", "_localtime_js"] {
        linker.func_wrap(MODULE, name, |mut cx: Cx<'_>, seconds: i64, to: u32| {
            // Nothing is said of a bad address: the call has no result.
            let _written = enter(&mut cx, |_, guest| Date::of(seconds).write(guest, to));
        })?;
    }
    linker.func_wrap(MODULE, "_mktime_js", |mut cx: Cx<'_>, at: u32| -> i64 {
        let made = enter(&mut cx, |_, guest| {
            let seconds = Date::read(guest, at)?.seconds();
            Date::of(seconds).write(guest, at)?;
            Ok(seconds)
        });
        made.unwrap_or(-1)
    })?;
    linker.func_wrap(MODULE, "_tzset_js", |mut cx: Cx<'_>, offset: u32, daylight: u32, name: u32, summer: u32| {
        let _written = enter(&mut cx, |_, guest| {
            guest.write(offset, &[0; 4])?;
            guest.write(daylight, &[0; 4])?;
            guest.write(name, b"UTC\0")?;
            guest.write(summer, b"UTC\0")
        });
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_moments_are_the_same() {
        let cases = [
            (0, (1970, 0, 1, 0, 0, 0), (4, 0)),
            (951_782_400, (2000, 1, 29, 0, 0, 0), (2, 59)),
            (4_102_444_799, (2099, 11, 31, 23, 59, 59), (4, 364)),
            (-1, (1969, 11, 31, 23, 59, 59), (3, 364)),
            (-2_203_891_200, (1900, 2, 1, 0, 0, 0), (4, 59)),
        ];
        for (seconds, (year, month, day, hour, minute, second), days) in cases {
            let date = Date { second, minute, hour, day, month, year };
            assert_eq!((Date::of(seconds), date.seconds(), date.days()), (date, seconds, days), "{seconds}");
        }
    }

    #[test]
    fn fields_carry_over() {
        let date = Date { second: 61, minute: 60, hour: 24, day: 31, month: 12, year: 2023 };
        assert_eq!(Date::of(date.seconds()), Date { second: 1, minute: 1, hour: 1, day: 1, month: 1, year: 2024 });
        assert_eq!(Date::of(i64::MAX).year, Date::of(MOST_SECONDS).year, "no number is too large");
    }
}
