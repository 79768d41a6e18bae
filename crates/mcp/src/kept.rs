//! Outputs and files that do not fit into an answer, kept for the client to fetch.
//!
//! Owns their bound and their order: the oldest go first. They lie in temporary files without names, so that they take no memory
//! and are gone with the process. Which addresses they have, `uri` knows.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard};

/// The most pieces that are kept, whatever their size: each holds a descriptor.
const MOST_PIECES: usize = 256;

/// The most of a piece that one read gives, in bytes; `?from=` reads on.
pub(crate) const PIECE_BYTES: u64 = 4 << 20;

/// The number of a call of this client, from 1.
pub(crate) type CallNumber = u64;

/// The outputs and files that are kept for one client.
#[derive(Debug)]
pub(crate) struct Kept {
    most: u64,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    calls: CallNumber,
    bytes: u64,
    pieces: VecDeque<Arc<Piece>>,
}

/// An output or a file.
#[derive(Debug)]
pub(crate) struct Piece {
    call: CallNumber,
    name: String,
    /// Its length in bytes.
    pub(crate) bytes: u64,
    /// Its media type.
    pub(crate) media_type: String,
    file: File,
}

impl Piece {
    /// At most `most` bytes from an offset.
    pub(crate) fn read(&self, from: u64, most: u64) -> io::Result<Vec<u8>> {
        let length = self.bytes.saturating_sub(from).min(most);
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        self.file.read_exact_at(&mut bytes, from).map(|()| bytes)
    }
}

impl Kept {
    /// Keeps at most `most` bytes.
    pub(crate) fn new(most: u64) -> Self {
        Self { most, inner: Mutex::default() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no holder of this lock panics")
    }

    /// The number of a new call.
    pub(crate) fn next_call(&self) -> CallNumber {
        let mut inner = self.inner();
        inner.calls += 1;
        inner.calls
    }

    /// Keeps a piece of a call. Returns `false` if it is larger than all that may be kept, or if the disk refuses it.
    pub(crate) fn keep(&self, call: CallNumber, name: &str, media_type: &str, content: &[u8]) -> bool {
        let bytes = content.len() as u64;
        if bytes > self.most {
            return false;
        }
        let written = tempfile::tempfile().and_then(|mut file| file.write_all(content).map(|()| file));
        let file = match written {
            Ok(file) => file,
            Err(error) => {
                tracing::warn!(%error, "an output cannot be kept");
                return false;
            }
        };
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        let mut inner = self.inner();
        inner.bytes += bytes;
        inner.pieces.push_back(Arc::new(Piece { call, name, bytes, media_type, file }));
        while inner.bytes > self.most || inner.pieces.len() > MOST_PIECES {
            let Some(oldest) = inner.pieces.pop_front() else { break };
            inner.bytes -= oldest.bytes;
        }
        true
    }

    /// A piece that is still there.
    pub(crate) fn find(&self, call: CallNumber, name: &str) -> Option<Arc<Piece>> {
        self.inner().pieces.iter().find(|piece| piece.call == call && piece.name == name).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_pieces_go_first() {
        let kept = Kept::new(10);
        let (first, second) = (kept.next_call(), kept.next_call());
        assert!(kept.keep(first, "stdout", "text/plain", b"123456"));
        assert!(!kept.keep(first, "stderr", "text/plain", b"12345678901"), "more than all");
        assert_eq!(kept.find(first, "stdout").expect("is there").read(2, 3).expect("reads"), b"345");
        assert!(kept.keep(second, "stdout", "text/plain", b"abcdef"));
        assert!(kept.find(first, "stdout").is_none());
        assert_eq!(kept.find(second, "stdout").expect("is there").read(5, 100).expect("reads"), b"f");
        assert_eq!(kept.find(second, "stdout").expect("is there").read(50, 100).expect("reads"), b"");
        (0..2 * MOST_PIECES).for_each(|at| assert!(kept.keep(second, &at.to_string(), "", b"")));
        assert!(kept.find(second, "0").is_none() && kept.find(second, "511").is_some());
    }
}
