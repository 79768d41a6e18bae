//! Attacks of a stranger on a folder, for tests.
//!
//! Owns the makers of pits and pipes, and the race of a folder with a link.

use rustix::fs::{CWD, FileType, Mode, OFlags, RenameFlags};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// A folder in memory where this machine has that: some attacks take minutes on a disk.
pub(crate) fn folder_in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder")
}

/// Makes folders in each other, one at a time, as their path is longer than any call takes.
pub(crate) fn nest(top: &Path, depth: usize) {
    let open = OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut folder = rustix::fs::openat(CWD, top, open, Mode::empty()).expect("opens");
    for _ in 0..depth {
        rustix::fs::mkdirat(&folder, "d", Mode::RWXU).expect("made");
        folder = rustix::fs::openat(&folder, "d", open, Mode::empty()).expect("opens");
    }
}

/// Makes a pipe, which blocks everyone who opens it for reading.
pub(crate) fn pipe(path: &Path) {
    rustix::fs::mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o666), 0).expect("made");
}

/// Exchanges two names all the time, until `attack` returns true.
pub(crate) fn exchange_until(one: &Path, other: &Path, mut attack: impl FnMut() -> bool) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                // One of them may be removed just now.
                let _raced = rustix::fs::renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE);
            }
        });
        struct Stop<'a>(&'a AtomicBool);
        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        // An attack that fails its assertion stops the exchange too.
        let _stop = Stop(&stop);
        while !attack() {}
    });
}
