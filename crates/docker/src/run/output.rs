//! The output of a program in a container, on its way to the caller.
//!
//! Owns the limit: the first byte beyond it ends the output, and nothing after it is kept.

use super::super::lifecycle::piece_of;
use super::shape::ContainerEvent;
use bollard::container::LogOutput;
use futures_util::{Stream, StreamExt};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Output as the client library gives it.
pub(super) type Pieces = Pin<Box<dyn Stream<Item = Result<LogOutput, bollard::errors::Error>> + Send>>;

/// How output ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OutputEnd {
    /// The program closed its output, or ended.
    Complete,
    /// The program wrote more than allowed: so many bytes when the output was cut.
    Over(u64),
    /// The connection broke.
    Broken,
}

/// Passes output on, piece by piece, until it ends or is more than `most` bytes. `passed` counts the bytes.
pub(super) async fn pass_on(
    mut pieces: Pieces,
    events: mpsc::Sender<ContainerEvent>,
    most: u64,
    passed: &AtomicU64,
) -> OutputEnd {
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else { return OutputEnd::Broken };
        let (stream, mut bytes) = piece_of(piece);
        let before = passed.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let used = before + bytes.len() as u64;
        bytes.truncate(usize::try_from(most.saturating_sub(before)).unwrap_or(usize::MAX));
        if !bytes.is_empty() {
            // The caller need not listen: the run goes on, and its output still counts.
            let _unheard = events.send(ContainerEvent::Output { stream, bytes }).await;
        }
        if used > most {
            return OutputEnd::Over(used);
        }
    }
    OutputEnd::Complete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn output_is_cut_at_the_byte() {
        for (most, expected, end) in [
            (10, "aaaabbbb", OutputEnd::Complete),
            (8, "aaaabbbb", OutputEnd::Complete),
            (7, "aaaabbb", OutputEnd::Over(8)),
            (0, "", OutputEnd::Over(4)),
        ] {
            let piece = |text: &'static str| Ok(LogOutput::StdOut { message: text.into() });
            let pieces: Pieces = Box::pin(futures_util::stream::iter([piece("aaaa"), piece("bbbb")]));
            let (sender, mut events) = mpsc::channel(8);
            let passed = AtomicU64::new(0);
            assert_eq!(pass_on(pieces, sender, most, &passed).await, end);
            let mut text = Vec::new();
            while let Some(ContainerEvent::Output { bytes, .. }) = events.recv().await {
                text.extend(bytes);
            }
            assert_eq!(String::from_utf8_lossy(&text), expected);
        }
    }
}
