//! Watching what a container leaves in its folder while it runs.
//!
//! Owns the interval and the word that stops the tool.

use super::folder::Folder;
use super::run::Exceeded;
use super::tool::ToolLimits;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How often the folder is looked at, unless looking takes long.
const INTERVAL: Duration = Duration::from_millis(250);

/// A watch, which ends with its owner.
#[derive(Debug)]
pub(super) struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Looks at a folder until a limit is exceeded, and says so once.
pub(super) fn spawn(out: Folder, limits: ToolLimits, stop: mpsc::Sender<Exceeded>) -> Watch {
    Watch(tokio::spawn(async move {
        loop {
            let (folder, began) = (out.clone(), Instant::now());
            let size = tokio::task::spawn_blocking(move || folder.size(limits)).await.unwrap_or_default();
            if let Some(exceeded) = size.exceeded(limits) {
                // The run may have ended in the meantime.
                let _ended = stop.send(exceeded).await;
                return;
            }
            // Looking takes at most a fifth of the time.
            tokio::time::sleep(INTERVAL.max(began.elapsed() * 4)).await;
        }
    }))
}
