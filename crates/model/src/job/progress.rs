//! How far a running job says it is.
//!
//! Owns the shape and the form in which a program writes it. Who reads the file, and when, is the service's.

use serde::{Deserialize, Serialize};

/// The file in `/out` that a program writes its progress to.
pub const PROGRESS_FILE: &str = "_progress";
/// The most bytes of it that are read.
pub const MAX_PROGRESS_BYTES: u64 = 4 << 10;
/// The longest text, in characters.
const MAX_TEXT: usize = 200;

/// How far a running job says it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobProgress {
    /// The part that is done, from 0 to 1.
    pub fraction: f64,
    /// Its present work, in its own words; empty where it says nothing.
    #[serde(default)]
    pub text: String,
}

/// The form with braces.
#[derive(Deserialize)]
struct Braces {
    #[serde(alias = "fraction")]
    progress: f64,
    #[serde(default, alias = "message")]
    text: String,
}

impl JobProgress {
    /// A progress; a fraction outside of 0 to 1 is brought to the nearer end, and a text loses what is no text.
    #[must_use]
    pub fn new(fraction: f64, text: &str) -> Self {
        let fraction = if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) };
        let text = text.lines().next().unwrap_or_default().trim();
        Self { fraction, text: text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect() }
    }

    /// Reads what a program has written: `0.4 counting`, `40% counting`, or `{"progress": 0.4, "text": "counting"}`. `None` where
    /// it is something else, such as half of a file that is being written.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let written = std::str::from_utf8(bytes).ok()?.trim();
        if written.starts_with('{') {
            let Braces { progress, text } = serde_json::from_str(written).ok()?;
            return Some(Self::new(progress, &text));
        }
        let (number, text) = written.split_once(char::is_whitespace).unwrap_or((written, ""));
        let (number, whole) = number.strip_suffix('%').map_or((number, 1.0), |number| (number, 100.0));
        let number: f64 = number.parse().ok()?;
        number.is_finite().then(|| Self::new(number / whole, text))
    }

    /// The percentage, rounded down, so that only a job that is done says 100.
    #[must_use]
    pub fn percent(&self) -> u8 {
        // From 0 to 100: the fraction was brought into its range.
        let percent = format!("{:.0}", (self.fraction.clamp(0.0, 1.0) * 100.0 + 1e-9).floor());
        percent.parse().unwrap_or(0)
    }
}

impl std::fmt::Display for JobProgress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let separator = if self.text.is_empty() { "" } else { ", " };
        write!(f, "{} %{separator}{}", self.percent(), self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_read_as_programs_write_it() {
        for (written, shown) in [
            ("0.4", "40 %"),
            ("0.29 counting  sheep \nmore", "29 %, counting  sheep"),
            ("40%\n", "40 %"),
            ("100% done", "100 %, done"),
            ("0.999", "99 %"),
            ("7", "100 %"),
            ("-1 x", "0 %, x"),
            ("{\"progress\": 0.5, \"text\": \"half\"}", "50 %, half"),
            ("{\"fraction\": 0.5, \"message\": \"half\\u001b[31m\", \"more\": 1}", "50 %, half[31m"),
        ] {
            assert_eq!(JobProgress::parse(written.as_bytes()).expect(written).to_string(), shown, "{written}");
        }
        for written in ["", "soon", "nan", "inf", "{", "{\"progress\": \"x\"}", "{}", "%", "[0.4]"] {
            assert_eq!(JobProgress::parse(written.as_bytes()), None, "{written}");
        }
        assert_eq!(JobProgress::parse(&[0xff, b'1']), None);
        assert_eq!(JobProgress::new(f64::NAN, &"x".repeat(500)).text.len(), MAX_TEXT);
    }

    #[test]
    fn fuzz_progress() {
        let seeds = ["0.4 a", "40%", "{\"progress\":0.5,\"text\":\"b\"}"].map(str::as_bytes);
        runcell_fuzzing::attack("fuzz_progress", &seeds, |input| {
            if let Some(progress) = JobProgress::parse(input) {
                assert!((0.0..=1.0).contains(&progress.fraction) && progress.percent() <= 100);
                assert!(progress.text.chars().count() <= MAX_TEXT && !progress.text.chars().any(char::is_control));
            }
        });
    }
}
