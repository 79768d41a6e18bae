//! Access tokens: JSON web tokens that this server signs and checks (RFC 7519, HS256).
//!
//! Owns the claims and the one form that a token has. The header is compared as a whole with the only one that is ever
//! written here, so that no token chooses how it is checked: `none`, another algorithm, a key in the header, or a `crit` are
//! refused before anything of it is read. The HMAC is RustCrypto's, and is compared in constant time.

use super::error::Unauthenticated;
use crate::error::ServiceError;
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// `{"typ":"JWT","alg":"HS256"}`.
const HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9";

/// The audience of tokens.
const AUDIENCE: &str = "runcell";

/// The longest token that is looked at, in bytes.
const MAX_BYTES: usize = 4096;

/// The claims of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The id of the user.
    pub(super) sub: String,
    /// The id of the login.
    pub(super) sid: String,
    aud: String,
    /// The installation that signed it.
    iss: String,
    /// When it was signed, in seconds since the Unix epoch.
    iat: i64,
    /// When it ends, in seconds since the Unix epoch.
    exp: i64,
}

/// The key of an installation.
pub(super) struct SigningKey {
    key: Hmac<Sha256>,
    issuer: String,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// The key made of a secret that only this installation knows.
    pub(super) fn new(secret: &Secret, issuer: &str) -> Result<Self, ServiceError> {
        let bytes = secret.reveal().as_bytes();
        let short = || ServiceError::Internal("the signing key is shorter than 32 bytes".to_owned());
        let key = Hmac::new_from_slice(bytes).ok().filter(|_| bytes.len() >= 32).ok_or_else(short)?;
        Ok(Self { key, issuer: issuer.to_owned() })
    }

    /// Signs a token that is good for some seconds; answers when it ends, in seconds since the Unix epoch.
    pub(super) fn sign(&self, user: &str, login: &str, seconds: u64) -> Result<(Secret, i64), ServiceError> {
        let iat = now();
        let exp = iat.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX));
        let (sub, sid) = (user.to_owned(), login.to_owned());
        let claims = Claims { sub, sid, aud: AUDIENCE.to_owned(), iss: self.issuer.clone(), iat, exp };
        let claims = serde_json::to_vec(&claims).map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok((self.signed(&claims), exp))
    }

    fn signed(&self, claims: &[u8]) -> Secret {
        let message = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.key.clone().chain_update(&message).finalize().into_bytes();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)).into()
    }

    /// The claims of a token, if this installation signed it for this use and it has not ended.
    pub(super) fn check(&self, token: &str) -> Result<Claims, Unauthenticated> {
        self.checked(token).ok_or(Unauthenticated::Token)
    }

    fn checked(&self, token: &str) -> Option<Claims> {
        let (message, signature) = token.rsplit_once('.').filter(|_| token.len() <= MAX_BYTES)?;
        let (header, claims) = message.split_once('.')?;
        if header != HEADER {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.key.clone().chain_update(message).verify_slice(&signature).ok()?;
        // Only what was signed here is read.
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let is_ours = claims.aud == AUDIENCE && claims.iss == self.issuer;
        (is_ours && claims.exp > now()).then_some(claims)
    }
}

/// The time of this machine, in seconds since the Unix epoch: tokens carry the time of day.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN_ELSEWHERE: &str =
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.9nVZ-P1HSr5d2ZhASwY_XrGJfjAncJt68yUGnJ0k9A4";
    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn key(secret: &str) -> SigningKey {
        SigningKey::new(&secret.into(), "here").expect("a key")
    }

    fn encoded(claims: &serde_json::Value) -> String {
        key(SECRET).signed(claims.to_string().as_bytes()).reveal().to_owned()
    }

    #[test]
    fn tokens_are_those_of_the_standard() {
        // Written by another implementation, with this key.
        let claims = key(SECRET).signed(br#"{"sub":"a"}"#);
        assert_eq!(claims.reveal(), WRITTEN_ELSEWHERE);
        SigningKey::new(&"short".into(), "here").expect_err("a key that can be guessed");
    }

    #[test]
    fn a_token_says_whose_it_is() {
        let (token, ends) = key(SECRET).sign("ann", "login", 60).expect("signs");
        let claims = key(SECRET).check(token.reveal()).expect("good");
        assert_eq!((&*claims.sub, &*claims.sid, claims.exp), ("ann", "login", ends));
    }

    #[test]
    fn what_was_not_signed_here_for_this_is_refused() {
        let ours = key(SECRET);
        let (token, ends) = ours.sign("ann", "login", 60).expect("signs");
        let good = serde_json::json!({
            "sub": "ann", "sid": "login", "aud": "runcell", "iss": "here", "iat": ends - 60, "exp": ends,
        });
        ours.check(&encoded(&good)).expect("the test's own way to sign is right");
        for (name, value) in [
            ("aud", "somebody".into()),
            ("iss", "elsewhere".into()),
            ("exp", serde_json::json!(ends - 120)),
            ("aud", serde_json::Value::Null),
            ("exp", serde_json::Value::Null),
            ("sub", serde_json::Value::Null),
        ] {
            let mut claims = good.clone();
            if value.is_null() {
                claims.as_object_mut().expect("an object").remove(name);
            } else {
                claims[name] = value;
            }
            assert_eq!(ours.check(&encoded(&claims)), Err(Unauthenticated::Token), "{name}: {claims}");
        }
        key(&SECRET.replace('0', "1")).check(token.reveal()).expect_err("another key");
        // `{"alg":"none"}`, `{"alg":"HS512"}` and `{"alg":"RS256"}` before the same claims.
        let parts: Vec<&str> = token.reveal().split('.').collect();
        for header in ["", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzUxMiJ9", "eyJhbGciOiJSUzI1NiJ9"] {
            for signature in ["", parts[2]] {
                ours.check(&format!("{header}.{}.{signature}", parts[1])).expect_err(header);
            }
        }
        let cut = &token.reveal()[..token.reveal().len() - 1];
        for text in ["", ".", "..", "a.b.c", cut, &format!("{}.", token.reveal()), &"x".repeat(100_000)] {
            ours.check(text).expect_err(text);
        }
    }
}
