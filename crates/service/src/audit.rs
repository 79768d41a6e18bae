//! The door of the audit, for admins: reading who did what.
//!
//! Owns the question. Lines are made in `trail`; nothing here or elsewhere changes one.

use crate::error::ServiceError;
use crate::trail::Trail;
use runcell_model::account::{AuditFilter, AuditRecord};
use runcell_model::caller::{Caller, Operation};
use runcell_model::page::Page;
use runcell_store::Store;

/// The audit, for one caller.
pub struct Audit<'a> {
    pub(crate) store: &'a Store,
    pub(crate) trail: &'a Trail,
    pub(crate) caller: &'a Caller,
}

impl Audit<'_> {
    /// The lines of the tenant that a filter selects, the newest first, a page of them. All that was done before is there.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] where the caller is no admin.
    pub async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, ServiceError> {
        self.caller.may(Operation::ReadAudit)?;
        self.trail.flush().await;
        Ok(self.store.view(self.caller.scope()).audit(filter).await?)
    }
}
