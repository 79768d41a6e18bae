//! One request over HTTP and its answer.
//!
//! Owns what they hold of their client's allowances, and gives it back when the answer was sent or nobody wants it any more.

use crate::client::Client;
use crate::outbox::{Outbox, Unsent};
use runcell_model::caller::Caller;
use serde::Serialize;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

/// One request and its answer.
pub(crate) struct Exchange {
    pub(crate) caller: Arc<Caller>,
    pub(crate) client: Arc<Client>,
    /// Cancelled when the server ends, or the connection that the request belongs to.
    pub(crate) ending: CancellationToken,
    /// Given back when the request is answered and the answer is gone.
    pub(crate) holds: Vec<Hold>,
    unsent: Mutex<Option<Vec<Unsent>>>,
}

/// A part of an allowance.
pub(crate) enum Hold {
    /// Of requests or bytes.
    Permit(#[expect(dead_code, reason = "it is given back when it is dropped")] OwnedSemaphorePermit),
    /// That a connection is in use.
    Use(#[expect(dead_code, reason = "the use ends when it is dropped")] Box<dyn Send + Sync>),
}

impl Exchange {
    /// An exchange that holds nothing yet.
    pub(crate) fn new(caller: Caller, client: Arc<Client>, ending: CancellationToken) -> Self {
        let unsent = Mutex::new(Some(Vec::new()));
        Self { caller: Arc::new(caller), client, ending, holds: Vec::new(), unsent }
    }

    /// Counts a result as unsent until the answer is gone.
    pub(crate) fn hold(&self, result: &impl Serialize) {
        let bytes = length(result);
        if let Some(unsent) = &mut *self.unsent() {
            unsent.push(Outbox::hold(&self.client.outbox, usize::try_from(bytes).unwrap_or(usize::MAX)));
        }
    }

    /// The answer was sent, or will never be.
    pub(crate) fn sent(&self) {
        let held = self.unsent().take();
        drop(held);
    }

    fn unsent(&self) -> MutexGuard<'_, Option<Vec<Unsent>>> {
        self.unsent.lock().expect("no holder of this lock panics")
    }
}

/// How long a value is as JSON, in bytes.
fn length(value: &impl Serialize) -> u64 {
    struct Count(u64);
    impl Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, value) {
        Ok(()) => count.0,
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_that_of_the_json() {
        for value in [serde_json::json!({ "a": ["é\n", 1.5, null] }), serde_json::json!("x")] {
            assert_eq!(length(&value), value.to_string().len() as u64);
        }
    }
}
