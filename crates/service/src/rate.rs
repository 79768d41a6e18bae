//! How many requests a tenant and a token may make: in a minute, and at the same time.
//!
//! Owns the counting, in this process: several servers count each for itself. Only callers who proved who they are are counted,
//! so that the names are as many as there are users and tokens.

use crate::account::Limited;
use crate::tally::{Place, Tally};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use runcell_model::caller::Caller;
use runcell_model::config::RatesConfig;
use std::num::NonZeroU32;

/// From how many names on those that nobody counts any more are looked for.
const MANY: usize = 10_000;

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// The counts of requests.
pub(crate) struct Rates {
    config: RatesConfig,
    tenants: Option<Limiter>,
    tokens: Option<Limiter>,
    clock: DefaultClock,
    at_once: Tally,
}

/// A request that may go on; hold it as long as it does. The numbers are those of the tighter of the bounds in a minute; without
/// a bound all are 0.
#[derive(Debug)]
pub struct Admission {
    /// How many requests there may be in a minute.
    pub limit: u64,
    /// How many more there may be at once.
    pub remaining: u64,
    /// When all of them may be made again, in milliseconds.
    pub reset_ms: u64,
    _places: [Place; 2],
}

impl Rates {
    /// Within the bounds of a configuration.
    pub(crate) fn new(config: RatesConfig) -> Self {
        let limiter = |most: u32| {
            let most = NonZeroU32::new(most)?;
            Some(RateLimiter::keyed(Quota::per_minute(most)).with_middleware::<StateInformationMiddleware>())
        };
        let (tenants, tokens) = (limiter(config.tenant_per_minute), limiter(config.token_per_minute));
        Self { config, tenants, tokens, clock: DefaultClock::default(), at_once: Tally::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`Limited`] says which bound was reached, and when the next request may come.
    pub(crate) fn admit(&self, caller: &Caller) -> Result<Admission, Limited> {
        let (tenant, token) = (caller.tenant.to_string(), caller.credential().key());
        let tenant_place = self.place(&format!("tenant {tenant}"), self.config.tenant_at_once)?;
        let token_place = self.place(&token, self.config.token_at_once)?;
        let tenants = self.count(self.tenants.as_ref(), tenant, "requests of this tenant in a minute")?;
        let tokens = self.count(self.tokens.as_ref(), token, "requests of this token in a minute")?;
        let tighter = [tenants, tokens].into_iter().flatten().min_by_key(|(_, remaining)| *remaining);
        let (limit, remaining) = tighter.unwrap_or_default();
        let used = u64::from(limit - remaining);
        let reset_ms = if limit == 0 { 0 } else { used * 60_000 / u64::from(limit) };
        let _places = [tenant_place, token_place];
        Ok(Admission { limit: limit.into(), remaining: remaining.into(), reset_ms, _places })
    }

    fn place(&self, name: &str, most: u32) -> Result<Place, Limited> {
        self.at_once.take(name, most).map_err(|used| {
            let (used, allowed) = (used.into(), most.into());
            Limited { what: "requests at the same time", used, allowed, retry_after_ms: 1000 }
        })
    }

    /// How many there may be, and how many more; none without a bound.
    fn count(
        &self,
        limiter: Option<&Limiter>,
        name: String,
        what: &'static str,
    ) -> Result<Option<(u32, u32)>, Limited> {
        let Some(limiter) = limiter else { return Ok(None) };
        if limiter.len() > MANY {
            limiter.retain_recent();
        }
        match limiter.check_key(&name) {
            Ok(state) => Ok(Some((state.quota().burst_size().get(), state.remaining_burst_capacity()))),
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now()).as_millis();
                let retry_after_ms = u64::try_from(wait).unwrap_or(u64::MAX).max(1);
                let allowed = until.quota().burst_size().get().into();
                Err(Limited { what, used: allowed, allowed, retry_after_ms })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::caller::{Credential, Face, Role};

    fn caller(tenant: &str, token: &str) -> Caller {
        let caller = Caller::new(tenant.parse().expect("a name"), "a", Role::Viewer, Face::Http);
        caller.with(Credential::Token(token.to_owned()))
    }

    #[test]
    fn a_tenant_and_a_token_have_bounds_of_their_own() {
        let config = RatesConfig { tenant_per_minute: 3, token_per_minute: 2, tenant_at_once: 0, token_at_once: 0 };
        let rates = Rates::new(config);
        let first = rates.admit(&caller("a", "1")).expect("the first");
        assert_eq!((first.limit, first.remaining, first.reset_ms), (2, 1, 30_000));
        rates.admit(&caller("a", "1")).expect("the second");
        let error = rates.admit(&caller("a", "1")).expect_err("a third of the token");
        assert_eq!((error.what, error.allowed), ("requests of this token in a minute", 2));
        assert!((1..=30_000).contains(&error.retry_after_ms), "{error}");
        let error = rates.admit(&caller("a", "2")).expect_err("the refused one counted for the tenant");
        assert_eq!((error.what, error.allowed), ("requests of this tenant in a minute", 3));
        rates.admit(&caller("b", "3")).expect("another tenant");
    }

    #[test]
    fn places_at_the_same_time_come_back() {
        let config = RatesConfig { tenant_at_once: 2, token_at_once: 1, ..RatesConfig::default() };
        let rates = Rates::new(config);
        let one = rates.admit(&caller("a", "1")).expect("the first");
        assert_eq!((one.limit, one.remaining), (0, 0), "no bound in a minute");
        rates.admit(&caller("a", "1")).expect_err("the token has one place");
        let two = rates.admit(&caller("a", "2")).expect("another token");
        rates.admit(&caller("a", "3")).expect_err("the tenant has two places");
        drop((one, two));
        rates.admit(&caller("a", "1")).expect("places came back");
    }
}
