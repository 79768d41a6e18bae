//! How many runs go on at the same time, and how many wait for that.
//!
//! Owns the counts. Jobs have a queue of their own in the store.

use crate::error::ServiceError;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most runs under way, and the most that wait.
#[derive(Debug)]
pub(crate) struct Permits {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
}

impl Permits {
    /// At most `running` runs under way and `waiting` that wait.
    pub(crate) fn new(running: usize, waiting: usize) -> Self {
        Self { running: Arc::new(Semaphore::new(running)), waiting: AtomicUsize::new(0), max_waiting: waiting }
    }

    /// Waits until one more run may begin.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] where too many wait.
    pub(super) async fn take(&self) -> Result<OwnedSemaphorePermit, ServiceError> {
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
