//! Bytes that clients have not read yet.
//!
//! Owns their counts and bounds: for each client, and for all clients together. Nothing is dropped: the server takes no new
//! request from a client that has more unread than its bound or, where all have too much, than its share. So a client that
//! does not read stops being served, and others are not touched. An answer asks for room before it is made, and is made of
//! links where there is little.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The count of unsent bytes of all clients together.
#[derive(Debug)]
pub(crate) struct AllUnsent {
    most: u64,
    state: watch::Sender<State>,
}

#[derive(Debug, Default, Clone, Copy)]
struct State {
    /// Bytes that are counted.
    unsent: u64,
    /// Clients that have any.
    behind: u64,
}

/// The count of unsent bytes of one client.
#[derive(Debug)]
pub(crate) struct Outbox {
    /// Written only while the state of all is.
    unsent: AtomicU64,
    most: u64,
    all: Arc<AllUnsent>,
}

/// Bytes on their way. They are counted until this is dropped.
#[derive(Debug)]
pub(super) struct Unsent {
    outbox: Arc<Outbox>,
    bytes: u64,
}

impl AllUnsent {
    /// A count that is full at `most` bytes.
    pub(super) fn new(most: u64) -> Arc<Self> {
        Arc::new(Self { most, state: watch::Sender::new(State::default()) })
    }

    /// Bytes that are counted.
    pub(super) fn bytes(&self) -> u64 {
        self.state.borrow().unsent
    }
}

impl Outbox {
    /// The outbox of one client, full at `most` bytes, or at its share where all are.
    pub(super) fn new(most: u64, all: Arc<AllUnsent>) -> Self {
        Self { unsent: AtomicU64::new(0), most, all }
    }

    fn own(&self) -> u64 {
        self.unsent.load(Ordering::Relaxed)
    }

    /// The bytes that may still be counted.
    fn left(&self, all: &State) -> u64 {
        let own = self.own();
        let share = self.all.most / (all.behind + u64::from(own == 0));
        let in_all = self.all.most.saturating_sub(all.unsent).max(share.saturating_sub(own));
        self.most.saturating_sub(own).min(in_all)
    }

    fn count(&self, all: &mut State, bytes: u64) {
        let before = self.unsent.fetch_add(bytes, Ordering::Relaxed);
        all.unsent += bytes;
        all.behind += u64::from(before == 0 && bytes > 0);
    }

    /// Counts bytes until the value is dropped.
    pub(super) fn hold(outbox: &Arc<Self>, bytes: usize) -> Unsent {
        let bytes = bytes as u64;
        outbox.all.state.send_modify(|all| outbox.count(all, bytes));
        Unsent { outbox: outbox.clone(), bytes }
    }

    /// Counts up to `wanted` bytes, as many as there is room for, but at least `least`.
    pub(super) fn reserve(outbox: &Arc<Self>, wanted: u64, least: u64) -> Unsent {
        let mut bytes = 0;
        outbox.all.state.send_modify(|all| {
            bytes = wanted.min(outbox.left(all)).max(least.min(wanted));
            outbox.count(all, bytes);
        });
        Unsent { outbox: outbox.clone(), bytes }
    }

    /// Waits until there is room, and counts bytes until the value is dropped.
    pub(super) async fn admit(outbox: &Arc<Self>, bytes: u64) -> Unsent {
        loop {
            outbox.room().await;
            let counted = outbox.all.state.send_if_modified(|all| {
                let room = outbox.left(all) > 0;
                if room {
                    outbox.count(all, bytes);
                }
                room
            });
            if counted {
                return Unsent { outbox: outbox.clone(), bytes };
            }
        }
    }

    /// Whether there is room.
    pub(super) fn has_room(&self) -> bool {
        self.left(&self.all.state.borrow()) > 0
    }

    /// Waits until there is room.
    pub(crate) async fn room(&self) {
        // The sender lives as long as this outbox.
        let _ = self.all.state.subscribe().wait_for(|all| self.left(all) > 0).await;
    }
}

/// How long bytes that were counted ahead stay counted if nobody says that the answer is on its way.
const LONGEST_AHEAD: Duration = Duration::from_secs(60);

impl Unsent {
    /// Keeps the bytes counted until an answer is handed to the transport, which counts it from then on: the library cancels
    /// the request's token at that moment.
    pub(super) fn until_answered(self, request: CancellationToken) {
        tokio::spawn(async move {
            // A connection that is gone answers nothing.
            let _ = tokio::time::timeout(LONGEST_AHEAD, request.cancelled()).await;
            drop(self);
        });
    }

    /// The bytes that are counted.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Unsent {
    fn drop(&mut self) {
        self.outbox.all.state.send_modify(|all| {
            let before = self.outbox.unsent.fetch_sub(self.bytes, Ordering::Relaxed);
            all.unsent -= self.bytes;
            all.behind -= u64::from(before == self.bytes && self.bytes > 0);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    fn outbox(most: u64, all: &Arc<AllUnsent>) -> Arc<Outbox> {
        Arc::new(Outbox::new(most, all.clone()))
    }

    #[tokio::test]
    async fn there_is_room_again_when_bytes_are_sent() {
        let outbox = outbox(10, &AllUnsent::new(100));
        let first = Outbox::hold(&outbox, 6);
        outbox.room().await;
        let second = Outbox::hold(&outbox, 4);
        timeout(Duration::from_millis(20), outbox.room()).await.expect_err("ten bytes wait");
        drop(first);
        outbox.room().await;
        drop(second);
    }

    #[tokio::test]
    async fn who_reads_is_served_while_others_do_not() {
        let all = AllUnsent::new(90);
        let deaf: Vec<_> = (0..3).map(|_| outbox(1000, &all)).collect();
        let _unread: Vec<_> = deaf.iter().map(|deaf| Outbox::hold(deaf, 40)).collect();
        let reader = outbox(1000, &all);
        assert!(deaf.iter().all(|deaf| !deaf.has_room()), "all have too much, and each more than its share");
        for _ in 0..100 {
            timeout(Duration::from_secs(60), reader.room()).await.expect("it has read everything");
            drop(Outbox::hold(&reader, 20));
        }
        let _unread = Outbox::hold(&reader, 25);
        assert!(!reader.has_room(), "now it has its share of what all may have");
    }

    #[tokio::test]
    async fn what_is_counted_ahead_ends_with_the_request() {
        let outbox = outbox(10, &AllUnsent::new(100));
        let request = CancellationToken::new();
        Outbox::reserve(&outbox, 10, 0).until_answered(request.clone());
        assert!(!outbox.has_room());
        request.cancel();
        timeout(Duration::from_secs(60), outbox.room()).await.expect("it is answered");
    }

    #[tokio::test]
    async fn room_is_given_once() {
        let all = AllUnsent::new(100);
        let (one, other) = (outbox(60, &all), outbox(60, &all));
        let first = Outbox::reserve(&one, 50, 5);
        let second = Outbox::reserve(&one, 50, 5);
        let third = Outbox::reserve(&one, 50, 5);
        assert_eq!((first.bytes(), second.bytes(), third.bytes()), (50, 10, 5));
        let fourth = Outbox::reserve(&other, 50, 5);
        assert_eq!(fourth.bytes(), 50, "its share");
        assert_eq!(Outbox::reserve(&one, 3, 5).bytes(), 3, "no more than is wanted");
        timeout(Duration::from_millis(20), Outbox::admit(&one, 7)).await.expect_err("it is full");
        drop(first);
        let admitted = Outbox::admit(&one, 7).await;
        drop((second, third, fourth, admitted));
        assert_eq!((one.own(), all.state.borrow().unsent, all.state.borrow().behind), (0, 0, 0));
    }
}
