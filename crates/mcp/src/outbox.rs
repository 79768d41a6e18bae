//! Bytes that the client has not read yet.
//!
//! Owns their count and its bound. Nothing is dropped: the server takes no new request while the count is over the bound, so a
//! client that does not read stops being served, and others are not touched.

use std::sync::Arc;
use tokio::sync::watch;

/// The count of unsent bytes of one client.
#[derive(Debug)]
pub(crate) struct Outbox {
    unsent: watch::Sender<u64>,
    most: u64,
}

/// Bytes on their way. They are counted until this is dropped.
pub(super) struct Unsent {
    outbox: Arc<Outbox>,
    bytes: u64,
}

impl Outbox {
    /// An outbox that is full at `most` bytes.
    pub(super) fn new(most: u64) -> Self {
        Self { unsent: watch::Sender::new(0), most }
    }

    /// Counts bytes until the value is dropped.
    pub(super) fn hold(outbox: &Arc<Self>, bytes: usize) -> Unsent {
        let bytes = bytes as u64;
        outbox.unsent.send_modify(|unsent| *unsent += bytes);
        Unsent { outbox: outbox.clone(), bytes }
    }

    /// Waits until the count is below the bound.
    pub(crate) async fn room(&self) {
        // The sender lives as long as this outbox.
        let _ = self.unsent.subscribe().wait_for(|unsent| *unsent < self.most).await;
    }
}

impl Drop for Unsent {
    fn drop(&mut self) {
        self.outbox.unsent.send_modify(|unsent| *unsent -= self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test]
    async fn there_is_room_again_when_bytes_are_sent() {
        let outbox = Arc::new(Outbox::new(10));
        let first = Outbox::hold(&outbox, 6);
        outbox.room().await;
        let second = Outbox::hold(&outbox, 4);
        timeout(Duration::from_millis(20), outbox.room()).await.expect_err("ten bytes wait");
        drop(first);
        outbox.room().await;
        drop(second);
    }
}
