//! Secrets as they pass through: passwords and tokens, which nothing prints.
//!
//! Owns how they are made, hashed for the store, compared, and wiped from memory. Keeps none.

use sha2::{Digest, Sha256};
use std::fmt::{self, Write};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A password or a token. It is wiped when it is dropped, and prints as `...`.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("...")
    }
}

/// The SHA-256 of a secret.
pub(crate) fn sha256(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The SHA-256 of a secret in hexadecimal digits, as the store keeps it.
pub(crate) fn sha256_hex(secret: &str) -> String {
    hex(&sha256(secret))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

/// Whether two texts are the same, in a time that does not say where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_a_secret() {
        let secret = Secret::from("hunter22");
        assert_eq!(
            (format!("{secret:?}"), format!("{:#?}", Some(&secret))),
            ("...".into(), "Some(\n    ...,\n)".into())
        );
        assert_eq!(secret.reveal(), "hunter22");
    }

    #[test]
    fn hashes_are_those_of_everybody() {
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab"));
    }
}
