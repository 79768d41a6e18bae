//! Outputs and files of one client that do not fit into an answer.
//!
//! Owns the numbers of its calls. How they are kept, the service knows; which addresses they have, `uri` does.

use runcell_service::{KeptPiece, KeptPieces, NewPiece};
use std::sync::atomic::{AtomicU64, Ordering};

/// The most of a piece that one read gives, in bytes; `?from=` reads on.
pub(crate) const PIECE_BYTES: u64 = 4 << 20;

/// The number of a call of this client, from 1.
pub(crate) type CallNumber = u64;

/// The outputs and files that are kept for one client.
#[derive(Debug)]
pub(crate) struct Kept {
    calls: AtomicU64,
    pieces: KeptPieces<(), CallNumber>,
}

impl Kept {
    /// Keeps at most `most` bytes.
    pub(crate) fn new(most: u64) -> Self {
        Self { calls: AtomicU64::new(0), pieces: KeptPieces::new(most) }
    }

    /// The number of a new call.
    pub(crate) fn next_call(&self) -> CallNumber {
        self.calls.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Keeps a piece of a call. Returns `false` if it is larger than all that may be kept, or if the disk refuses it.
    pub(crate) fn keep(&self, call: CallNumber, name: &str, media_type: &str, content: &[u8]) -> bool {
        self.pieces.keep((), call, &[NewPiece { name, media_type, content }])
    }

    /// A piece that is still there.
    pub(crate) fn find(&self, call: CallNumber, name: &str) -> Option<KeptPiece> {
        self.pieces.find(|(), found| *found == call, name)
    }
}
