//! Accounts: who somebody is. The one door that knows no caller, as it finds out who asks.
//!
//! Owns proving: a password becomes a login (an access token for an hour, and a refresh token that is good once), a bearer
//! becomes a [`Caller`]. In reading order: `enter` (logging in and out), `identify` (whose a bearer is), `start` (the first
//! admin and the tokens of the environment); beneath them `password`, `throttle`, `jwt`, `known`, `environment`. Tokens of an
//! issuer are checked by `crates/oidc`.
//!
//! **Invariant:** nobody learns here whether a user exists, neither by words nor by time, before proving to be that user.
//!
//! **Invariant:** no secret is kept: of tokens there is a SHA-256, of passwords an Argon2id hash.

pub(crate) mod bcrypt;
mod enter;
mod environment;
mod error;
mod identify;
mod jwt;
mod known;
mod password;
mod start;
mod throttle;

pub(crate) use enter::random_secret;
pub use enter::{Login, PageLogin};
pub use environment::{EnvironmentToken, EnvironmentTokens};
pub use error::{InvalidAccount, Limited, Unauthenticated};
pub(crate) use password::check_new;
pub use start::FirstAdmin;

use crate::error::{ServiceError, Unavailable};
use crate::secret::{Secret, hex};
use crate::trail::Trail;
use environment::EnvironmentToken as Given;
use jwt::SigningKey;
use known::Known;
use password::Passwords;
use runcell_model::config::AccountsConfig;
use runcell_oidc::{Issuer, SetupError};
use runcell_store::Store;
use std::sync::{OnceLock, PoisonError, RwLock};
use throttle::Throttle;
use tokio::sync::OnceCell;

/// The parts that proving needs, for as long as a process lives.
pub(crate) struct Proving {
    pub(crate) config: AccountsConfig,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) known: Known,
    given: RwLock<Vec<Given>>,
    key: OnceCell<SigningKey>,
    /// The issuer whose tokens are good, set when the server begins.
    issuer: OnceLock<Issuer>,
    /// The secret that signs instead of the one that the database keeps.
    signing: OnceLock<Secret>,
}

impl Proving {
    pub(crate) fn new(config: AccountsConfig) -> Self {
        Self {
            throttle: Throttle::new(&config),
            config,
            passwords: Passwords::default(),
            known: Known::default(),
            given: RwLock::default(),
            key: OnceCell::new(),
            issuer: OnceLock::new(),
            signing: OnceLock::new(),
        }
    }

    /// The issuer that the configuration names.
    fn issuer(&self) -> Result<Option<&Issuer>, ServiceError> {
        if let Some(issuer) = self.issuer.get() {
            return Ok(Some(issuer));
        }
        let setup = |error: SetupError| ServiceError::Unavailable(Unavailable::Setup(error.to_string()));
        let issuer = Issuer::new(&self.config.oidc).map_err(setup)?;
        Ok(issuer.map(|issuer| self.issuer.get_or_init(|| issuer)))
    }

    /// Whether users of runcell's own log in with passwords.
    pub(crate) fn takes_passwords(&self) -> bool {
        self.config.oidc.issuer.is_none() || self.config.oidc.passwords
    }

    fn given(&self) -> std::sync::RwLockReadGuard<'_, Vec<Given>> {
        self.given.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key that signs access tokens: chosen once, and kept in the database that all servers of the installation share.
    async fn key(&self, store: &Store) -> Result<&SigningKey, ServiceError> {
        let load = async {
            let secret = match self.signing.get() {
                Some(given) => given.clone(),
                None => {
                    let fresh: Secret = hex(&store.random::<32>()?).into();
                    store.secret("jwt", fresh.reveal()).await?.into()
                }
            };
            let issuer: Secret = store.secret("issuer", store.installation()).await?.into();
            SigningKey::new(&secret, issuer.reveal())
        };
        self.key.get_or_try_init(|| load).await
    }
}

/// Accounts, for somebody who has not proved who it is.
pub struct Accounts<'a> {
    pub(crate) store: &'a Store,
    pub(crate) proving: &'a Proving,
    pub(crate) trail: &'a Trail,
}

impl Accounts<'_> {
    /// Whether nobody can log in yet: there is no user, no token, and none of the environment.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be asked.
    pub async fn is_empty(&self) -> Result<bool, ServiceError> {
        let none = self.proving.given().is_empty();
        Ok(none && self.store.user_count().await? == 0 && self.store.token_count().await? == 0)
    }

    /// How many passwords this process compared with a hash: as many as there were attempts that were not throttled.
    #[must_use]
    pub fn passwords_checked(&self) -> u64 {
        self.proving.passwords.computed()
    }
}
