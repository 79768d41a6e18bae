//! The door of one's own account.
//!
//! Owns reading who one is, and changing one's own password, which takes the old one.

use crate::account::{InvalidAccount, Proving, check_new};
use crate::error::ServiceError;
use crate::secret::Secret;
use crate::trail::Trail;
use runcell_model::account::{UserName, UserRecord};
use runcell_model::caller::{Caller, Credential, Operation, Role, Scope, Tenant};
use runcell_store::{KnownUser, Store, UserRowChange};

/// One's own account.
pub struct Profile<'a> {
    pub(crate) store: &'a Store,
    pub(crate) proving: &'a Proving,
    pub(crate) trail: &'a Trail,
    pub(crate) caller: &'a Caller,
}

/// A caller, as it sees itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The user; none for a token that acts for itself, and for the operator.
    pub user: Option<UserRecord>,
    /// The name in records and in the audit.
    pub name: String,
    /// Whose things it sees.
    pub tenant: Tenant,
    /// Its rights.
    pub role: Role,
    /// By what it proved who it is.
    pub credential: Credential,
}

impl Profile<'_> {
    /// The caller.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where the store cannot be asked.
    pub async fn get(&self) -> Result<Me, ServiceError> {
        self.caller.may(Operation::ReadProfile)?;
        let user = self.known().await?.map(|known| known.record);
        let Caller { tenant, user: name, role, .. } = self.caller;
        let (name, tenant, credential) = (name.clone(), tenant.clone(), self.caller.credential().clone());
        Ok(Me { user, name, tenant, role: *role, credential })
    }

    /// Changes the caller's password. All its logins end, this one included.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where the old password is wrong, the new one too short, or the caller did not log in;
    /// [`ServiceError::Limited`] after too many attempts.
    pub async fn change_password(&self, old: &str, new: &str) -> Result<(), ServiceError> {
        let act = self.trail.begin(self.caller, Operation::ChangeProfile, &self.caller.user)?;
        act.during(self.change_now(old, new)).await
    }

    async fn change_now(&self, old: &str, new: &str) -> Result<(), ServiceError> {
        let Credential::Login(_) = self.caller.credential() else {
            return Err(InvalidAccount::NoPassword(self.caller.user.clone()).into());
        };
        self.proving.throttle.attempt(&self.caller.user, self.caller.origin().address())?;
        let known = self.known().await?.ok_or_else(|| InvalidAccount::NoPassword(self.caller.user.clone()))?;
        let KnownUser { record, password_hash } = known;
        let new = Secret::from(new);
        check_new(&new, &record.name, self.proving.config.min_password_chars)?;
        if !self.proving.passwords.check(old.into(), password_hash, self.store.random()?, false).await? {
            return Err(InvalidAccount::OldPassword.into());
        }
        let password_hash = Some(self.proving.passwords.hash(new, self.store.random()?).await?);
        let change = UserRowChange { password_hash, ..UserRowChange::default() };
        let view = self.store.view(&Scope::Tenant(self.caller.tenant.clone()));
        let changed = view.change_user(&record.id, change).await;
        self.proving.known.forget();
        changed?;
        Ok(())
    }

    /// The caller's user, of its own tenant.
    async fn known(&self) -> Result<Option<KnownUser>, ServiceError> {
        if matches!(self.caller.credential(), Credential::Machine | Credential::Environment(_) | Credential::Issuer(_))
        {
            return Ok(None);
        }
        let Ok(name) = self.caller.user.parse::<UserName>() else { return Ok(None) };
        let known = self.store.known_user(&name).await?;
        Ok(known.filter(|known| known.record.tenant == self.caller.tenant))
    }
}
