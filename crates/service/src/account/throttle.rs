//! How often somebody may try to log in: by account, and by address.
//!
//! Owns the counting. Names and addresses are made up by strangers, so they fall into a fixed number of buckets (chosen by a
//! hash that is new in every process): the memory has a bound, and two that share a bucket wait for each other at worst.

use super::error::Limited;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use runcell_model::caller::network;
use runcell_model::config::AccountsConfig;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;

/// How many buckets there are of each kind.
const BUCKETS: u64 = 1 << 16;

/// Attempts by account and by address.
pub(crate) struct Throttle {
    accounts: DefaultKeyedRateLimiter<u64>,
    addresses: DefaultKeyedRateLimiter<u64>,
    clock: DefaultClock,
    hasher: RandomState,
    per_account: u32,
    per_address: u32,
}

impl Throttle {
    /// Within the bounds of a configuration.
    pub(crate) fn new(config: &AccountsConfig) -> Self {
        let limiter =
            |most: u32| RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN)));
        Self {
            accounts: limiter(config.attempts_per_account),
            addresses: limiter(config.attempts_per_address),
            clock: DefaultClock::default(),
            hasher: RandomState::new(),
            per_account: config.attempts_per_account,
            per_address: config.attempts_per_address,
        }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// [`Limited`] says when the next one is allowed.
    pub(crate) fn attempt(&self, account: &str, address: Option<IpAddr>) -> Result<(), Limited> {
        if let Some(address) = address {
            let what = "attempts to log in from this address";
            self.check(&self.addresses, self.hasher.hash_one(network(address)), what, self.per_address)?;
        }
        let account = self.hasher.hash_one(account.to_ascii_lowercase());
        self.check(&self.accounts, account, "attempts to log in to this account", self.per_account)
    }

    fn check(
        &self,
        limiter: &DefaultKeyedRateLimiter<u64>,
        hash: u64,
        what: &'static str,
        most: u32,
    ) -> Result<(), Limited> {
        limiter.check_key(&(hash % BUCKETS)).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now()).as_millis();
            let retry_after_ms = u64::try_from(wait).unwrap_or(u64::MAX).max(1);
            Limited { what, used: most.into(), allowed: most.into(), retry_after_ms }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle(account: u32, address: u32) -> Throttle {
        let (attempts_per_account, attempts_per_address) = (account, address);
        Throttle::new(&AccountsConfig { attempts_per_account, attempts_per_address, ..AccountsConfig::default() })
    }

    #[test]
    fn an_account_is_tried_so_often_from_anywhere() {
        let throttle = throttle(2, 1000);
        let from = |last: u8| Some(IpAddr::from([10, 0, 0, last]));
        throttle.attempt("ann", from(1)).expect("the first");
        throttle.attempt("ANN", from(2)).expect("the second");
        let error = throttle.attempt("ann", from(3)).expect_err("a third");
        assert_eq!((error.allowed, error.what), (2, "attempts to log in to this account"));
        assert!((1..=30_000).contains(&error.retry_after_ms), "{error}");
        throttle.attempt("bob", from(3)).expect("another account");
    }

    #[test]
    fn an_address_is_a_network() {
        let throttle = throttle(1000, 2);
        let from = |text: &str| Some(text.parse().expect("an address"));
        throttle.attempt("a", from("2001:db8::1")).expect("the first");
        throttle.attempt("b", from("2001:db8::ffff:0:0:2")).expect("the second");
        throttle.attempt("c", from("2001:db8::3")).expect_err("a third of the same network");
        throttle.attempt("d", from("2001:db8:0:1::1")).expect("another network");
        throttle.attempt("e", None).expect("a unix socket has no address");
    }

    #[test]
    fn made_up_names_do_not_take_memory_without_end() {
        let throttle = throttle(1, 1);
        for number in 0..200_000 {
            let _either = throttle.attempt(&number.to_string(), None);
        }
        assert!(throttle.accounts.len() <= usize::try_from(BUCKETS).expect("fits"));
    }
}
