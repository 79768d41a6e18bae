//! Keeping a container after its end until its caller has recorded that end.
//!
//! Owns the agreement between the caller and the task that removes the container. Without a hold, the container is gone when the
//! outcome is there; with one, it stays until the hold is released.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Keeps a container that has ended. Dropping it lets the container be removed in the background.
#[derive(Debug)]
pub struct Hold {
    release: oneshot::Sender<()>,
    removed: oneshot::Receiver<()>,
}

impl Hold {
    /// Lets the container be removed, and waits until it is, or is tried in the background.
    pub async fn release(self) {
        // If the run never came to its end, nobody listens.
        let _unheard = self.release.send(());
        let _gone = self.removed.await;
    }
}

/// The task's side.
#[derive(Debug, Clone, Default)]
pub(super) struct Holder(Arc<Mutex<Option<Held>>>);

#[derive(Debug)]
struct Held {
    released: oneshot::Receiver<()>,
    removed: oneshot::Sender<()>,
}

impl Holder {
    pub(super) fn hold(&self) -> Hold {
        let (release, released) = oneshot::channel();
        let (told, removed) = oneshot::channel();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Held { released, removed: told });
        Hold { release, removed }
    }

    /// Cleans up: now, or in the background when the hold is released.
    pub(super) async fn clean(&self, cleaning: impl Future<Output = ()> + Send + 'static) {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Held { released, removed }) = held else { return cleaning.await };
        tokio::spawn(async move {
            let _dropped = released.await;
            cleaning.await;
            // The caller need not wait.
            let _unheard = removed.send(());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[tokio::test]
    async fn what_is_held_stays_until_it_is_released() {
        let clean = |holder: &Holder| {
            let (gone, holder) = (Arc::new(AtomicBool::new(false)), holder.clone());
            let mark = gone.clone();
            (gone, async move { holder.clean(async move { mark.store(true, Ordering::SeqCst) }).await })
        };
        let (gone, cleaning) = clean(&Holder::default());
        cleaning.await;
        assert!(gone.load(Ordering::SeqCst), "nobody holds it");
        let holder = Holder::default();
        let hold = holder.hold();
        let (gone, cleaning) = clean(&holder);
        cleaning.await;
        tokio::task::yield_now().await;
        assert!(!gone.load(Ordering::SeqCst), "held");
        hold.release().await;
        assert!(gone.load(Ordering::SeqCst), "released");
        let holder = Holder::default();
        let hold = holder.hold();
        drop(holder);
        hold.release().await;
    }
}
