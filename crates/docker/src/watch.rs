//! Measuring the folder of a container while it runs.
//!
//! Owns the interval, and the message that stops the container.

use super::limit::{Exceeded, FolderLimits, FolderUsage};
use runcell_folder::Folder;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Time between two measurements, unless measuring takes long.
const INTERVAL: Duration = Duration::from_millis(250);

/// A task that measures a folder. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Measures a folder until a limit is exceeded, and reports that once.
pub(super) fn spawn(folder: Folder, limits: FolderLimits, stop: mpsc::Sender<Exceeded>) -> Watch {
    Watch(tokio::spawn(async move {
        loop {
            let (measured, began) = (folder.clone(), Instant::now());
            let usage = tokio::task::spawn_blocking(move || FolderUsage::of(&measured, limits));
            if let Some(exceeded) = usage.await.unwrap_or_default().exceeded(limits) {
                // The run may have ended in the meantime.
                let _ended = stop.send(exceeded).await;
                return;
            }
            // Measuring takes at most a fifth of the time.
            tokio::time::sleep(INTERVAL.max(began.elapsed() * 4)).await;
        }
    }))
}
