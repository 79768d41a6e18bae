//! The first admin, and the tokens that the environment gives: what a server does once, before it listens.
//!
//! Owns that the first admin is made once, also where several servers start together, and that a token of a system that this one
//! replaces is taken over once: removed, it stays so.

use super::environment::EnvironmentTokens;
use super::error::InvalidAccount;
use super::{Accounts, check_new};
use crate::error::ServiceError;
use crate::secret::{Secret, sha256_hex};
use runcell_model::account::{AuditLine, TokenSource, UserName};
use runcell_model::caller::{Face, Operation, Role, Tenant};
use runcell_store::{AccountError, StoreError, TokenRow};
use std::sync::PoisonError;

/// The shortest secret that signs, in bytes.
const MIN_SIGNING_BYTES: usize = 32;

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
    /// Asks the issuer of the configuration for its keys, if there is one, so that a mistake is seen at once; answers its name and
    /// why it cannot be asked now.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the configuration cannot be used on this machine.
    pub async fn ask_issuer(&self) -> Result<Option<(&str, Option<String>)>, ServiceError> {
        let Some(issuer) = self.proving.issuer()? else { return Ok(None) };
        let asked = issuer.ready().await;
        Ok(Some((issuer.url(), asked.err().map(|error| error.to_string()))))
    }

    /// Makes the first admin where there is no user at all, with this password or a generated one. Where only an issuer says who
    /// somebody is, none is made.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where the password is too short.
    pub async fn first_admin(&self, password: Option<Secret>) -> Result<Option<FirstAdmin>, ServiceError> {
        if !self.proving.takes_passwords() || self.store.user_count().await? > 0 {
            return Ok(None);
        }
        let generated = if password.is_none() { Some(generate(self.store.random()?)) } else { None };
        let Some(password) = password.or_else(|| generated.clone()) else { return Ok(None) };
        check_new(&password, ADMIN, self.proving.config.min_password_chars)?;
        let name: UserName = ADMIN.parse().map_err(InvalidAccount::Name)?;
        let hash = self.proving.passwords.hash(password, self.store.random()?).await?;
        match self.store.add_user(&name, &Tenant::local(), Role::Admin, Some(&hash), true).await {
            Ok(user) => {
                self.note(Operation::WriteUsers, &user.name, "the first admin").await?;
                Ok(Some(FirstAdmin { name: user.name, generated }))
            }
            // Another server was faster.
            Err(StoreError::Account(AccountError::Taken(_))) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Signs access tokens with this secret instead of one that the database keeps. To be called before anybody logs in.
    ///
    /// # Errors
    /// [`InvalidAccount::ShortSecret`] where it is too easy to guess.
    pub fn sign_with(&self, secret: Secret) -> Result<(), InvalidAccount> {
        if secret.reveal().len() < MIN_SIGNING_BYTES {
            return Err(InvalidAccount::ShortSecret(MIN_SIGNING_BYTES));
        }
        // A second one comes too late: there are tokens of the first.
        let _ = self.proving.signing.set(secret);
        Ok(())
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
        let added = self.store.add_token(token).await?;
        self.note(Operation::MakeTokens, &added.id, "a token of an older system was taken over, with the label legacy")
            .await
    }

    /// Leaves a line of the audit about what a server does before anybody asks.
    async fn note(&self, operation: Operation, object: &str, detail: &str) -> Result<(), ServiceError> {
        let (tenant, role) = (Tenant::local().to_string(), Role::Admin.name().to_owned());
        let (user, face) = ("(server)".to_owned(), Face::Shell.name().to_owned());
        let (operation, object, detail) = (operation.name().to_owned(), object.to_owned(), detail.to_owned());
        let end = "done".to_owned();
        let line = AuditLine { tenant, user, role, face, operation, object, detail, end, ..AuditLine::default() };
        self.trail.write(line).await
    }
}

/// A password of 120 random bits.
fn generate(random: [u8; 24]) -> Secret {
    random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect::<String>().into()
}
