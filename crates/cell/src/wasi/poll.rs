//! `poll_oneoff`: sleeping, and waiting for stdin.
//!
//! Owns the layout of subscriptions and events. Waiting is asynchronous, so a sleeping guest holds no thread and can be
//! stopped at any time.

use super::descriptor::Handle;
use super::failure::Result;
use super::guest::Guest;
use super::state::Wasi;
use crate::errno::Errno;
use std::time::Duration;

/// The most subscriptions of one call.
const MAX_SUBSCRIPTIONS: u32 = 1024;
const SUBSCRIPTION_BYTES: u32 = 48;
const EVENT_BYTES: u32 = 32;
const ABSOLUTE_TIME: u16 = 1;

/// Something a guest waits for.
#[derive(Clone, Copy)]
struct Subscription {
    user: u64,
    kind: u8,
    wait: Wait,
}

#[derive(Clone, Copy)]
enum Wait {
    /// Until so many nanoseconds have passed.
    Time(u64),
    /// Until stdin can be read.
    Stdin,
    /// Not at all.
    Ready,
    /// Not at all: the subscription is wrong.
    Failed(Errno),
}

/// The events to wait for before [`finish`] is called.
pub(super) struct Poll {
    subscriptions: Vec<Subscription>,
    start: u64,
}

/// Reads the subscriptions of a call.
pub(super) fn begin(wasi: &mut Wasi, guest: &mut Guest<'_>, list: u32, count: u32) -> Result<Poll> {
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Err(Errno::Inval.into());
    }
    wasi.work += u64::from(count) * 16;
    let at = |index: u32| list.checked_add(index * SUBSCRIPTION_BYTES).ok_or(Errno::Fault);
    let read = |index| subscription(wasi, guest, at(index)?);
    let subscriptions = (0..count).map(read).collect::<Result<_>>()?;
    Ok(Poll { subscriptions, start: wasi.clock.monotonic() })
}

fn subscription(wasi: &Wasi, guest: &Guest<'_>, at: u32) -> Result<Subscription> {
    guest.bytes(at, SUBSCRIPTION_BYTES)?;
    let (user, kind) = (guest.u64(at)?, guest.u8(at + 8)?);
    let wait = match kind {
        0 => match wasi.clock.now(guest.u32(at + 16)?) {
            Ok(now) => {
                let (timeout, flags) = (guest.u64(at + 24)?, guest.u16(at + 40)?);
                Wait::Time(if flags & ABSOLUTE_TIME == 0 { timeout } else { timeout.saturating_sub(now) })
            }
            Err(_) => Wait::Failed(Errno::Inval),
        },
        1 => match wasi.descriptors.handle(guest.u32(at + 16)?) {
            Ok(Handle::Stdin) => Wait::Stdin,
            Ok(Handle::File(_) | Handle::Device(_)) => Wait::Ready,
            Ok(_) | Err(_) => Wait::Failed(Errno::BadF),
        },
        2 => match wasi.descriptors.handle(guest.u32(at + 16)?) {
            Ok(Handle::Output(_) | Handle::File(_) | Handle::Device(_)) => Wait::Ready,
            Ok(_) | Err(_) => Wait::Failed(Errno::BadF),
        },
        _ => return Err(Errno::Inval.into()),
    };
    Ok(Subscription { user, kind, wait })
}

/// Waits until at least one subscription has something to tell.
pub(super) async fn wait(wasi: &mut Wasi, poll: &Poll) {
    if poll.subscriptions.iter().any(|sub| matches!(sub.wait, Wait::Ready | Wait::Failed(_))) {
        return;
    }
    let timeouts = poll.subscriptions.iter().filter_map(Subscription::time).map(Duration::from_nanos);
    let wants_stdin = poll.subscriptions.iter().any(|sub| matches!(sub.wait, Wait::Stdin));
    match (timeouts.min(), wants_stdin) {
        (Some(timeout), false) => tokio::time::sleep(timeout).await,
        (Some(timeout), true) => {
            let _timed_out = tokio::time::timeout(timeout, wasi.stdin.ready()).await;
        }
        (None, _) => wasi.stdin.ready().await,
    }
}

/// Writes the events of what has happened and returns their number. Stdin counts when it can be read or has ended;
/// where neither it nor anything instant is there, the wait ended because the shortest timer did.
pub(super) fn finish(wasi: &mut Wasi, guest: &mut Guest<'_>, poll: &Poll, events: u32) -> Result<u32> {
    let passed = wasi.clock.monotonic() - poll.start;
    let stdin = wasi.stdin.is_ready();
    let by_timer = !poll.subscriptions.iter().any(|sub| match sub.wait {
        Wait::Ready | Wait::Failed(_) => true,
        Wait::Stdin => stdin,
        Wait::Time(_) => false,
    });
    let shortest = poll.subscriptions.iter().filter_map(Subscription::time).min();
    let mut count = 0;
    for sub in &poll.subscriptions {
        let error = match sub.wait {
            Wait::Time(nanos) if nanos <= passed || (by_timer && Some(nanos) == shortest) => 0,
            Wait::Stdin if stdin => 0,
            Wait::Ready => 0,
            Wait::Failed(errno) => errno as u16,
            _ => continue,
        };
        let available = if matches!(sub.wait, Wait::Stdin) { wasi.stdin.available().len() as u64 } else { 0 };
        let mut event = [0; EVENT_BYTES as usize];
        event[..8].copy_from_slice(&sub.user.to_le_bytes());
        event[8..10].copy_from_slice(&error.to_le_bytes());
        event[10] = sub.kind;
        event[16..24].copy_from_slice(&available.to_le_bytes());
        guest.write(events.checked_add(count * EVENT_BYTES).ok_or(Errno::Fault)?, &event)?;
        count += 1;
    }
    Ok(count)
}

impl Subscription {
    fn time(&self) -> Option<u64> {
        match self.wait {
            Wait::Time(nanos) => Some(nanos),
            _ => None,
        }
    }
}
