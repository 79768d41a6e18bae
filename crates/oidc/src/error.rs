//! Why a token is not good, and why the issuer cannot be asked.
//!
//! Owns the words. None of them holds a token.

use std::path::PathBuf;

/// A token tells nobody who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not good.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It cannot be checked now.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no signed JSON web token.
    #[error("it is no JSON web token of three parts")]
    Form,
    /// It is signed in a way that is not accepted: `none`, a shared secret, or any other.
    #[error("its algorithm is not RS256 or ES256")]
    Algorithm,
    /// Its header asks for something that is not understood.
    #[error("its header has `crit`, or a type that is not a token's")]
    Header,
    /// Another issuer made it.
    #[error("`iss` is not the issuer")]
    Issuer,
    /// It is for somebody else.
    #[error("`aud` names none of the audiences")]
    Audience,
    /// It has ended.
    #[error("`exp` is over or missing")]
    Expired,
    /// It is not good yet.
    #[error("`nbf` or `iat` is in the future")]
    NotYet,
    /// The issuer has no such key.
    #[error("the issuer has no key of this id and algorithm")]
    Key,
    /// It was changed, or signed by somebody else.
    #[error("the signature is not the key's")]
    Signature,
    /// It names nobody.
    #[error("the claim with the user is missing or no plain name")]
    User,
    /// Its tenant is none.
    #[error("the claim with the tenant is missing or no tenant's name")]
    Tenant,
    /// It gives no role.
    #[error("no value of the claim with roles gives a role")]
    Role,
}

/// Why the issuer cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the issuer cannot be asked: {url}: {reason}")]
pub struct Unreachable {
    /// The address.
    pub url: String,
    /// The reason.
    pub reason: String,
}

/// Why the configuration of an issuer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// An address that cannot be parsed.
    #[error("accounts.oidc: {0:?} is no address")]
    Url(String),
    /// The file of certificates cannot be read.
    #[error("accounts.oidc.ca_bundle: {path} holds no certificates as PEM: {reason}")]
    Bundle {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The library cannot speak TLS.
    #[error("TLS cannot be spoken: {0}")]
    Tls(String),
}
