//! Dates as texts: `strptime`.
//!
//! Owns its directives, with English names. What the text does not say stays as the guest had it.

use super::call::{MODULE, answer, answers, define_async};
use super::date::Date;
use crate::errno::Errno;
use crate::state::CellState;
use crate::wasi::failure::Result;
use crate::wasi::guest::Guest;
use wasmtime::Linker;

const WEEK_DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Directives that stand for others.
const SHORT: [(u8, &[u8]); 9] = [
    (b'c', b"%a %b %e %H:%M:%S %Y"),
    (b'D', b"%m/%d/%y"),
    (b'F', b"%Y-%m-%d"),
    (b'R', b"%H:%M"),
    (b'r', b"%I:%M:%S %p"),
    (b'T', b"%H:%M:%S"),
    (b'X', b"%H:%M:%S"),
    (b'x', b"%m/%d/%y"),
    (b'h', b"%b"),
];

pub(super) fn add(linker: &mut Linker<CellState>) -> wasmtime::Result<()> {
    answers!(linker, {
        "strptime" => |_wasi, guest, text: u32, format: u32, to: u32| strptime(guest, text, format, to).or(Ok(0));
    });
    Ok(())
}

/// Reads a text, writes the date, and returns where the text goes on; 0 if it does not fit the format.
fn strptime(guest: &mut Guest<'_>, text: u32, format: u32, to: u32) -> Result<u32> {
    let mut reader = Reader { text: guest.path(text)?, date: Date::read(guest, to)?, afternoon: None };
    let length = reader.text.len();
    reader.follow(guest.path(format)?).ok_or(Errno::Inval)?;
    let (used, date) = (length - reader.text.len(), reader.date());
    date.write(guest, to)?;
    Ok(text.wrapping_add(u32::try_from(used).map_err(|_| Errno::Overflow)?))
}

struct Reader<'a> {
    text: &'a [u8],
    date: Date,
    afternoon: Option<bool>,
}

impl Reader<'_> {
    /// The date that was read, the halves of the day taken into account.
    fn date(&self) -> Date {
        match self.afternoon {
            Some(afternoon) => Date { hour: self.date.hour % 12 + if afternoon { 12 } else { 0 }, ..self.date },
            None => self.date,
        }
    }

    fn follow(&mut self, format: &[u8]) -> Option<()> {
        let mut letters = format.iter().copied();
        while let Some(letter) = letters.next() {
            match letter {
                b'%' => {
                    let mut directive = letters.next()?;
                    if matches!(directive, b'E' | b'O') {
                        directive = letters.next()?;
                    }
                    self.directive(directive)?;
                }
                letter if letter.is_ascii_whitespace() => self.skip_space(),
                letter => self.text = self.text.strip_prefix(&[letter])?,
            }
        }
        Some(())
    }

    fn directive(&mut self, directive: u8) -> Option<()> {
        match directive {
            b'Y' => self.date.year = self.number(4, 0, 9999)?,
            b'C' => self.date.year = self.number(2, 0, 99)? * 100 + self.date.year.rem_euclid(100),
            b'y' => {
                let year = self.number(2, 0, 99)?;
                self.date.year = year + if year < 69 { 2000 } else { 1900 };
            }
            b'm' => self.date.month = self.number(2, 1, 12)? - 1,
            b'd' | b'e' => self.date.day = self.number(2, 1, 31)?,
            b'H' | b'k' => self.date.hour = self.number(2, 0, 23)?,
            b'I' | b'l' => self.date.hour = self.number(2, 1, 12)?,
            b'M' => self.date.minute = self.number(2, 0, 59)?,
            b'S' => self.date.second = self.number(2, 0, 60)?,
            b'j' => {
                self.date.month = 0;
                self.date.day = self.number(3, 1, 366)?;
            }
            b's' => self.date = Date::of(self.number(12, 0, i64::MAX)?),
            b'p' => self.afternoon = Some(self.name(&["AM", "PM"])? == 1),
            b'b' | b'B' => self.date.month = self.name(&MONTHS)?,
            b'a' | b'A' => self.name(&WEEK_DAYS).map(drop)?,
            b'w' | b'u' => self.number(1, 0, 7).map(drop)?,
            b'n' | b't' => self.skip_space(),
            b'%' => self.text = self.text.strip_prefix(b"%")?,
            other => {
                let (_, format) = SHORT.into_iter().find(|(short, _)| *short == other)?;
                self.follow(format)?;
            }
        }
        Some(())
    }

    fn skip_space(&mut self) {
        self.text = self.text.trim_ascii_start();
    }

    fn number(&mut self, most_digits: usize, least: i64, most: i64) -> Option<i64> {
        self.skip_space();
        let digits = self.text.iter().take(most_digits).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.text.split_at(digits);
        let number = std::str::from_utf8(number).ok()?.parse().ok().filter(|number| (least..=most).contains(number))?;
        self.text = rest;
        Some(number)
    }

    /// A name or its first three letters, as its number.
    fn name(&mut self, names: &[&str]) -> Option<i64> {
        for length in [usize::MAX, 3] {
            for (number, name) in (0..).zip(names) {
                let name = &name.as_bytes()[..name.len().min(length)];
                if self.text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
                    self.text = &self.text[name.len()..];
                    return Some(number);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, format: &str) -> Option<(Date, usize)> {
        let date = Date { year: 1900, ..Date::default() };
        let mut reader = Reader { text: text.as_bytes(), date, afternoon: None };
        reader.follow(format.as_bytes())?;
        Some((reader.date(), reader.text.len()))
    }

    #[test]
    fn directives_read_what_they_mean() {
        let date = |year, month, day, hour, minute, second| Date { second, minute, hour, day, month, year };
        let cases = [
            ("2024-02-29 13:05:09", "%Y-%m-%d %H:%M:%S", date(2024, 1, 29, 13, 5, 9)),
            ("03/10/2004 15:54:19", "%d/%m/%Y %T", date(2004, 9, 3, 15, 54, 19)),
            ("Thu Jan  1 00:00:00 1970", "%c", date(1970, 0, 1, 0, 0, 0)),
            ("12 Sept. 99 12:30 am", "%d %bt. %y %I:%M %p", date(1999, 8, 12, 0, 30, 0)),
            ("march 5 69", "%B %e %y", date(1969, 2, 5, 0, 0, 0)),
            ("100%", "%j%%", date(1900, 0, 100, 0, 0, 0)),
        ];
        for (text, format, expected) in cases {
            assert_eq!(read(text, format), Some((expected, 0)), "{text} {format}");
        }
        assert_eq!(read("2024-01 rest", "%Y-%m").map(|(_, left)| left), Some(5));
        for (text, format) in
            [("x", "%Y"), ("2024-13", "%Y-%m"), ("2024", "%Y-"), ("24:00", "%H:%M"), ("1", "%Q"), ("1", "%")]
        {
            assert_eq!(read(text, format), None, "{text} {format}");
        }
    }
}
