//! Progress of one call: a preparation in percent, then output as it comes.
//!
//! Owns the batching and the one number that grows. A call without a progress token costs nothing here.

use crate::outbox::Outbox;
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use runcell_service::PreparationStatus;
use runcell_wire::percent;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The share of progress that a preparation takes, and where output begins.
const PREPARED: f64 = 100.0;

/// How long output is gathered before it is sent.
const GATHER: Duration = Duration::from_millis(50);

/// The longest piece of output in one notification, in bytes.
const FULL: usize = 32 << 10;

/// How long a client may take to accept a notification. One that takes longer is told no more of this call: a run must not keep
/// its place for somebody who does not read.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells the client of a call how it goes.
pub(super) struct Progress {
    peer: Peer<RoleServer>,
    token: ProgressToken,
    value: f64,
    /// The step that was reported last.
    steps: u64,
    /// The bytes that the client has not read; `None` once it has shown that it does not read.
    outbox: Option<Arc<Outbox>>,
}

impl Progress {
    /// The token under which the caller expects notifications.
    pub(super) fn wanted(context: &RequestContext<RoleServer>, outbox: &Arc<Outbox>) -> Option<Self> {
        let token = context.meta.get_progress_token()?;
        Some(Self { peer: context.peer.clone(), token, value: 0.0, steps: 0, outbox: Some(outbox.clone()) })
    }

    /// Reports how far a preparation is, if it is further than before. Where nobody knows how much there is to do, each step
    /// takes a part of what is left.
    pub(super) async fn preparing(&mut self, subject: &str, status: &PreparationStatus) {
        let value = match status.fraction {
            Some(fraction) => f64::from(percent(fraction)),
            None if status.step_number == self.steps => self.value,
            None => self.value + (PREPARED - self.value) * 0.05,
        };
        self.steps = status.step_number;
        if value > self.value {
            self.value = value;
            let message = format!("preparing {subject}: {}", status.step);
            self.send(self.param().with_total(PREPARED).with_message(message)).await;
        }
    }

    /// Tells a piece of output.
    pub(super) async fn output(&mut self, text: String) {
        let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
        // The number has to grow with every message, also after a preparation; output has no known total.
        self.value = self.value.max(PREPARED) + f64::from(bytes);
        self.send(self.param().with_message(text)).await;
    }

    fn param(&self) -> ProgressNotificationParam {
        ProgressNotificationParam::new(self.token.clone(), self.value)
    }

    async fn send(&mut self, param: ProgressNotificationParam) {
        if !self.outbox.as_ref().is_some_and(|outbox| outbox.has_room()) {
            self.outbox = None;
            return;
        }
        match timeout(PATIENCE, self.peer.notify_progress(param)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "cannot tell progress"),
            Err(_) => self.outbox = None,
        }
    }
}

/// Output that was not sent yet.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    due: Option<Instant>,
}

impl Batch {
    /// Adds output.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.due.get_or_insert_with(|| Instant::now() + GATHER);
        self.bytes.extend_from_slice(bytes);
    }

    /// When it should be sent; `None` while it is empty.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.bytes.len() >= FULL { Some(Instant::now()) } else { self.due }
    }

    /// The output that can be sent now. A character that is not complete stays, unless this is the `end`.
    pub(super) fn take(&mut self, end: bool) -> Option<String> {
        let kept = if end { 0 } else { incomplete(&self.bytes) };
        let rest = self.bytes.split_off(self.bytes.len() - kept);
        let bytes = std::mem::replace(&mut self.bytes, rest);
        // The incomplete character is sent with the bytes that complete it.
        self.due = None;
        let text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into());
        Some(text).filter(|text| !text.is_empty())
    }
}

/// The bytes at the end that may be the beginning of a character: at most three.
fn incomplete(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    let start = tail.iter().rposition(|byte| byte & 0xc0 != 0x80);
    let Some(start) = start else { return 0 };
    match std::str::from_utf8(&tail[start..]) {
        Err(error) if error.error_len().is_none() => tail.len() - start,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_never_cut() {
        let text = "aé漢🦀z";
        for cut in 0..=text.len() {
            let mut batch = Batch::default();
            batch.push(&text.as_bytes()[..cut]);
            let mut told = batch.take(false).unwrap_or_default();
            batch.push(&text.as_bytes()[cut..]);
            told += &batch.take(true).unwrap_or_default();
            assert_eq!(told, text, "cut at {cut}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_told_all_the_same() {
        let mut batch = Batch::default();
        batch.push(b"a\xff\xfe\x80");
        assert_eq!(batch.take(false).as_deref(), Some("a\u{fffd}\u{fffd}\u{fffd}"));
        batch.push(b"\xf0\x9f");
        assert_eq!(batch.take(false), None);
        assert_eq!(batch.take(true).as_deref(), Some("\u{fffd}"));
    }

    #[test]
    fn nothing_to_tell_is_never_due() {
        let mut batch = Batch::default();
        assert_eq!(batch.due(), None);
        batch.push(b"x");
        assert!(batch.due().is_some());
        batch.take(false);
        assert_eq!(batch.due(), None);
        batch.push(&[b'x'; FULL]);
        assert!(batch.due().is_some_and(|due| due <= Instant::now()));
    }
}
