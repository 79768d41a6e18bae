//! How many runs go on at the same time, and whose turn it is: fair by tenant.
//!
//! Owns the places and the queues. A place is held from the start of a run to its end, also while its program sleeps or waits
//! for input: a sleeping cell uses no processor, but keeps its memory. So that nobody waits for another's sleepers,
//!
//! - free places go round between the tenants that wait, however many runs each of them has asked for;
//! - a tenant that has no run under way gets a place at once, from a reserve beyond the places that all share;
//! - where too many wait, it is the longest queue that is refused.
//!
//! Jobs have a queue of their own in the store.

use crate::account::Limited;
use crate::error::ServiceError;
use crate::tally::{Place, Tally};
use runcell_model::caller::Tenant;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::oneshot;

/// One more place for a tenant that has none, for each so many places.
const PLACES_PER_SPARE: usize = 4;

/// The places of runs, and who waits for one.
#[derive(Debug)]
pub(crate) struct Permits {
    /// Places that all share.
    places: usize,
    /// Places beyond them, each for a tenant that has no other.
    spare: usize,
    max_waiting: usize,
    /// Runs of each tenant, those that wait included.
    tenants: Tally,
    /// The most of them of one tenant; 0 for no bound.
    max_of_tenant: u32,
    state: Mutex<State>,
}

/// A run that may go on. Dropping it gives its place back.
#[derive(Debug)]
pub(super) struct Permit {
    _held: Held,
    _of_tenant: Place,
}

#[derive(Debug, Default)]
struct State {
    /// Places that are held, of tenants that hold any.
    held: BTreeMap<Tenant, usize>,
    /// Those who wait, by tenant. The first one's turn is next.
    queues: VecDeque<Queue>,
}

#[derive(Debug)]
struct Queue {
    tenant: Tenant,
    waiting: VecDeque<oneshot::Sender<Answer>>,
}

/// A place, or that too many wait.
type Answer = Result<Held, ServiceError>;

/// A place, given back when this is dropped.
#[derive(Debug)]
struct Held {
    permits: Arc<Permits>,
    tenant: Tenant,
}

impl Permits {
    /// At most `places` runs under way and `max_waiting` that wait, and of one tenant at most `max_of_tenant` of both.
    pub(crate) fn new(places: usize, max_waiting: usize, max_of_tenant: u32) -> Arc<Self> {
        let (spare, tenants) = (places.div_ceil(PLACES_PER_SPARE), Tally::default());
        Arc::new(Self { places, spare, max_waiting, tenants, max_of_tenant, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }

    /// How many runs there may be, are under way, and wait.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let state = self.state();
        (self.places, state.held.values().sum(), state.queues.iter().map(|queue| queue.waiting.len()).sum())
    }

    /// Waits until one more run of a tenant may begin.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] where too many wait, [`ServiceError::Limited`] where the tenant has as many as it may.
    pub(super) async fn take(self: &Arc<Self>, tenant: &Tenant) -> Result<Permit, ServiceError> {
        let of_tenant = self.tenants.take(tenant.as_str(), self.max_of_tenant).map_err(|used| {
            let (used, allowed) = (used.into(), self.max_of_tenant.into());
            Limited { what: "runs of this tenant at the same time", used, allowed, retry_after_ms: 1000 }
        })?;
        Ok(Permit { _held: self.place(tenant).await?, _of_tenant: of_tenant })
    }

    async fn place(self: &Arc<Self>, tenant: &Tenant) -> Answer {
        // Dropped after the receiver, so that it finds the sender closed.
        let _leaving = Leaving { permits: self, tenant };
        let receiver = match self.enter(tenant)? {
            Ok(held) => return Ok(held),
            Err(receiver) => receiver,
        };
        receiver.await.unwrap_or_else(|_| Err(ServiceError::Internal("the permits were closed".to_owned())))
    }

    /// A place, or one in the queue.
    fn enter(self: &Arc<Self>, tenant: &Tenant) -> Result<Result<Held, oneshot::Receiver<Answer>>, ServiceError> {
        let mut state = self.state();
        if self.may_begin(&state, tenant) && state.queue(tenant).is_none() {
            *state.held.entry(tenant.clone()).or_default() += 1;
            return Ok(Ok(Held { permits: self.clone(), tenant: tenant.clone() }));
        }
        let waiting: usize = state.queues.iter().map(|queue| queue.waiting.len()).sum();
        if waiting >= self.max_waiting {
            let refused = state.refuse_longest(tenant).ok_or_else(|| ServiceError::busy(waiting))?;
            // One who is gone already needs no answer.
            let _ = refused.send(Err(ServiceError::busy(waiting)));
        }
        let (sender, receiver) = oneshot::channel();
        match state.queue(tenant) {
            Some(queue) => queue.waiting.push_back(sender),
            None => state.queues.push_back(Queue { tenant: tenant.clone(), waiting: [sender].into() }),
        }
        Ok(Err(receiver))
    }

    /// Whether a place is free for a tenant.
    fn may_begin(&self, state: &State, tenant: &Tenant) -> bool {
        let held: usize = state.held.values().sum();
        held < self.places || (held < self.places + self.spare && !state.held.contains_key(tenant))
    }

    /// Gives places that are free to those whose turn it is.
    fn give(self: &Arc<Self>) {
        loop {
            let mut state = self.state();
            let next = (0..state.queues.len()).find(|at| self.may_begin(&state, &state.queues[*at].tenant));
            let Some(mut queue) = next.and_then(|at| state.queues.remove(at)) else { return };
            let sender = queue.waiting.pop_front();
            let tenant = queue.tenant.clone();
            if !queue.waiting.is_empty() {
                state.queues.push_back(queue);
            }
            let Some(sender) = sender else { continue };
            *state.held.entry(tenant.clone()).or_default() += 1;
            drop(state);
            // Where nobody waits any more, the place comes back here and the next one gets it.
            let _ = sender.send(Ok(Held { permits: self.clone(), tenant }));
        }
    }
}

impl State {
    fn queue(&mut self, tenant: &Tenant) -> Option<&mut Queue> {
        self.queues.iter_mut().find(|queue| queue.tenant == *tenant)
    }

    /// Takes the newest of the longest queue out, if that is longer than the tenant's own would become.
    fn refuse_longest(&mut self, tenant: &Tenant) -> Option<oneshot::Sender<Answer>> {
        let own = self.queue(tenant).map_or(0, |queue| queue.waiting.len());
        let longest = self.queues.iter_mut().max_by_key(|queue| queue.waiting.len())?;
        if longest.waiting.len() > own + 1 { longest.waiting.pop_back() } else { None }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = self.permits.state();
        if let Some(held) = state.held.get_mut(&self.tenant) {
            *held -= 1;
            if *held == 0 {
                state.held.remove(&self.tenant);
            }
        }
        drop(state);
        self.permits.give();
    }
}

/// Takes a run that waits no more out of its queue.
struct Leaving<'a> {
    permits: &'a Permits,
    tenant: &'a Tenant,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let mut state = self.permits.state();
        if let Some(queue) = state.queue(self.tenant) {
            queue.waiting.retain(|sender| !sender.is_closed());
        }
        state.queues.retain(|queue| !queue.waiting.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    fn tenant(name: &str) -> Tenant {
        name.parse().expect("a name")
    }

    type Asking = Pin<Box<dyn Future<Output = Result<Permit, ServiceError>>>>;

    /// Asks without waiting; the future goes on being one that waits.
    fn ask(permits: &Arc<Permits>, tenant: &Tenant) -> (Option<Result<Permit, ServiceError>>, Asking) {
        let (permits, tenant) = (permits.clone(), tenant.clone());
        let mut asking: Asking = Box::pin(async move { permits.take(&tenant).await });
        (now(&mut asking), asking)
    }

    /// The answer, if it is there.
    fn now(asking: &mut Asking) -> Option<Result<Permit, ServiceError>> {
        match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }

    #[test]
    fn who_has_no_place_waits_for_nobody() {
        let (permits, hog, small) = (Permits::new(4, 1000, 0), tenant("hog"), tenant("small"));
        let held: Vec<_> =
            (0..4).map(|_| ask(&permits, &hog).0.expect("there is a place").expect("it is given")).collect();
        let waiting: Vec<_> = (0..300).map(|_| ask(&permits, &hog)).collect();
        assert!(waiting.iter().all(|(answer, _)| answer.is_none()));
        let first = ask(&permits, &small).0.expect("at once").expect("a place");
        let (second, mut asking) = ask(&permits, &small);
        assert!(second.is_none(), "one place is not two");
        drop(first);
        let second = now(&mut asking).expect("its own place went to it").expect("a place");
        drop((second, held, waiting));
        assert_eq!(permits.state().held.values().sum::<usize>(), 0, "every place came back");
        assert!(permits.state().queues.is_empty());
    }

    #[test]
    fn free_places_go_round() {
        let (permits, a, b) = (Permits::new(1, 1000, 0), tenant("a"), tenant("b"));
        let others = [tenant("c"), tenant("d")].map(|other| ask(&permits, &other).0.expect("free").expect("a place"));
        let [mut held, _spare] = others;
        let asking = [[&a; 3], [&b; 3]].concat().into_iter().map(|one| (one.to_string(), Some(ask(&permits, one).1)));
        let mut asking: Vec<_> = asking.collect();
        let mut order = String::new();
        for _ in 0..6 {
            drop(held);
            let ready = |(name, one): &mut (String, Option<_>)| {
                let answer = one.as_mut().and_then(now)?;
                *one = None;
                Some((name.clone(), answer.expect("a place")))
            };
            let (name, place) = asking.iter_mut().find_map(ready).expect("one goes on");
            order += &name;
            held = place;
        }
        assert_eq!(order, "ababab");
    }

    #[test]
    fn the_longest_queue_is_refused() {
        let (permits, hog, small) = (Permits::new(1, 3, 0), tenant("hog"), tenant("small"));
        let _held = [ask(&permits, &hog).0, ask(&permits, &small).0];
        let mut waiting: Vec<_> = (0..3).map(|_| ask(&permits, &hog).1).collect();
        assert!(matches!(ask(&permits, &hog).0, Some(Err(ServiceError::Busy { queued: 3, .. }))));
        let (answer, _asking) = ask(&permits, &small);
        assert!(answer.is_none(), "it waits");
        let refused = waiting.iter_mut().filter_map(now).collect::<Vec<_>>();
        assert!(matches!(refused[..], [Err(ServiceError::Busy { .. })]), "{refused:?}");
    }

    #[test]
    fn who_leaves_is_not_counted() {
        let (permits, one) = (Permits::new(1, 1, 0), tenant("one"));
        let held = ask(&permits, &one).0;
        drop(ask(&permits, &one).1);
        let (answer, mut asking) = ask(&permits, &one);
        assert!(answer.is_none(), "there is room in the queue again");
        drop(held);
        now(&mut asking).expect("its turn").expect("a place");
    }
}
