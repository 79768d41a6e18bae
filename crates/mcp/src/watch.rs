//! The subscriptions of one connection by address.
//!
//! Owns how many there may be. A subscription that is dropped ends.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio_util::sync::DropGuard;

/// The most subscriptions of a connection.
pub(crate) const MAX_WATCHES: usize = 1000;

/// The subscriptions of a connection by address.
#[derive(Debug, Default)]
pub(crate) struct Watches(Mutex<HashMap<String, DropGuard>>);

impl Watches {
    pub(crate) fn lock(&self) -> MutexGuard<'_, HashMap<String, DropGuard>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all of them.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }
}
