//! Paths and queries of requests, made of texts that may hold anything.
//!
//! Owns the escaping: a name cannot lead to another path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters that are written as they are, beside letters and digits.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// A path with a text between two parts of the API's own. The text is one segment, whatever it holds.
#[must_use]
pub fn path(before: &str, text: &str, after: &str) -> String {
    format!("{before}{}{after}", encoded(text))
}

/// A path with a query. What has no value is left out.
#[must_use]
pub fn query(path: &str, pairs: &[(&str, Option<String>)]) -> String {
    let pairs = pairs.iter().filter_map(|(name, value)| Some(format!("{name}={}", encoded(value.as_deref()?))));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// A text as a part of an address. Dots are escaped too, so that `..` is a name like others.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_lead_elsewhere() {
        assert_eq!(path("/api/files/", "../a b/?#ü", "/content"), "/api/files/%2E%2E%2Fa%20b%2F%3F%23%C3%BC/content");
        let pairs = [("a", Some("1&b=2".to_owned())), ("c", None), ("d", Some(String::new()))];
        assert_eq!(query("/x", &pairs), "/x?a=1%26b%3D2&d=");
        assert_eq!(query("/x", &[("c", None)]), "/x");
    }
}
