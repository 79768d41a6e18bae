//! Text that came from elsewhere, made safe for a terminal.
//!
//! Owns which characters a terminal must not get: those that move the cursor, change colours or titles, or reorder what people
//! read. Output of a program that the user runs is not text of ours and goes out as it is.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character does something to a terminal instead of being shown: controls, and marks that reorder text.
fn is_active(c: char) -> bool {
    let reorders = matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let separates = matches!(c, '\u{2028}' | '\u{2029}');
    c.is_control() || reorders || separates
}

fn escape<'a>(text: &'a str, keep: &[char], write: fn(&mut String, char)) -> Cow<'a, str> {
    let active = |c: char| is_active(c) && !keep.contains(&c);
    if !text.contains(active) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if active(c) { write(&mut safe, c) } else { safe.push(c) }
    }
    Cow::Owned(safe)
}

/// A text of several lines for a terminal: every active character but newline and tab as `\u{1b}`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    escape(text, &['\n', '\t'], |safe, c| safe.extend(c.escape_unicode()))
}

/// The same for a text that is a part of one line, such as a name.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    escape(text, &[], |safe, c| safe.extend(c.escape_unicode()))
}

/// A JSON document for a terminal: active characters as JSON escapes, so that it means the same.
#[must_use]
pub fn printable_json(json: &str) -> Cow<'_, str> {
    escape(json, &['\n'], |safe, c| {
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            // Writing to a string cannot fail.
            let _ = write!(safe, "\\u{unit:04x}");
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_reaches_a_terminal() {
        let cases = [
            ("plain ü 😀\n\ttext", "plain ü 😀\n\ttext"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a\rb\u{7}\u{7f}\u{9b}31m", "a\\u{d}b\\u{7}\\u{7f}\\u{9b}31m"),
            ("\u{202e}gnp.exe", "\\u{202e}gnp.exe"),
        ];
        for (text, expected) in cases {
            assert_eq!(printable(text), expected);
        }
        assert_eq!(one_line("a\nb\tc"), "a\\u{a}b\\u{9}c");
    }

    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({ "a\u{9b}": "\u{1b}[2J\u{202e}\u{7f}\n" });
        let text = serde_json::to_string_pretty(&value).expect("serialises");
        let safe = printable_json(&text);
        assert!(!safe.chars().any(|c| c != '\n' && is_active(c)), "{safe}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).expect("is JSON"), value);
    }
}
