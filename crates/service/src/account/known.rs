//! The callers behind bearers, remembered for a moment, so that not every request asks the database.
//!
//! Owns how long and how many. Whatever this process changes of users, logins or tokens forgets all at once; what another
//! server changes counts here a few seconds later.

use runcell_model::caller::Caller;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long somebody is remembered.
const FOR: Duration = Duration::from_secs(5);
/// How many are remembered.
const MOST: usize = 4096;

/// Callers by the SHA-256 of their bearer.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    callers: HashMap<[u8; 32], (Instant, Caller)>,
    /// How often all was forgotten.
    forgotten: u64,
}

impl Known {
    /// The caller of a bearer, or what to remember it with after the database was asked.
    pub(super) fn get(&self, sha256: &[u8; 32]) -> Result<Caller, u64> {
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match remembered.callers.get(sha256) {
            Some((since, caller)) if since.elapsed() < FOR => Ok(caller.clone()),
            _ => Err(remembered.forgotten),
        }
    }

    /// Remembers the caller of a bearer, unless all was forgotten since `get` was asked.
    pub(super) fn remember(&self, sha256: [u8; 32], caller: &Caller, forgotten: u64) {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.forgotten != forgotten {
            return;
        }
        if remembered.callers.len() >= MOST {
            remembered.callers.retain(|_, (since, _)| since.elapsed() < FOR);
        }
        if remembered.callers.len() < MOST {
            remembered.callers.insert(sha256, (Instant::now(), caller.clone()));
        }
    }

    /// Forgets all.
    pub(crate) fn forget(&self) {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.callers.clear();
        remembered.forgotten += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::caller::Face;

    #[test]
    fn what_was_asked_before_a_change_is_not_remembered_after_it() {
        let (known, caller) = (Known::default(), Caller::operator(Face::Http));
        let before = known.get(&[1; 32]).expect_err("nobody");
        known.remember([1; 32], &caller, before);
        assert_eq!(known.get(&[1; 32]).expect("remembered"), caller);
        let stale = known.get(&[2; 32]).expect_err("nobody");
        known.forget();
        known.get(&[1; 32]).expect_err("forgotten");
        known.remember([2; 32], &caller, stale);
        known.get(&[2; 32]).expect_err("it was asked before the change");
    }

    #[test]
    fn no_more_are_remembered_than_have_room() {
        let (known, caller) = (Known::default(), Caller::operator(Face::Http));
        for number in 0..u64::try_from(MOST).expect("fits") + 100 {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&number.to_le_bytes());
            let Err(ticket) = known.get(&key) else { continue };
            known.remember(key, &caller, ticket);
        }
        assert_eq!(known.0.lock().expect("no panic").callers.len(), MOST);
    }
}
