//! Outputs and files that do not fit into an answer, kept for the client to fetch.
//!
//! Owns their bound and their order: the oldest go first, of the owner who has the most. They lie in temporary files without names,
//! so that they take no memory and are gone with the process. The addresses that they have are a face's business.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::hash::Hash;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most runs whose pieces are kept, whatever their size: each holds a descriptor.
const MOST_FILES: usize = 256;

/// Outputs and files that are kept, of owners `O` and their runs `R`.
#[derive(Debug)]
pub struct KeptPieces<O, R> {
    most: u64,
    inner: Mutex<Inner<O, R>>,
}

#[derive(Debug)]
struct Inner<O, R> {
    bytes: u64,
    kept: VecDeque<Kept<O, R>>,
}

/// Pieces that were kept together.
#[derive(Debug)]
struct Kept<O, R> {
    owner: O,
    run: R,
    bytes: u64,
    pieces: Vec<KeptPiece>,
}

/// An output or a file.
#[derive(Debug, Clone)]
pub struct KeptPiece {
    name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its media type.
    pub media_type: String,
    /// Where it begins in its file.
    start: u64,
    file: Arc<File>,
}

/// An output or a file that is to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewPiece<'a> {
    /// Its name among those of its run.
    pub name: &'a str,
    /// Its media type.
    pub media_type: &'a str,
    /// All of it.
    pub content: &'a [u8],
}

impl KeptPiece {
    /// At most `most` bytes from an offset.
    ///
    /// # Errors
    /// [`io::Error`] where the disk cannot be read.
    pub fn read(&self, from: u64, most: u64) -> io::Result<Vec<u8>> {
        let length = self.bytes.saturating_sub(from).min(most);
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        self.file.read_exact_at(&mut bytes, self.start + from).map(|()| bytes)
    }
}

impl<O: Clone + Eq + Hash, R: PartialEq> KeptPieces<O, R> {
    /// Keeps at most `most` bytes.
    #[must_use]
    pub fn new(most: u64) -> Self {
        Self { most, inner: Mutex::new(Inner { bytes: 0, kept: VecDeque::new() }) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner<O, R>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps pieces of a run. Returns `false` if they are larger than all that may be kept, or if the disk refuses them.
    pub fn keep(&self, owner: O, run: R, pieces: &[NewPiece<'_>]) -> bool {
        let bytes = pieces.iter().map(|piece| piece.content.len() as u64).sum();
        if bytes > self.most {
            return false;
        }
        let pieces = match write(pieces) {
            Ok(pieces) => pieces,
            Err(error) => {
                tracing::warn!(%error, "an output cannot be kept");
                return false;
            }
        };
        let mut inner = self.inner();
        inner.bytes += bytes;
        inner.kept.push_back(Kept { owner, run, bytes, pieces });
        while inner.bytes > self.most || inner.kept.len() > MOST_FILES {
            inner.make_room();
        }
        true
    }

    /// A piece that is still there, of an owner and a run that fit.
    pub fn find(&self, fits: impl Fn(&O, &R) -> bool, name: &str) -> Option<KeptPiece> {
        let inner = self.inner();
        let kept = inner.kept.iter().filter(|kept| fits(&kept.owner, &kept.run));
        kept.flat_map(|kept| &kept.pieces).find(|piece| piece.name == name).cloned()
    }

    /// Forgets the pieces of the owners and runs that fit.
    pub fn forget(&self, fits: impl Fn(&O, &R) -> bool) {
        let mut inner = self.inner();
        inner.kept.retain(|kept| !fits(&kept.owner, &kept.run));
        inner.bytes = inner.kept.iter().map(|kept| kept.bytes).sum();
    }
}

impl<O: Clone + Eq + Hash, R> Inner<O, R> {
    /// Removes the oldest of the owner who has the most.
    fn make_room(&mut self) {
        let mut shares: HashMap<&O, (u64, u64)> = HashMap::new();
        for kept in &self.kept {
            let share = shares.entry(&kept.owner).or_default();
            *share = (share.0 + kept.bytes, share.1 + 1);
        }
        let largest = shares.into_iter().max_by_key(|(_, share)| *share).map(|(owner, _)| owner.clone());
        let oldest = self.kept.iter().position(|kept| Some(&kept.owner) == largest.as_ref());
        if let Some(removed) = oldest.and_then(|oldest| self.kept.remove(oldest)) {
            self.bytes -= removed.bytes;
        }
    }
}

/// Writes pieces into one file without a name.
fn write(pieces: &[NewPiece<'_>]) -> io::Result<Vec<KeptPiece>> {
    let mut file = tempfile::tempfile()?;
    pieces.iter().try_for_each(|piece| file.write_all(piece.content))?;
    let (file, mut start) = (Arc::new(file), 0);
    let place = |piece: &NewPiece<'_>| {
        let (name, media_type, bytes) =
            (piece.name.to_owned(), piece.media_type.to_owned(), piece.content.len() as u64);
        start += bytes;
        KeptPiece { name, bytes, media_type, start: start - bytes, file: file.clone() }
    };
    Ok(pieces.iter().map(place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece<'a>(name: &'a str, content: &'a [u8]) -> NewPiece<'a> {
        NewPiece { name, media_type: "text/plain", content }
    }

    #[test]
    fn the_oldest_pieces_go_first() {
        let kept = KeptPieces::new(10);
        let find = |run: u64, name: &str| kept.find(|(), found| *found == run, name);
        assert!(kept.keep((), 1, &[piece("stdout", b"123"), piece("stderr", b"456")]));
        assert!(!kept.keep((), 1, &[piece("more", b"12345678901")]), "more than all");
        assert_eq!(find(1, "stderr").expect("is there").read(1, 1).expect("reads"), b"5");
        assert!(kept.keep((), 2, &[piece("stdout", b"abcdef")]));
        assert!(find(1, "stdout").is_none() && find(1, "stderr").is_none());
        assert_eq!(find(2, "stdout").expect("is there").read(5, 100).expect("reads"), b"f");
        assert_eq!(find(2, "stdout").expect("is there").read(50, 100).expect("reads"), b"");
        (0..2 * MOST_FILES).for_each(|at| assert!(kept.keep((), 3, &[piece(&at.to_string(), b"")])));
        assert!(find(3, "0").is_none() && find(3, "511").is_some());
    }

    #[test]
    fn one_owner_does_not_push_out_another() {
        let kept = KeptPieces::new(100);
        assert!(kept.keep("few", 0, &[piece("a", &[1; 20])]));
        (1..50).for_each(|run| assert!(kept.keep("many", run, &[piece("a", &[2; 30])])));
        let there = |owner: &str, run: i32| kept.find(|o, r| *o == owner && *r == run, "a").is_some();
        assert!(there("few", 0) && there("many", 49) && !there("many", 1));
        kept.forget(|owner, _| *owner == "many");
        assert!(there("few", 0) && !there("many", 49));
        assert_eq!(kept.inner().bytes, 20);
    }
}
