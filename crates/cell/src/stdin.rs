//! The standard input of a guest: bytes given ahead, or a stream that is still being typed.
//!
//! Owns the position and the limit. Does not read the host's stdin: a face feeds the channel.

use super::limit::LimitHit;
use runcell_model::limits::LimitKind;
use std::fmt;
use tokio::sync::mpsc;

/// Where a run's standard input comes from.
pub enum Stdin {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// Pieces as they come; the end when the sender is gone.
    Stream(mpsc::Receiver<Vec<u8>>),
    /// The same, but the sender starts when the guest first reads: a guest that never reads leaves the host's input
    /// untouched.
    OnDemand(Box<dyn FnOnce() -> mpsc::Receiver<Vec<u8>> + Send + Sync>),
}

impl fmt::Debug for Stdin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes(_) => "Stdin::Bytes",
            Self::Stream(_) => "Stdin::Stream",
            Self::OnDemand(_) => "Stdin::OnDemand",
        })
    }
}

impl Default for Stdin {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

/// The reading side of one run.
#[derive(Debug)]
pub struct StdinReader {
    piece: Vec<u8>,
    position: usize,
    rest: Rest,
    allowed: u64,
    used: u64,
}

/// Where the next piece comes from; `None` at the end.
#[derive(Debug)]
struct Rest(Option<Stdin>);

impl StdinReader {
    /// A reader of `source` that fails when the guest reads more than `allowed` bytes.
    pub fn new(source: Stdin, allowed: u64) -> Self {
        let (piece, rest) = match source {
            Stdin::Bytes(bytes) => (bytes, Rest(None)),
            source => (Vec::new(), Rest(Some(source))),
        };
        Self { piece, position: 0, rest, allowed, used: 0 }
    }

    /// Waits until a read would not block: there are bytes, or the input has ended.
    pub async fn ready(&mut self) {
        while self.available().is_empty() {
            let receiver = match self.rest.0.take() {
                None | Some(Stdin::Bytes(_)) => return,
                Some(Stdin::Stream(receiver)) => receiver,
                Some(Stdin::OnDemand(start)) => start(),
            };
            // The wait may be dropped (a timeout of the guest's): the receiver has to stay.
            let piece = {
                let rest = self.rest.0.insert(Stdin::Stream(receiver));
                let Stdin::Stream(receiver) = rest else { return };
                receiver.recv().await
            };
            match piece {
                Some(piece) => (self.piece, self.position) = (piece, 0),
                None => self.rest.0 = None,
            }
        }
    }

    /// Whether a read would not block.
    pub fn is_ready(&self) -> bool {
        !self.available().is_empty() || self.rest.0.is_none()
    }

    /// Bytes that can be read at once.
    pub fn available(&self) -> &[u8] {
        &self.piece[self.position..]
    }

    /// Reads what is there; call [`Self::ready`] before, then 0 means the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, LimitHit> {
        let count = self.available().len().min(buffer.len());
        let used = self.used + count as u64;
        if used > self.allowed {
            return Err(LimitHit { kind: LimitKind::Stdin, allowed: self.allowed, used });
        }
        buffer[..count].copy_from_slice(&self.available()[..count]);
        self.position += count;
        self.used = used;
        Ok(count)
    }

    /// Bytes read so far.
    pub fn used(&self) -> u64 {
        self.used
    }
}
