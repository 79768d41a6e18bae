//! Users that come from gorun.
//!
//! Owns what becomes of each: a name, a role, a tenant, and the hash that it had. A user that is here already stays as it is.

use super::{Users, tenant_of};
use crate::account::InvalidAccount;
use crate::account::bcrypt;
use crate::error::ServiceError;
use runcell_model::account::UserName;
use runcell_model::caller::{Operation, Role, Tenant};
use runcell_store::{AccountError, GorunUser, StoreError};

/// Whose things users that come from elsewhere see.
#[derive(Debug, Clone)]
pub enum ImportInto {
    /// All see the things of one tenant; none for the caller's own.
    One(Option<Tenant>),
    /// Admins see those of the caller's tenant, and everybody else has a tenant of the same name.
    Each,
}

/// The result for a user that came from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// It was added with this role, to this tenant.
    Added(Role, Tenant),
    /// There is a user of this name, which stays as it is.
    Exists,
    /// It cannot be a user here.
    Unfit(InvalidAccount),
}

impl Users<'_> {
    /// Adds a user of gorun with the password that it has there. Its admins are admins, all others runners.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller may not add it.
    pub async fn import(&self, user: &GorunUser, into: &ImportInto) -> Result<Imported, ServiceError> {
        let act = self.trail.begin(self.caller, Operation::WriteUsers, &user.email)?;
        match act.during(self.import_now(user, into)).await {
            Ok(added) => Ok(added),
            Err(ServiceError::Invalid(crate::request::InvalidRequest::Account(error))) => match error {
                InvalidAccount::Clash(AccountError::Taken(_)) => Ok(Imported::Exists),
                error => Ok(Imported::Unfit(error)),
            },
            Err(error) => Err(error),
        }
    }

    async fn import_now(&self, user: &GorunUser, into: &ImportInto) -> Result<Imported, ServiceError> {
        let name: UserName = user.email.parse().map_err(InvalidAccount::Name)?;
        bcrypt::check_form(&user.password_hash)?;
        let role = if user.is_admin { Role::Admin } else { Role::Runner };
        let asked = match into {
            ImportInto::One(tenant) => tenant.clone(),
            ImportInto::Each if user.is_admin => None,
            ImportInto::Each => Some(name.as_str().parse().map_err(InvalidAccount::Name)?),
        };
        let tenant = tenant_of(self.caller, asked)?;
        let added = self.store.add_user(&name, &tenant, role, Some(&user.password_hash), false).await;
        added.map(|_| Imported::Added(role, tenant)).map_err(|error: StoreError| error.into())
    }
}
