//! The id of a request, by which answer, log and audit belong together.
//!
//! Owns its form: what a client sends is taken if it is short and plain, so that it can stand in a line of the log.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::atomic::{AtomicU64, Ordering};

/// The header of the id.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that a client may choose, in bytes.
const LONGEST: usize = 64;

/// The id of a request, in its extensions.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Makes ids.
pub(crate) struct Ids {
    start: u64,
    count: AtomicU64,
}

impl Ids {
    /// Ids that no other server of this machine gives, as far as chance allows.
    pub(crate) fn new() -> Self {
        let mut start = [0; 8];
        // Without randomness they are still unique in this server.
        let _ = getrandom::fill(&mut start);
        Self { start: u64::from_le_bytes(start), count: AtomicU64::new(0) }
    }

    /// The id that a request brings, or a new one.
    pub(crate) fn of(&self, headers: &HeaderMap) -> RequestId {
        let given = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|text| is_plain(text));
        RequestId(given.map_or_else(|| self.next(), str::to_owned))
    }

    fn next(&self) -> String {
        // Odd, so that no two counts meet.
        let count = self.count.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("{:016x}", self.start.wrapping_add(count))
    }
}

impl RequestId {
    /// As a header.
    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static("-"))
    }
}

fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_s_id_is_taken_if_it_is_plain() {
        let ids = Ids::new();
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID, HeaderValue::from_str(text).expect("a header"));
            ids.of(&headers).0
        };
        assert_eq!(of("a-1.B:c"), "a-1.B:c");
        for odd in ["", "a b", "a\"b", "{}", &"a".repeat(65)] {
            let id = of(odd);
            assert!(id != odd && id.len() == 16, "{odd}: {id}");
        }
        assert_ne!(ids.next(), ids.next());
    }
}
