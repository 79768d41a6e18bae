//! The first admin, and the tokens that the environment gives: what a server does once, before it listens.
//!
//! Owns that the first admin is made once, also where several servers start together, and that a token of a system that this one
//! replaces is taken over once: removed, it stays so.

use super::environment::EnvironmentTokens;
use super::{Accounts, check_new};
use crate::error::ServiceError;
use crate::secret::{Secret, sha256_hex};
use runcell_model::account::{TokenSource, UserName};
use runcell_model::caller::{Role, Tenant};
use runcell_store::{AccountError, StoreError, TokenRow};
use std::sync::PoisonError;

/// The name of the first admin.
const ADMIN: &str = "admin";

/// Letters of generated passwords: none that looks like another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The first admin, who has just been made.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// The name to log in with.
    pub name: String,
    /// The password, if it was made here: it is told once and kept nowhere.
    pub generated: Option<Secret>,
}

impl Accounts<'_> {
    /// Makes the first admin where there is no user at all, with this password or a generated one.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where the password is too short.
    pub async fn first_admin(&self, password: Option<Secret>) -> Result<Option<FirstAdmin>, ServiceError> {
        if self.store.user_count().await? > 0 {
            return Ok(None);
        }
        let generated = if password.is_none() { Some(generate(self.store.random()?)) } else { None };
        let Some(password) = password.or_else(|| generated.clone()) else { return Ok(None) };
        check_new(&password, ADMIN, self.proving.config.min_password_chars)?;
        let name: UserName = ADMIN.parse().map_err(super::InvalidAccount::Name)?;
        let hash = self.proving.passwords.hash(password, self.store.random()?).await?;
        match self.store.add_user(&name, &Tenant::local(), Role::Admin, Some(&hash), true).await {
            Ok(user) => Ok(Some(FirstAdmin { name: user.name, generated })),
            // Another server was faster.
            Err(StoreError::Account(AccountError::Taken(_))) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes the tokens of the environment instead of those that were given before.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be used.
    pub async fn use_environment(&self, given: EnvironmentTokens) -> Result<(), ServiceError> {
        if let Some(legacy) = &given.legacy {
            self.take_over(legacy).await?;
        }
        *self.proving.given.write().unwrap_or_else(PoisonError::into_inner) = given.tokens;
        self.proving.known.forget();
        Ok(())
    }

    async fn take_over(&self, legacy: &Secret) -> Result<(), ServiceError> {
        let sha256 = sha256_hex(legacy.reveal());
        if !self.store.keep_once(&format!("legacy {sha256}"), "taken over").await? {
            return Ok(());
        }
        // Its own letters are a stranger's choice, and may be few: they name nothing.
        let token = TokenRow {
            sha256: &sha256,
            prefix: "legacy",
            label: "legacy",
            role: Role::Admin,
            tenant: &Tenant::local(),
            user: None,
            source: TokenSource::Legacy,
            expires_ms: None,
        };
        self.store.add_token(token).await?;
        Ok(())
    }
}

/// A password of 120 random bits.
fn generate(random: [u8; 24]) -> Secret {
    random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect::<String>().into()
}
