//! The files that a program leaves and that were asked for.
//!
//! Owns the suspicion of [`super::super::folder`] for a whole tree: only ordinary files are read, no link is followed, no name is
//! opened but within an open folder.

use super::super::folder::Folder;
use runcell_model::file::{Collector, OutputFile};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

/// Folders within folders that are entered.
const DEEPEST: usize = 64;

/// The files that patterns mean, at most `most` bytes together, and the patterns that mean none.
pub(super) fn collect(folder: &Folder, wanted: &[String], most: u64) -> (Vec<OutputFile>, Vec<String>) {
    let mut taking = Taking { collector: Collector::new(wanted), left: most };
    if !wanted.is_empty() {
        taking.folder(folder.fd(), "", 0);
    }
    taking.collector.finish()
}

struct Taking<'a> {
    collector: Collector<'a>,
    /// Bytes that may still be taken.
    left: u64,
}

impl Taking<'_> {
    /// Takes what is wanted of a folder. What cannot be looked at is as if it were not there.
    fn folder(&mut self, folder: &OwnedFd, above: &str, depth: usize) {
        for entry in Dir::read_from(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if [&b"."[..], b".."].contains(&name.to_bytes()) {
                continue;
            }
            let path = format!("{above}{}", String::from_utf8_lossy(name.to_bytes()));
            let Ok(stat) = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let open = |more| rustix::fs::openat(folder, name, flags | more, Mode::empty());
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory if depth < DEEPEST => {
                    if let Ok(inner) = open(OFlags::DIRECTORY) {
                        self.folder(&inner, &format!("{path}/"), depth + 1);
                    }
                }
                FileType::RegularFile => {
                    let left = &mut self.left;
                    self.collector.take(&path, || read(open(OFlags::empty()).ok()?, left));
                }
                _ => {}
            }
        }
    }
}

/// Everything that a file holds, unless that is more than `left`, which becomes less by it.
fn read(file: OwnedFd, left: &mut u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    File::from(file).take(*left + 1).read_to_end(&mut bytes).ok()?;
    *left = left.checked_sub(bytes.len() as u64)?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    fn take(dir: &Path, wanted: &[&str], most: u64) -> (Vec<String>, Vec<String>) {
        let wanted: Vec<String> = wanted.iter().map(|&text| text.to_owned()).collect();
        let (files, missing) = collect(&Folder::open(dir).expect("opens"), &wanted, most);
        (files.into_iter().map(|file| file.path).collect(), missing)
    }

    #[test]
    fn only_ordinary_files_that_were_asked_for_are_taken() {
        let dir = tempfile::tempdir().expect("a folder");
        let secret = tempfile::NamedTempFile::new().expect("a file");
        std::fs::create_dir_all(dir.path().join("a/b")).expect("made");
        std::fs::write(dir.path().join("a/b/x.csv"), "123").expect("written");
        std::fs::write(dir.path().join("y.csv"), "4").expect("written");
        symlink(secret.path(), dir.path().join("link.csv")).expect("linked");
        symlink("/etc", dir.path().join("etc")).expect("linked");
        let pipe = dir.path().join("pipe.csv");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o666), 0).expect("made");
        assert_eq!(
            take(dir.path(), &["**", "etc/passwd"], 100),
            (vec!["a/b/x.csv".to_owned(), "y.csv".to_owned()], vec!["etc/passwd".to_owned()])
        );
        assert_eq!(take(dir.path(), &["/work/y.csv"], 100).0, ["y.csv"]);
        assert_eq!(take(dir.path(), &["link.csv", "pipe.csv"], 100).1, ["link.csv", "pipe.csv"]);
        assert_eq!(take(dir.path(), &["**"], 2).0, ["y.csv"], "never more than allowed");
        assert!(take(dir.path(), &[], 100).0.is_empty());
    }
}
