//! The store as a caller sees it: the rows of one tenant, or of all where an admin asked for that.
//!
//! Owns that no query of a caller is made without its scope: each one has a condition on the tenant, so that a check which
//! somebody forgets finds nothing instead of everything. What the server does for itself (claiming, watching, recording)
//! is on [`Store`] and knows no tenants.

use super::Store;
use runcell_model::caller::Scope;

/// The rows that a caller may see. Clones are the same view.
#[derive(Debug, Clone)]
pub struct View {
    pub(crate) store: Store,
    pub(crate) scope: Scope,
}

impl Store {
    /// The store as a caller of this scope sees it.
    #[must_use]
    pub fn view(&self, scope: &Scope) -> View {
        View { store: self.clone(), scope: scope.clone() }
    }

    /// The store as the server itself sees it.
    pub(crate) fn everything(&self) -> View {
        self.view(&Scope::All)
    }
}

impl View {
    /// The value of the condition on the tenant; null finds the rows of all.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.scope.tenant()
    }
}
