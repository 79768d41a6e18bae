//! One caller over HTTP, between its requests.
//!
//! Owns what a caller's requests share: the outputs that are kept for it, and its allowances: requests at a time, bytes of
//! requests under way, bytes of answers that it has not read. Does not know the protocol.

use crate::kept::Kept;
use crate::outbox::{AllUnsent, Outbox};
use runcell_model::caller::{Caller, Tenant};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;
use tokio::sync::Semaphore;

/// Of so many callers outputs are kept between requests; who was away longest goes first.
const REMEMBERED: usize = 64;

/// The owner of things that are kept between requests. A new role does not make another owner.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Owner {
    tenant: Tenant,
    user: String,
}

impl Owner {
    pub(crate) fn of(caller: &Caller) -> Self {
        Self { tenant: caller.tenant.clone(), user: caller.user.clone() }
    }
}

/// The allowances of a caller, and those of all callers together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowances {
    /// Requests of a caller that are being answered.
    pub(crate) requests: usize,
    /// Bytes of requests of a caller that are being read or answered.
    pub(crate) received: usize,
    /// The same of all callers.
    pub(crate) received_in_all: usize,
    /// Bytes of answers that a caller has not read.
    pub(crate) unsent: u64,
    /// The same of all callers.
    pub(crate) unsent_in_all: u64,
    /// Bytes of outputs that are kept for a caller.
    pub(crate) kept: u64,
}

/// One caller.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) kept: Arc<Kept>,
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) requests: Arc<Semaphore>,
    pub(crate) received: Arc<Semaphore>,
    used: Mutex<Instant>,
}

/// The callers whose requests were seen lately.
#[derive(Debug)]
pub(crate) struct KnownClients {
    allowances: Allowances,
    known: Mutex<HashMap<Owner, Arc<Client>>>,
    /// The rest of the bytes that all callers together may send.
    pub(crate) received: Arc<Semaphore>,
    /// Bytes of answers that nobody has read yet.
    unsent: Arc<AllUnsent>,
}

impl KnownClients {
    pub(crate) fn new(allowances: Allowances) -> Self {
        let received = Arc::new(Semaphore::new(allowances.received_in_all));
        let unsent = AllUnsent::new(allowances.unsent_in_all);
        Self { allowances, known: Mutex::default(), received, unsent }
    }

    /// The client that a caller is.
    pub(crate) fn of(&self, owner: &Owner) -> Arc<Client> {
        let mut known = self.known();
        if !known.contains_key(owner) && known.len() >= REMEMBERED {
            forget_one(&mut known);
        }
        let client = known.entry(owner.clone()).or_insert_with(|| Arc::new(self.fresh()));
        *client.used.lock().expect("no holder of this lock panics") = Instant::now();
        client.clone()
    }

    fn fresh(&self) -> Client {
        Client {
            kept: Arc::new(Kept::new(self.allowances.kept)),
            outbox: Arc::new(Outbox::new(self.allowances.unsent, self.unsent.clone())),
            requests: Arc::new(Semaphore::new(self.allowances.requests)),
            received: Arc::new(Semaphore::new(self.allowances.received)),
            used: Mutex::new(Instant::now()),
        }
    }

    /// How many bytes of answers wait to be read, of all callers.
    pub(crate) fn unsent(&self) -> u64 {
        self.unsent.bytes()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Owner, Arc<Client>>> {
        self.known.lock().expect("no holder of this lock panics")
    }
}

/// Forgets the caller who was away longest. One whose request is being answered stays: its allowances are in use.
fn forget_one(known: &mut HashMap<Owner, Arc<Client>>) {
    let used = |client: &Client| *client.used.lock().expect("no holder of this lock panics");
    let idle = known.iter().filter(|(_, client)| Arc::strong_count(client) == 1);
    if let Some(oldest) = idle.min_by_key(|(_, client)| used(client)).map(|(owner, _)| owner.clone()) {
        known.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::caller::{Face, Role};

    const ALLOWANCES: Allowances =
        Allowances { requests: 1, received: 1, received_in_all: 1, unsent: 1, unsent_in_all: 1, kept: 10 };

    fn owner(name: &str) -> Owner {
        Owner::of(&Caller::new(Tenant::local(), name, Role::Runner, Face::Mcp))
    }

    #[test]
    fn who_was_away_longest_is_forgotten_but_never_who_is_served() {
        let clients = KnownClients::new(ALLOWANCES);
        let served = clients.of(&owner("served"));
        let idle = Arc::downgrade(&clients.of(&owner("idle")));
        (0..2 * REMEMBERED).for_each(|number| drop(clients.of(&owner(&number.to_string()))));
        assert!(idle.upgrade().is_none() && Arc::ptr_eq(&served, &clients.of(&owner("served"))));
        assert!(clients.known().len() <= REMEMBERED);
    }

    #[test]
    fn another_role_is_the_same_owner_and_another_tenant_is_not() {
        let caller = |tenant: &str, role| Caller::new(tenant.parse().expect("a name"), "a", role, Face::Mcp);
        assert_eq!(Owner::of(&caller("x", Role::Viewer)), Owner::of(&caller("x", Role::Admin)));
        assert_ne!(Owner::of(&caller("x", Role::Viewer)), Owner::of(&caller("y", Role::Viewer)));
    }
}
