//! The progress of a pull or a build as plain events.
//!
//! Owns the shape and the translation from the engine's events. Shows nothing: a face draws the bar.

use super::error::one_line;
use bollard::models::{BuildInfo, CreateImageInfo};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

/// A step of a pull or a build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The step, for people: `Downloading`, `Step 2/5 : RUN make`, a line that a build wrote.
    pub step: String,
    /// The layer, if the step is about one.
    pub layer: Option<String>,
    /// Bytes of the layer that are done.
    pub bytes: Option<u64>,
    /// Bytes of the layer in all.
    pub total: Option<u64>,
}

/// The sender of progress events. A receiver that is gone stops nothing; a slow one slows the work down.
pub type ProgressSender = mpsc::Sender<Progress>;

impl Progress {
    pub(super) fn of_pull(info: CreateImageInfo) -> Self {
        let detail = info.progress_detail.unwrap_or_default();
        Self {
            step: one_line(&info.status.unwrap_or_default()),
            layer: info.id,
            bytes: detail.current.and_then(|bytes| u64::try_from(bytes).ok()),
            total: detail.total.and_then(|bytes| u64::try_from(bytes).ok()),
        }
    }

    pub(super) fn of_build(info: BuildInfo) -> Self {
        let detail = info.progress_detail.unwrap_or_default();
        Self {
            step: one_line(&info.stream.or(info.status).unwrap_or_default()),
            layer: info.id,
            bytes: detail.current.and_then(|bytes| u64::try_from(bytes).ok()),
            total: detail.total.and_then(|bytes| u64::try_from(bytes).ok()),
        }
    }

    pub(super) async fn send(self, to: Option<&ProgressSender>) {
        if let Some(to) = to
            && !self.step.is_empty()
        {
            // Nobody listens any more.
            let _gone = to.send(self).await;
        }
    }
}
