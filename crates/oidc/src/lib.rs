//! Tokens of an issuer (OpenID Connect): its keys, and whose a token is.
//!
//! Owns asking the issuer that the configuration names, and the check of a token: who made it, for whom, for how long, and
//! which role its claims give. It opens no login and keeps nothing but keys. In reading order: [`Issuer`] (`issuer`), beneath it
//! `token` (form and claims), `identity` (claims to name, tenant and role), `keys` (when the issuer is asked), `key` (one key and
//! its signatures), `fetch` (one document).
//!
//! **Invariant:** a signature is checked with a key of the issuer and by an algorithm of that key: RS256 or ES256. No token
//! chooses a key elsewhere, and nothing is asked for a token that does not name this issuer.
//!
//! **Invariant:** only addresses of the configuration's issuer are asked, over TLS but for this machine; redirects are refused,
//! size and time are bounded.

mod error;
mod fetch;
mod identity;
mod issuer;
mod key;
mod keys;
mod token;

pub use error::{Refused, SetupError, TokenError, Unreachable};
pub use identity::Identity;
pub use issuer::Issuer;
