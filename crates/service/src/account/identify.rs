//! Whose a bearer is.
//!
//! Owns the order: a token of the environment, a token of the issuer, then what was found a moment ago, then what the database
//! knows: a token, a page's secret, or the login of an access token. Rights are the user's of now, not those of the time of the login.

use super::Accounts;
use super::enter::PAGE;
use super::environment;
use super::error::Unauthenticated;
use crate::error::{ServiceError, Unavailable};
use crate::secret::{hex, same, sha256};
use runcell_model::account::UserRecord;
use runcell_model::caller::{Caller, Credential, Face, Origin};
use runcell_oidc::{Identity, Issuer, Refused, TokenError};
use runcell_store::KnownToken;

/// The longest bearer that is looked at, in bytes.
const MAX_BYTES: usize = 4096;
/// The same where an issuer makes tokens: they may hold many groups.
const MAX_ISSUED_BYTES: usize = 16 << 10;

impl Accounts<'_> {
    /// The caller whose bearer this is: an access token, a token, a token of the environment, or a page's secret.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] where it is nobody's.
    pub async fn identify(&self, bearer: &str, origin: &Origin, face: Face) -> Result<Caller, ServiceError> {
        let issuer = self.proving.issuer()?;
        let most = if issuer.is_some() { MAX_ISSUED_BYTES } else { MAX_BYTES };
        if bearer.is_empty() || bearer.len() > most {
            return Err(Unauthenticated::Token.into());
        }
        let sha256 = sha256(bearer);
        let given = environment::find(&self.proving.given(), &sha256, face);
        if let Some(caller) = given {
            return Ok(caller.at(origin.clone()));
        }
        // A signature and its time are looked at each time.
        let is_signed = bearer.split('.').count() == 3;
        let claims = if is_signed { Some(self.proving.key(self.store).await?.check(bearer)) } else { None };
        let claims = match claims {
            Some(Ok(claims)) => Some(claims),
            Some(Err(_)) if bearer.starts_with("ey") => {
                let issuer = issuer.ok_or(Unauthenticated::Token)?;
                return Ok(of_issuer(issuer, bearer, face).await?.at(origin.clone()));
            }
            Some(Err(_)) | None => None,
        };
        let ticket = match self.proving.known.get(&sha256) {
            Ok(caller) => return Ok(through(&caller, face).at(origin.clone())),
            Err(ticket) => ticket,
        };
        let found = match claims {
            Some(claims) => self.of_login(&claims.sid, &claims.sub, face).await?,
            None if bearer.starts_with(PAGE) => self.of_page(&hex(&sha256), face).await?,
            None => self.of_token(&hex(&sha256), face).await?,
        };
        let caller = found.ok_or(Unauthenticated::Token)?;
        self.proving.known.remember(sha256, &caller, ticket);
        Ok(caller.at(origin.clone()))
    }

    async fn of_login(&self, login: &str, user: &str, face: Face) -> Result<Option<Caller>, ServiceError> {
        let found = self.store.user_of_login(login).await?.filter(|found| found.id == user);
        Ok(found.map(|user| of_user(&user, face)))
    }

    async fn of_page(&self, sha256: &str, face: Face) -> Result<Option<Caller>, ServiceError> {
        Ok(self.store.page_login(sha256).await?.map(|(_, user)| of_user(&user, face)))
    }

    async fn of_token(&self, sha256: &str, face: Face) -> Result<Option<Caller>, ServiceError> {
        // The database finds it by its hash, which says nothing of the secret; that it is the same is seen in constant time.
        let known = self.store.known_token(sha256).await?.filter(|known| same(&known.sha256, sha256));
        Ok(known.map(|known| of_known(&known, face)))
    }
}

/// The caller whom a token of the issuer names.
async fn of_issuer(issuer: &Issuer, bearer: &str, face: Face) -> Result<Caller, ServiceError> {
    let identity = issuer.check(bearer).await.map_err(|error| match error {
        TokenError::Refused(Refused::Role) => ServiceError::from(Unauthenticated::NoRole),
        TokenError::Refused(reason) => {
            // A stranger learns nothing of it; the operator may want to.
            tracing::debug!(%reason, "a token of the issuer was refused");
            Unauthenticated::Token.into()
        }
        TokenError::Unreachable(_) => Unavailable::Issuer.into(),
    })?;
    let Identity { subject, user, tenant, role } = identity;
    Ok(Caller::new(tenant, &user, role, face).with(Credential::Issuer(subject)))
}

/// The same caller through another face.
fn through(caller: &Caller, face: Face) -> Caller {
    Caller::new(caller.tenant.clone(), &caller.user, caller.role, face).with(caller.credential().clone())
}

fn of_user(user: &UserRecord, face: Face) -> Caller {
    Caller::new(user.tenant.clone(), &user.name, user.role, face).with(Credential::Login(user.id.clone()))
}

/// The caller of a token: its user, with no more than that user's rights, or the token itself.
fn of_known(known: &KnownToken, face: Face) -> Caller {
    let record = &known.record;
    let (user, role) = match &known.user {
        Some(user) => (user.name.clone(), record.role.min(user.role)),
        // No user has such a name.
        None => (format!("token:{}", record.label), record.role),
    };
    Caller::new(record.tenant.clone(), &user, role, face).with(Credential::Token(record.id.clone()))
}
