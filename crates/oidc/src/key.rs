//! One public key of the issuer, and the check of a signature with it.
//!
//! Owns what of a JSON web key (RFC 7517) is read. A key has one algorithm; the arithmetic is the crate `ring`'s.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

/// How a token is signed. There are no others here: no `none`, and none with a secret that both sides know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RSA with PKCS#1 v1.5 and SHA-256; keys have 2048 to 8192 bits.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Algorithm {
    /// The algorithm of a name in a header.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// The keys of an issuer, as it tells them. Those of kinds that are not used here are left out.
#[derive(Debug, Deserialize)]
pub(crate) struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// A key as it is written.
#[derive(Debug, Deserialize)]
struct Written {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// A key that checks signatures.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) id: Option<String>,
    numbers: Numbers,
}

#[derive(Debug, Clone)]
enum Numbers {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// The point, as it is before compression.
    P256(Vec<u8>),
}

impl KeySet {
    /// The keys that are of use, at most so many.
    pub(crate) fn useful(self, most: usize) -> Vec<Key> {
        let written = self.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        written.filter_map(Key::read).take(most).collect()
    }
}

impl Key {
    fn read(written: Written) -> Option<Self> {
        let signs = written.usage.as_deref().is_none_or(|usage| usage == "sig");
        let number = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?).ok();
        let (numbers, algorithm) = match (&*written.kty, written.crv.as_deref()) {
            ("RSA", _) => (Numbers::Rsa { n: number(written.n)?, e: number(written.e)? }, "RS256"),
            ("EC", Some("P-256")) => {
                let (x, y) = (number(written.x)?, number(written.y)?);
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                (Numbers::P256([&[4][..], &x, &y].concat()), "ES256")
            }
            _ => return None,
        };
        let fits = signs && written.alg.as_deref().is_none_or(|alg| alg == algorithm);
        fits.then_some(Self { id: written.kid, numbers })
    }

    /// The one algorithm of the key.
    pub(crate) fn algorithm(&self) -> Algorithm {
        match self.numbers {
            Numbers::Rsa { .. } => Algorithm::Rs256,
            Numbers::P256(_) => Algorithm::Es256,
        }
    }

    /// Whether a signature of a message is this key's.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.numbers {
            Numbers::Rsa { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            Numbers::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn useful(keys: serde_json::Value) -> Vec<Key> {
        serde_json::from_value::<KeySet>(json!({ "keys": keys })).expect("a set").useful(10)
    }

    #[test]
    fn the_standard_s_own_signature_is_the_key_s() {
        // RFC 7515, appendix A.3.
        let key = json!({
            "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        });
        let keys = useful(json!([key]));
        let message = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("good");
        assert!(keys[0].algorithm() == Algorithm::Es256 && keys[0].signed(message, &signature));
        assert!(!keys[0].signed(b"another", &signature) && !keys[0].signed(message, &signature[1..]));
    }

    #[test]
    fn keys_for_something_else_are_left_out() {
        let rsa = json!({ "kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB" });
        let changed = |name: &str, value: &str| {
            let mut key = rsa.clone();
            key[name] = value.into();
            key
        };
        let keys = useful(json!([
            rsa, changed("use", "enc"), changed("alg", "HS256"), changed("alg", "RS512"), changed("n", "+"),
            changed("kty", "oct"), { "kty": "oct", "k": "AQAB" }, { "kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB" },
            { "kty": "EC", "crv": "P-384", "x": "AQAB", "y": "AQAB" }, 5, changed("alg", "RS256"),
        ]));
        assert_eq!(keys.len(), 2, "{keys:?}");
        assert!(!keys[0].signed(b"a", b"b"), "too short a key signs nothing");
    }
}
