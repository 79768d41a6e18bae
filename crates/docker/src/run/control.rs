//! The channels between the handle of a run and the task that drives it.
//!
//! Owns the task's side of them.

use super::super::limit::Exceeded;
use super::hold::Holder;
use super::shape::ContainerEvent;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The task's side.
pub(super) struct Controls {
    /// Events go out here. A handle that does not listen stops nothing.
    pub(super) events: mpsc::Sender<ContainerEvent>,
    /// Cancelled by the caller, or when the handle is dropped.
    pub(super) cancel: CancellationToken,
    /// A limit that the owner of the run watches was exceeded.
    pub(super) stop: mpsc::Receiver<Exceeded>,
    /// Whether the container stays after its end.
    pub(super) holder: Holder,
}
