//! Logging in, staying logged in, and logging out.
//!
//! Owns the order of a login: the throttle first, then the user, then one hash whether there is a user or not, and only then
//! an answer, which is the same for every way to fail.

use super::bcrypt;
use super::error::Unauthenticated;
use super::{Accounts, Proving};
use crate::error::ServiceError;
use crate::secret::{Secret, hex, sha256_hex};
use runcell_model::account::{AuditLine, UserName, UserRecord};
use runcell_model::caller::{Face, Origin};
use runcell_store::{NewLogin, Refreshed, Store};

/// How the secrets of refresh tokens and of web pages begin.
const REFRESH: &str = "rr_";
pub(super) const PAGE: &str = "rs_";

/// A user that has just proved who it is.
#[derive(Debug, Clone)]
pub struct Login {
    /// The token for `Authorization: Bearer`.
    pub access_token: Secret,
    /// When it ends, in milliseconds since the Unix epoch.
    pub access_expires_ms: i64,
    /// The token for the next access token, good once.
    pub refresh_token: Secret,
    /// When it ends, in milliseconds since the Unix epoch.
    pub refresh_expires_ms: i64,
    /// The user.
    pub user: UserRecord,
}

/// A user that has just proved who it is to a web page.
#[derive(Debug, Clone)]
pub struct PageLogin {
    /// The value of the page's cookie.
    pub secret: Secret,
    /// When it ends, in milliseconds since the Unix epoch.
    pub expires_ms: i64,
    /// The user.
    pub user: UserRecord,
}

impl Accounts<'_> {
    /// Opens a login with a name and a password.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] where they do not fit, [`ServiceError::Limited`] after too many attempts.
    pub async fn login(&self, name: &str, password: &str, origin: &Origin) -> Result<Login, ServiceError> {
        let user = self.prove(name, password, origin).await?;
        let (login, refresh) = (hex(&self.store.random::<16>()?), random_secret(self.store, REFRESH)?);
        let lasts = self.proving.config.refresh_token_seconds;
        let kept = sha256_hex(refresh.reveal());
        let refresh_expires_ms = self.open(&login, &user, (Some(&kept), None), lasts, origin).await?;
        self.issue(user, &login, refresh, refresh_expires_ms).await
    }

    /// Opens a login of a web page: its cookie holds one secret that is good until it ends.
    ///
    /// # Errors
    /// As [`Accounts::login`].
    pub async fn login_page(&self, name: &str, password: &str, origin: &Origin) -> Result<PageLogin, ServiceError> {
        let user = self.prove(name, password, origin).await?;
        let (login, secret) = (hex(&self.store.random::<16>()?), random_secret(self.store, PAGE)?);
        let kept = sha256_hex(secret.reveal());
        let expires_ms =
            self.open(&login, &user, (None, Some(&kept)), self.proving.config.page_seconds, origin).await?;
        Ok(PageLogin { secret, expires_ms, user })
    }

    /// Takes a refresh token and gives a new one with a new access token.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] where it is not known. Where it was used before, its login ends.
    pub async fn refresh(&self, refresh_token: &str, origin: &Origin) -> Result<Login, ServiceError> {
        // Guessing one is hopeless; asking for the database's time without end is not.
        self.proving.throttle.attempt(&format!("refresh {}", sha256_hex(refresh_token)), origin.address())?;
        let fresh = random_secret(self.store, REFRESH)?;
        let lasts_ms = milliseconds(self.proving.config.refresh_token_seconds);
        let refreshed = self.store.refresh(&sha256_hex(refresh_token), &sha256_hex(fresh.reveal()), lasts_ms).await?;
        match refreshed {
            Refreshed::Renewed { login, user, expires_ms } => self.issue(user, &login, fresh, expires_ms).await,
            Refreshed::Reused(user) => {
                self.proving.known.forget();
                let line = line(Some(&user), "auth.refresh", "refused", "a refresh token was used twice", origin);
                self.trail.write(line).await?;
                Err(Unauthenticated::Reused.into())
            }
            Refreshed::Unknown => Err(Unauthenticated::Refresh.into()),
        }
    }

    /// Ends the login of an access token, a refresh token or a page's secret; with `everywhere`, all logins of its user.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] where it is none that is good.
    pub async fn logout(&self, secret: &str, everywhere: bool, origin: &Origin) -> Result<(), ServiceError> {
        let login = if secret.starts_with(REFRESH) {
            self.store.refresh_login(&sha256_hex(secret)).await?
        } else if secret.starts_with(PAGE) {
            self.store.page_login(&sha256_hex(secret)).await?.map(|(login, _)| login)
        } else {
            Some(self.proving.key(self.store).await?.check(secret)?.sid)
        };
        let login = login.ok_or(Unauthenticated::Token)?;
        let user = self.store.user_of_login(&login).await?.ok_or(Unauthenticated::Token)?;
        if everywhere {
            self.store.end_logins(&user.id).await?;
        } else {
            self.store.end_login(&login).await?;
        }
        self.proving.known.forget();
        let detail = if everywhere { "everywhere" } else { "" };
        self.trail.write(line(Some(&user), "auth.logout", "done", detail, origin)).await
    }

    /// The user of a name and a password.
    async fn prove(&self, name: &str, password: &str, origin: &Origin) -> Result<UserRecord, ServiceError> {
        if !self.proving.takes_passwords() {
            return Err(Unauthenticated::NoPasswords.into());
        }
        let Proving { throttle, passwords, .. } = self.proving;
        throttle.attempt(name, origin.address())?;
        let known = match name.parse::<UserName>() {
            Ok(name) => self.store.known_user(&name).await?,
            Err(_) => None,
        };
        let hash = known.as_ref().and_then(|user| user.password_hash.clone());
        let foreign = self.store.has_foreign_hashes().await?;
        let is_right = passwords.check(password.into(), hash.clone(), self.store.random()?, foreign).await?;
        let user = known.map(|known| known.record);
        let allowed = user.clone().filter(|user| is_right && !user.disabled);
        let end = if allowed.is_some() { "done" } else { "refused" };
        // The name of a user that there is not may be a password in the wrong field.
        self.trail.write(line(user.as_ref(), "auth.login", end, "", origin)).await?;
        let user = allowed.ok_or(Unauthenticated::Password)?;
        if let Some(hash) = hash.filter(|hash| bcrypt::is_one(hash)) {
            let renewed = passwords.hash(password.into(), self.store.random()?).await?;
            self.store.renew_hash(&user.id, &hash, &renewed).await?;
        }
        Ok(user)
    }

    /// Keeps a login; answers when it ends.
    async fn open(
        &self,
        id: &str,
        user: &UserRecord,
        (refresh_sha256, page_sha256): (Option<&str>, Option<&str>),
        seconds: u64,
        origin: &Origin,
    ) -> Result<i64, ServiceError> {
        let login = NewLogin {
            id,
            user_id: &user.id,
            refresh_sha256,
            page_sha256,
            address: origin.address().map(|address| address.to_string()),
            lasts_ms: milliseconds(seconds),
            most: self.proving.config.logins_per_user,
        };
        Ok(self.store.open_login(login).await?)
    }

    async fn issue(
        &self,
        user: UserRecord,
        login: &str,
        refresh_token: Secret,
        refresh_expires_ms: i64,
    ) -> Result<Login, ServiceError> {
        let key = self.proving.key(self.store).await?;
        let (access_token, ends) = key.sign(&user.id, login, self.proving.config.access_token_seconds)?;
        let access_expires_ms = ends.saturating_mul(1000);
        Ok(Login { access_token, access_expires_ms, refresh_token, refresh_expires_ms, user })
    }
}

/// A secret of 256 random bits that says what it is for.
pub(crate) fn random_secret(store: &Store, prefix: &str) -> Result<Secret, ServiceError> {
    Ok(format!("{prefix}{}", hex(&store.random::<32>()?)).into())
}

fn milliseconds(seconds: u64) -> i64 {
    i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX)
}

/// A line of the audit about somebody who proves, or does not prove, to be a user.
fn line(user: Option<&UserRecord>, operation: &str, end: &str, detail: &str, origin: &Origin) -> AuditLine {
    AuditLine {
        request_id: origin.request_id().map(str::to_owned),
        tenant: user.map_or("local", |user| user.tenant.as_str()).to_owned(),
        user: user.map_or("(unknown)", |user| user.name.as_str()).to_owned(),
        role: user.map_or("", |user| user.role.name()).to_owned(),
        face: Face::Http.name().to_owned(),
        operation: operation.to_owned(),
        address: origin.address().map(|address| address.to_string()),
        end: end.to_owned(),
        detail: detail.to_owned(),
        ..AuditLine::default()
    }
}
