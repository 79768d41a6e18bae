//! The door of users, for admins.
//!
//! Owns who may add, change and remove users, and of which tenant. Proving who one is is in `account`.

mod import;

pub use import::{ImportInto, Imported};

use crate::account::{InvalidAccount, Proving, check_new};
use crate::error::ServiceError;
use crate::secret::Secret;
use crate::trail::Trail;
use runcell_model::account::{UserName, UserRecord};
use runcell_model::caller::{Caller, Operation, Role, Tenant};
use runcell_model::page::{Page, PageRequest};
use runcell_store::{Store, UserRowChange, View};

/// Users, for one caller.
pub struct Users<'a> {
    pub(crate) store: &'a Store,
    pub(crate) proving: &'a Proving,
    pub(crate) trail: &'a Trail,
    pub(crate) caller: &'a Caller,
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The name that it logs in with.
    pub name: String,
    /// Its password; without one it cannot log in, and only tokens act for it.
    pub password: Option<Secret>,
    /// Its rights.
    pub role: Role,
    /// Whose things it sees; none for the caller's own tenant.
    pub tenant: Option<Tenant>,
}

/// Changes to a user.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// Its rights from now on.
    pub role: Option<Role>,
    /// Whether it may do nothing. Its logins end.
    pub disabled: Option<bool>,
    /// Its new password. Its logins end.
    pub password: Option<Secret>,
    /// Change only what was last changed then, in milliseconds since the Unix epoch.
    pub if_changed_ms: Option<i64>,
}

impl Users<'_> {
    /// The users of the tenant by name, a page of them.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller is no admin.
    pub async fn list(&self, page: &PageRequest) -> Result<Page<UserRecord>, ServiceError> {
        self.caller.may(Operation::ReadUsers)?;
        Ok(self.view().users(page).await?)
    }

    /// A user, by its id or name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has no such user.
    pub async fn get(&self, id: &str) -> Result<UserRecord, ServiceError> {
        self.caller.may(Operation::ReadUsers)?;
        Ok(self.view().user(id).await?)
    }

    /// Adds a user.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] where the name is taken or cannot be one, or the password is too short.
    pub async fn add(&self, new: NewUser) -> Result<UserRecord, ServiceError> {
        let act = self.trail.begin(self.caller, Operation::WriteUsers, &new.name)?;
        let added = async {
            let name: UserName = new.name.parse().map_err(InvalidAccount::Name)?;
            let tenant = tenant_of(self.caller, new.tenant)?;
            let hash = self.hash(new.password, name.as_str()).await?;
            Ok(self.store.add_user(&name, &tenant, new.role, hash.as_deref(), false).await?)
        };
        act.during(added).await
    }

    /// Changes a user.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has no such user, [`ServiceError::Invalid`] where no admin would be left or
    /// the user was changed meanwhile.
    pub async fn change(&self, id: &str, change: UserChange) -> Result<UserRecord, ServiceError> {
        let act = self.trail.begin(self.caller, Operation::WriteUsers, id)?;
        let changed = async {
            let user = self.view().user(id).await?;
            let password_hash = self.hash(change.password, &user.name).await?;
            let UserChange { role, disabled, if_changed_ms, .. } = change;
            let change = UserRowChange { role, disabled, password_hash, if_changed_ms };
            let changed = self.view().change_user(&user.id, change).await;
            self.proving.known.forget();
            Ok(changed?)
        };
        act.during(changed).await
    }

    /// Removes a user, with its logins and tokens. What it made belongs to its tenant and stays.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the tenant has no such user, [`ServiceError::Invalid`] where no admin would be left.
    pub async fn remove(&self, id: &str) -> Result<(), ServiceError> {
        let act = self.trail.begin(self.caller, Operation::RemoveUsers, id)?;
        let removed = async {
            let removed = self.view().remove_user(id).await;
            self.proving.known.forget();
            removed?;
            Ok(())
        };
        act.during(removed).await
    }

    async fn hash(&self, password: Option<Secret>, name: &str) -> Result<Option<String>, ServiceError> {
        let Some(password) = password else { return Ok(None) };
        check_new(&password, name, self.proving.config.min_password_chars)?;
        Ok(Some(self.proving.passwords.hash(password, self.store.random()?).await?))
    }

    fn view(&self) -> View {
        self.store.view(self.caller.scope())
    }
}

/// The tenant that something is made for: the caller's own, or another one where it may see those.
pub(crate) fn tenant_of(caller: &Caller, asked: Option<Tenant>) -> Result<Tenant, ServiceError> {
    match asked {
        Some(tenant) if tenant != caller.tenant => {
            caller.may(Operation::SeeAllTenants)?;
            Ok(tenant)
        }
        _ => Ok(caller.tenant.clone()),
    }
}
