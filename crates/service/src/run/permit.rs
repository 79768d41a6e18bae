//! How many runs go on at the same time, and how many wait for that.
//!
//! Owns the counts. Jobs have a queue of their own in the store.

use crate::account::Limited;
use crate::error::ServiceError;
use crate::tally::{Place, Tally};
use runcell_model::caller::Tenant;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most runs under way, and the most that wait.
#[derive(Debug)]
pub(crate) struct Permits {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
    tenants: Tally,
    /// The most runs of a tenant, those that wait included; 0 for no bound.
    max_of_tenant: u32,
}

/// A run that may go on. Dropping it gives the place back.
#[derive(Debug)]
pub(super) struct Permit {
    _running: OwnedSemaphorePermit,
    _of_tenant: Place,
}

impl Permits {
    /// At most `running` runs under way and `waiting` that wait, and of one tenant at most `of_tenant` of both.
    pub(crate) fn new(running: usize, waiting: usize, of_tenant: u32) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            waiting: AtomicUsize::new(0),
            max_waiting: waiting,
            tenants: Tally::default(),
            max_of_tenant: of_tenant,
        }
    }

    /// Waits until one more run of a tenant may begin.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] where too many wait, [`ServiceError::Limited`] where the tenant has as many as it may.
    pub(super) async fn take(&self, tenant: &Tenant) -> Result<Permit, ServiceError> {
        let of_tenant = self.tenants.take(tenant.as_str(), self.max_of_tenant).map_err(|used| {
            let (used, allowed) = (used.into(), self.max_of_tenant.into());
            Limited { what: "runs of this tenant at the same time", used, allowed, retry_after_ms: 1000 }
        })?;
        Ok(Permit { _running: self.place().await?, _of_tenant: of_tenant })
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, ServiceError> {
        if let Ok(permit) = self.running.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let _waiting = Waiting::begin(self)?;
        let permit = self.running.clone().acquire_owned().await;
        permit.map_err(|_| ServiceError::Internal("the permits were closed".to_owned()))
    }
}

/// A run that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(permits: &'a Permits) -> Result<Self, ServiceError> {
        let waiting = Self(&permits.waiting);
        let before = permits.waiting.fetch_add(1, Ordering::Relaxed);
        if before >= permits.max_waiting { Err(ServiceError::busy(before)) } else { Ok(waiting) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
