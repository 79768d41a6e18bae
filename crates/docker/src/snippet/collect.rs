//! The files that a program leaves and that were asked for.
//!
//! Owns the suspicion of [`super::super::folder`] for a whole tree: only ordinary files are read, no link is followed, no name is
//! opened but within an open folder.

use super::super::folder::Folder;
use runcell_model::file::{GuestPath, OutputFile, Pattern};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

/// Folders within folders that are entered.
const DEEPEST: usize = 64;

/// The files that patterns mean, at most `most` bytes together, and the patterns that mean none.
pub(super) fn collect(folder: &Folder, wanted: &[String], most: u64) -> (Vec<OutputFile>, Vec<String>) {
    // The service has checked the patterns; one that is none would match nothing.
    let relative = |text: &String| GuestPath::new(text).map_or_else(|_| text.clone(), |path| path.as_str().to_owned());
    let patterns = wanted.iter().map(|text| Pattern::new(&relative(text)).ok()).collect();
    let mut taking = Taking { patterns, matched: vec![false; wanted.len()], files: Vec::new(), left: most };
    if !wanted.is_empty() {
        taking.folder(folder.fd(), "", 0);
    }
    let Taking { mut files, matched, .. } = taking;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let missing = wanted.iter().zip(matched).filter(|(_, matched)| !matched).map(|(pattern, _)| pattern.clone());
    (files, missing.collect())
}

struct Taking {
    patterns: Vec<Option<Pattern>>,
    matched: Vec<bool>,
    files: Vec<OutputFile>,
    left: u64,
}

impl Taking {
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
                    let hits = self.hits(&path);
                    if let (false, Ok(file)) = (hits.is_empty(), open(OFlags::empty())) {
                        self.file(file, path, &hits);
                    }
                }
                _ => {}
            }
        }
    }

    fn hits(&self, path: &str) -> Vec<usize> {
        let hit = |pattern: &Option<Pattern>| pattern.as_ref().is_some_and(|pattern| pattern.matches(path));
        (0..self.patterns.len()).filter(|index| hit(&self.patterns[*index])).collect()
    }

    fn file(&mut self, file: OwnedFd, path: String, hits: &[usize]) {
        let mut bytes = Vec::new();
        let read = File::from(file).take(self.left + 1).read_to_end(&mut bytes);
        if read.is_err() || bytes.len() as u64 > self.left {
            return;
        }
        self.left -= bytes.len() as u64;
        hits.iter().for_each(|index| self.matched[*index] = true);
        self.files.push(OutputFile { path, bytes });
    }
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
