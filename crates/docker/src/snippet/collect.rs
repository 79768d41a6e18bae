//! The files that a program leaves and that the caller asked for.
//!
//! Owns the bound of their bytes. Only plain files are read, and no link is followed: see `runcell_folder`.

use runcell_folder::{Bounds, Folder, Kind, read_at_most};
use runcell_model::file::{OutputFile, Wanted};

/// The files that patterns mean, at most `most` bytes together, and the patterns without a file. What cannot be read is left
/// out.
pub(super) fn collect(folder: &Folder, wanted: &[String], most: u64) -> (Vec<OutputFile>, Vec<String>) {
    let mut wanted = Wanted::new(wanted);
    let walk = if wanted.is_empty() { None } else { folder.walk(Bounds::default()).ok() };
    let Some(mut walk) = walk else { return wanted.finish() };
    let mut left = most;
    while let Some(entry) = walk.next_entry() {
        if entry.kind() != Kind::File {
            continue;
        }
        wanted.offer(entry.path().display().to_string(), || {
            let (file, _) = entry.open().ok()?;
            let bytes = read_at_most(file, left).ok()??;
            left -= bytes.len() as u64;
            Some(bytes)
        });
    }
    wanted.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode};
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
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o666), 0).expect("made");
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
