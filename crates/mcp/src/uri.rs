//! The addresses of what can be read: `spec://{slug}`, `run://{id}/status`, `run://{id}/results-index`,
//! `run://{id}/results/{path}`, and `run://call-{number}/{output}` of a snippet.
//!
//! Owns reading and writing them. Names are percent-encoded where they hold what a URI may not.

use crate::kept::CallNumber;
use runcell_model::job::JobId;
use std::fmt::Write;

/// The meaning of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// The description of a tool.
    Spec(String),
    /// How a run is.
    Status(JobId),
    /// The results of a run.
    Results(JobId),
    /// One result of a run.
    Result(JobId, String),
    /// An output of a call of this client, or one of its files, from an offset.
    Output(CallNumber, String, u64),
}

impl Address {
    /// Reads an address; none where it is not one of ours.
    pub(super) fn parse(uri: &str) -> Option<Self> {
        if let Some(slug) = uri.strip_prefix("spec://") {
            return Some(Self::Spec(decode(slug)?)).filter(|_| !slug.is_empty());
        }
        let (id, rest) = uri.strip_prefix("run://")?.split_once('/')?;
        if let Some(call) = id.strip_prefix("call-") {
            let (name, from) = rest.split_once("?from=").map_or((rest, Ok(0)), |(name, from)| (name, from.parse()));
            return Some(Self::Output(call.parse().ok()?, decode(name)?, from.ok()?)).filter(|_| !name.is_empty());
        }
        let id = id.parse().ok()?;
        match (rest, rest.strip_prefix("results/")) {
            ("status", _) => Some(Self::Status(id)),
            ("results-index", _) => Some(Self::Results(id)),
            (_, Some(path)) if !path.is_empty() => Some(Self::Result(id, decode(path)?)),
            _ => None,
        }
    }

    /// Writes it.
    pub(super) fn uri(&self) -> String {
        match self {
            Self::Spec(slug) => format!("spec://{}", encode(slug)),
            Self::Status(id) => format!("run://{id}/status"),
            Self::Results(id) => format!("run://{id}/results-index"),
            Self::Result(id, path) => format!("run://{id}/results/{}", encode(path)),
            Self::Output(call, name, 0) => format!("run://call-{call}/{}", encode(name)),
            Self::Output(call, name, from) => format!("run://call-{call}/{}?from={from}", encode(name)),
        }
    }
}

fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn decode(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(tail.get(..2)?).ok().filter(|text| !text.starts_with('+'))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &tail[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_written() {
        let id = |number| JobId::try_from(number).expect("positive");
        let cases = [
            (Address::Spec("reg:5000/img:v1::tool".into()), "spec://reg:5000/img:v1::tool"),
            (Address::Status(id(7)), "run://7/status"),
            (Address::Results(id(7)), "run://7/results-index"),
            (Address::Result(id(7), "a b/ü%.png".into()), "run://7/results/a%20b/%C3%BC%25.png"),
            (Address::Output(3, "stdout".into(), 0), "run://call-3/stdout"),
            (Address::Output(3, "files/a?b".into(), 4096), "run://call-3/files/a%3Fb?from=4096"),
        ];
        for (address, uri) in cases {
            assert_eq!(address.uri(), uri);
            assert_eq!(Address::parse(uri), Some(address));
        }
        for uri in [
            "",
            "spec://",
            "run://x/status",
            "run://0/status",
            "run://7",
            "run://7/",
            "run://7/results/",
            "file:///x",
            "run://call-/stdout",
            "run://call-3/",
            "run://call-3/a?from=x",
        ] {
            assert_eq!(Address::parse(uri), None, "{uri}");
        }
        for uri in ["run://7/results/%", "run://7/results/%4", "run://7/results/%zz", "run://7/results/%ff"] {
            assert_eq!(Address::parse(uri), None, "{uri}");
        }
    }
}
