//! The form of a token (RFC 7519) and what it says of itself.
//!
//! Owns the order: form, algorithm and issuer before any key is looked for; the signature before anything else of the claims
//! counts.

use crate::error::Refused;
use crate::key::Algorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The longest token that is looked at, in bytes.
pub(crate) const MAX_BYTES: usize = 16 << 10;

/// Types of a header that are tokens about a user; the type may be missing.
const TYPES: [&str; 2] = ["jwt", "at+jwt"];

/// A token whose signature was not checked.
pub(crate) struct Token<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: Option<String>,
    pub(crate) message: &'a [u8],
    pub(crate) signature: Vec<u8>,
    pub(crate) claims: Claims,
}

/// The claims of a token.
pub(crate) struct Claims(Map<String, Value>);

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl<'a> Token<'a> {
    pub(crate) fn read(text: &'a str) -> Result<Self, Refused> {
        let (message, signature) = text.rsplit_once('.').filter(|_| text.len() <= MAX_BYTES).ok_or(Refused::Form)?;
        let (header, claims) = message.split_once('.').ok_or(Refused::Form)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Form);
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| Refused::Form)?;
        let algorithm = Algorithm::of(&header.alg).ok_or(Refused::Algorithm)?;
        let is_known = |name: &str| {
            let name = name.to_ascii_lowercase();
            TYPES.contains(&name.trim_start_matches("application/"))
        };
        if header.crit.is_some() || !header.typ.as_deref().is_none_or(is_known) {
            return Err(Refused::Header);
        }
        let claims = serde_json::from_slice(&decode(claims)?).map_err(|_| Refused::Form)?;
        let (signature, message) = (decode(signature)?, message.as_bytes());
        Ok(Self { algorithm, key: header.kid, message, signature, claims: Claims(claims) })
    }
}

impl Claims {
    #[cfg(test)]
    pub(crate) fn new(claims: Value) -> Self {
        Self(claims.as_object().expect("an object").clone())
    }

    /// The value of a claim; dots lead into objects, where no claim has the name as a whole.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).or_else(|| {
            let (first, rest) = name.split_once('.')?;
            rest.split('.').try_fold(self.0.get(first)?, |value, part| value.get(part))
        })
    }

    /// The text of a claim.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The texts of a claim: one, or a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        match self.get(name) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Checks for whom the token is, and that it is good at a time, in seconds since the Unix epoch.
    pub(crate) fn check(&self, audiences: &[String], now: i64, skew: i64) -> Result<(), Refused> {
        let aud = self.texts("aud");
        if !audiences.iter().any(|one| !one.is_empty() && aud.contains(&one.as_str())) {
            return Err(Refused::Audience);
        }
        let time = |name: &str| self.0.get(name).map(|value| value.as_f64().filter(|time| time.is_finite()));
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact")]
        let (now, skew) = (now as f64, skew as f64);
        match time("exp") {
            Some(Some(exp)) if exp > now - skew => {}
            _ => return Err(Refused::Expired),
        }
        for name in ["nbf", "iat"] {
            match time(name) {
                None => {}
                Some(Some(time)) if time <= now + skew => {}
                Some(_) => return Err(Refused::NotYet),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn token(header: &Value) -> String {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"iss":"a"}"#);
        format!("{}.{claims}.c2ln", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn only_two_algorithms_are_looked_at() {
        for alg in ["RS256", "ES256"] {
            let text = token(&json!({ "alg": alg, "kid": "1", "typ": "JWT" }));
            assert_eq!(Token::read(&text).expect("good").claims.text("iss"), Some("a"));
        }
        for alg in ["none", "None", "", "HS256", "HS512", "RS1", "rs256", "ES384", "PS256", "dir"] {
            assert_eq!(Token::read(&token(&json!({ "alg": alg }))).err(), Some(Refused::Algorithm), "{alg}");
        }
        for header in [json!({ "alg": "RS256", "crit": ["b64"] }), json!({ "alg": "RS256", "typ": "logout+jwt" })] {
            assert_eq!(Token::read(&token(&header)).err(), Some(Refused::Header), "{header}");
        }
        let long = format!("{}{}", token(&json!({ "alg": "RS256" })), "x".repeat(MAX_BYTES));
        for text in ["", "a", "a.b", "a.b.c", "..", &long, &token(&json!({ "alg": 5 })), &token(&json!([]))] {
            assert_eq!(Token::read(text).err(), Some(Refused::Form), "{text}");
        }
    }

    #[test]
    fn times_and_audiences_are_checked() {
        let check = |claims: Value| Claims::new(claims).check(&["us".to_owned(), String::new()], 1000, 60);
        assert_eq!(check(json!({ "aud": "us", "exp": 1001 })), Ok(()));
        assert_eq!(check(json!({ "aud": ["a", "us"], "exp": 941, "nbf": 1060, "iat": 1000.5 })), Ok(()));
        for (claims, expected) in [
            (json!({ "exp": 2000 }), Refused::Audience),
            (json!({ "aud": "them", "exp": 2000 }), Refused::Audience),
            (json!({ "aud": "", "exp": 2000 }), Refused::Audience),
            (json!({ "aud": "us" }), Refused::Expired),
            (json!({ "aud": "us", "exp": "2000" }), Refused::Expired),
            (json!({ "aud": "us", "exp": 940 }), Refused::Expired),
            (json!({ "aud": "us", "exp": 2000, "nbf": 1061 }), Refused::NotYet),
            (json!({ "aud": "us", "exp": 2000, "nbf": "1" }), Refused::NotYet),
            (json!({ "aud": "us", "exp": 2000, "iat": 5000 }), Refused::NotYet),
        ] {
            assert_eq!(check(claims.clone()), Err(expected), "{claims}");
        }
    }

    #[test]
    fn dots_lead_into_objects_where_no_claim_has_the_whole_name() {
        let claims = Claims::new(json!({ "a": { "b": ["x"], "c": 1 }, "https://x.example/b": "y", "a.d": "z" }));
        assert_eq!((claims.texts("a.b"), claims.texts("https://x.example/b")), (vec!["x"], vec!["y"]));
        assert_eq!((claims.text("a.d"), claims.text("a.c"), claims.text("a.x.y")), (Some("z"), None, None));
    }
}
