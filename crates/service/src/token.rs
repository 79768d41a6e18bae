//! The door of tokens, for admins.
//!
//! Owns what a token may be: its label, its role within that of its user, its end. Its secret is shown once.

use crate::account::{InvalidAccount, Proving, random_secret};
use crate::error::ServiceError;
use crate::secret::{Secret, sha256_hex};
use crate::trail::Trail;
use crate::user::tenant_of;
use runcell_model::account::{TokenRecord, TokenSource, UserName, UserRecord};
use runcell_model::caller::{Caller, Operation, Role, Scope, Tenant};
use runcell_model::page::{Page, PageRequest};
use runcell_store::{Store, TokenRow};

/// How the secret of a token begins, and how much of it names the token: 32 bits of 256.
const PREFIX: &str = "rc_";
const SHOWN: usize = 11;

/// The longest label, in characters.
const MAX_LABEL: usize = 100;

/// Tokens, for one caller.
pub struct Tokens<'a> {
    pub(crate) store: &'a Store,
    pub(crate) proving: &'a Proving,
    pub(crate) trail: &'a Trail,
    pub(crate) caller: &'a Caller,
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Its purpose.
    pub label: String,
    /// Its rights.
    pub role: Role,
    /// The name of the user that it acts for; without one it acts for itself.
    pub user: Option<String>,
    /// Whose things it sees; none for its user's tenant, or the caller's own.
    pub tenant: Option<Tenant>,
    /// When it ends, in milliseconds since the Unix epoch; none for never.
    pub expires_ms: Option<i64>,
}

/// A token that was made.
#[derive(Debug, Clone)]
pub struct MadeToken {
    /// The token for `Authorization: Bearer`. It is not kept, and cannot be shown again.
    pub secret: Secret,
    /// All that is kept of it.
    pub record: TokenRecord,
}

impl Tokens<'_> {
    /// The tokens of the tenant, the newest first, a page of them.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller is no admin.
    pub async fn list(&self, page: &PageRequest) -> Result<Page<TokenRecord>, ServiceError> {
        self.caller.may(Operation::ReadTokens)?;
        Ok(self.store.view(self.caller.scope()).tokens(page).await?)
    }

    /// Makes a token.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where it has no label, would have more rights than its user, or would have ended already.
    pub async fn make(&self, new: NewToken) -> Result<MadeToken, ServiceError> {
        let act = self.trail.begin(self.caller, Operation::MakeTokens, &new.label)?;
        act.during(self.make_now(new)).await
    }

    async fn make_now(&self, new: NewToken) -> Result<MadeToken, ServiceError> {
        let label = new.label.trim();
        if label.is_empty() || label.chars().count() > MAX_LABEL || label.chars().any(char::is_control) {
            return Err(InvalidAccount::Label(MAX_LABEL).into());
        }
        if let Some(expires_ms) = new.expires_ms
            && expires_ms <= self.store.now_ms().await?
        {
            return Err(InvalidAccount::Expiry(expires_ms).into());
        }
        let tenant = tenant_of(self.caller, new.tenant)?;
        let user = match &new.user {
            Some(name) => Some(self.user(&tenant, name, new.role).await?),
            None => None,
        };
        let secret = random_secret(self.store, PREFIX)?;
        let row = TokenRow {
            sha256: &sha256_hex(secret.reveal()),
            prefix: &secret.reveal()[..SHOWN],
            label,
            role: new.role,
            tenant: &tenant,
            user: user.as_ref(),
            source: TokenSource::Managed,
            expires_ms: new.expires_ms,
        };
        let record = self.store.add_token(row).await?;
        Ok(MadeToken { secret, record })
    }

    /// The user that a token acts for, who has its role.
    async fn user(&self, tenant: &Tenant, name: &str, role: Role) -> Result<UserRecord, ServiceError> {
        let user: UserName = name.parse().map_err(InvalidAccount::Name)?;
        let found = self.store.view(&Scope::Tenant(tenant.clone())).user(user.as_str()).await?;
        if role > found.role {
            return Err(InvalidAccount::AboveUser { role, user, has: found.role }.into());
        }
        Ok(found)
    }

    /// Takes a token back, by its id.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has no such token, [`ServiceError::Invalid`] where no admin's would be left.
    pub async fn remove(&self, id: &str) -> Result<(), ServiceError> {
        let act = self.trail.begin(self.caller, Operation::RemoveTokens, id)?;
        let removed = async {
            let removed = self.store.view(self.caller.scope()).remove_token(id).await;
            self.proving.known.forget();
            Ok(removed?)
        };
        act.during(removed).await
    }
}
