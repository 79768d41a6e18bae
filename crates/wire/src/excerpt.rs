//! The part of a text that a model can bear: head and tail, and a sentence about the rest.
//!
//! Owns the cut. Where the whole of a text can be fetched, the caller says.

/// The part of a text that an answer shows.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Head and tail, with a sentence between them where something was left out.
    pub text: String,
    /// Bytes that were left out.
    pub left_out: u64,
}

/// The share of replaced bytes above which an output is binary: one of so many.
const BINARY_SHARE: usize = 10;

/// Outputs up to this length are shown whatever they are, in bytes.
const SHORT: usize = 512;

/// Whether bytes are not a text at all. A text may hold a few bytes that are not UTF-8, and a short output does no harm.
#[must_use]
pub fn is_binary(bytes: &[u8]) -> bool {
    if bytes.len() <= SHORT {
        return false;
    }
    let sample = &bytes[..bytes.len().min(64 << 10)];
    let odd: usize = sample.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let nul = sample.iter().filter(|byte| **byte == 0).count();
    (odd + nul) * BINARY_SHARE > sample.len()
}

/// Cuts a text to about `most` bytes. `whole` says where all of it can be fetched.
#[must_use]
pub fn excerpt(bytes: &[u8], most: usize, whole: impl FnOnce() -> String) -> Excerpt {
    if bytes.len() <= most {
        return Excerpt { text: String::from_utf8_lossy(bytes).into_owned(), left_out: 0 };
    }
    let (head, tail) = (head(bytes, most / 2), tail(bytes, most / 2));
    let left_out = bytes.len() - head.len() - tail.len();
    let text = format!(
        "{}\n[{left_out} of {} bytes are left out here; {}]\n{}",
        String::from_utf8_lossy(head).trim_end_matches('\n'),
        bytes.len(),
        whole(),
        String::from_utf8_lossy(tail)
    );
    Excerpt { text, left_out: left_out as u64 }
}

/// The start of a text, up to the end of a line or at least of a character.
fn head(bytes: &[u8], most: usize) -> &[u8] {
    let part = &bytes[..most];
    match part.iter().rposition(|byte| *byte == b'\n') {
        Some(at) if at >= most / 2 => &part[..=at],
        _ => {
            let start = (most.saturating_sub(4)..most).rev().find(|at| !is_inner(bytes[*at]));
            // A character that begins in the last bytes may not end in them.
            &part[..start.filter(|at| std::str::from_utf8(&part[*at..]).is_err()).unwrap_or(most)]
        }
    }
}

/// The end of a text, from the start of a line or at least of a character.
fn tail(bytes: &[u8], most: usize) -> &[u8] {
    let part = &bytes[bytes.len() - most..];
    match part.iter().position(|byte| *byte == b'\n') {
        Some(at) if at < most / 2 => &part[at + 1..],
        _ => &part[part.iter().take(3).take_while(|byte| is_inner(**byte)).count()..],
    }
}

/// Whether a byte of UTF-8 continues a character.
fn is_inner(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// The length of a text inside JSON, without its quotes.
#[must_use]
pub fn encoded_len(text: &str) -> usize {
    let extra = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
        0..0x20 => 5,
        _ => 0,
    };
    text.len() + text.bytes().map(extra).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, most: usize) -> Excerpt {
        excerpt(text.as_bytes(), most, || "all: x".to_owned())
    }

    #[test]
    fn a_short_text_stays_whole() {
        assert_eq!(cut("abc", 3), Excerpt { text: "abc".to_owned(), left_out: 0 });
    }

    #[test]
    fn head_and_tail_are_whole_lines_or_characters() {
        let lines: String = (0..100).map(|at| format!("line {at:02}\n")).collect();
        let excerpt = cut(&lines, 100);
        assert!(excerpt.text.starts_with("line 00\n") && excerpt.text.ends_with("\nline 99\n"), "{}", excerpt.text);
        assert!(excerpt.text.contains("of 800 bytes are left out here; all: x]\nline"), "{}", excerpt.text);
        for most in 20..40 {
            let text = cut(&"ü€😀".repeat(50), most).text;
            assert!(!text.contains('\u{fffd}'), "{most}: {text}");
        }
    }

    #[test]
    fn binary_is_told_from_text_with_a_few_odd_bytes() {
        assert!(is_binary(&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02".repeat(50)) && is_binary(&[0xff; 1000]));
        assert!(!is_binary(&[0xff; 100]), "a short one is shown");
        assert!(
            !is_binary("äöü".repeat(1000).as_bytes()) && !is_binary(&b"caf\xe9 and a lot of text behind it".repeat(50))
        );
        assert!(!is_binary(b""));
    }

    #[test]
    fn lengths_are_those_of_json() {
        for text in ["", "abc", "\u{1}\u{1f}", "\"\\\n\r\t\u{8}\u{c}", "äöü😀\u{7f}"] {
            let json = serde_json::to_string(text).expect("serialises");
            assert_eq!(encoded_len(text) + 2, json.len(), "{text:?}");
        }
    }
}
