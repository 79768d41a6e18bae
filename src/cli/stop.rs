//! SIGTERM and SIGINT as a wish to stop, for verbs that go on until somebody ends them.
//!
//! Owns the listening. What stopping means is the verb's business.

use super::CliError;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Cancels `stop` on SIGTERM and SIGINT from now on. Called within a tokio runtime.
///
/// # Errors
/// [`CliError::Usage`] where signals cannot be listened for.
pub(super) fn on_signal(stop: CancellationToken) -> Result<(), CliError> {
    let listen = |kind| signal(kind).map_err(|error| CliError::Usage(format!("cannot listen for signals: {error}")));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
    });
    Ok(())
}
