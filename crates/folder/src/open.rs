//! Opening one plain file in a folder.
//!
//! Owns the way down, one component at a time and without following links, so that neither `..` nor a link nor an exchange in
//! between leads outside. Owns the order hold, examine, open: to open a pipe or a device has effects, to hold it has none.

use super::{Folder, Kind, Metadata};
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use rustix::path::Arg;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// The longest path that a caller may name, in bytes.
const MAX_PATH_BYTES: usize = 4096;
/// How something is held without being opened.
const HOLD: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// A file that was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The name is not a path inside a folder.
    #[error("{0}")]
    BadName(&'static str),
    /// Nothing has this name, or a link or a file stands where the path needs a folder.
    #[error("it does not exist")]
    Missing,
    /// It is not a plain file.
    #[error("it is {0}")]
    NotPlain(Kind),
    /// The file has more bytes than the caller allows.
    #[error("it has more than {most} bytes")]
    TooLong {
        /// Bytes that the caller allows.
        most: u64,
    },
    /// The system reports something else.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<Errno> for OpenError {
    fn from(error: Errno) -> Self {
        match error {
            Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG => Self::Missing,
            error => Self::Io(error.into()),
        }
    }
}

impl From<OpenError> for io::Error {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Io(error) => error,
            OpenError::Missing => Self::new(io::ErrorKind::NotFound, OpenError::Missing),
            error => Self::new(io::ErrorKind::InvalidData, error),
        }
    }
}

impl Folder {
    /// Opens a plain file for reading by its path in this folder. The path may be whatever a stranger sent.
    ///
    /// # Errors
    /// [`OpenError`], which never is [`OpenError::TooLong`].
    pub fn open_file(&self, path: &str) -> Result<(File, Metadata), OpenError> {
        let parts = components(path).map_err(OpenError::BadName)?;
        let (last, parents) = parts.split_last().ok_or(OpenError::Missing)?;
        let mut held: Option<OwnedFd> = None;
        for part in parents {
            let at = held.as_ref().map_or(self.fd.as_fd(), AsFd::as_fd);
            held = Some(rustix::fs::openat(at, *part, HOLD | OFlags::DIRECTORY, Mode::empty())?);
        }
        open_plain(held.as_ref().map_or(self.fd.as_fd(), AsFd::as_fd), *last)
    }

    /// Reads a plain file of at most `most` bytes.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, OpenError> {
        let (file, _) = self.open_file(path)?;
        read_at_most(file, most)?.ok_or(OpenError::TooLong { most })
    }

    /// Opens a plain file by a path that may pass through links, as long as they stay inside this folder.
    pub(crate) fn open_linked(&self, path: impl Arg) -> Result<(File, Metadata), OpenError> {
        let inside = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let held = rustix::fs::openat2(&*self.fd, path, flags, Mode::empty(), inside).map_err(io::Error::from)?;
        open_held(&held)
    }
}

/// Reads a file to its end; `None` if it has more than `most` bytes.
///
/// # Errors
/// Errors of the system.
pub fn read_at_most(file: File, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Opens a plain file directly in a folder.
pub(crate) fn open_plain(folder: impl AsFd, name: impl Arg) -> Result<(File, Metadata), OpenError> {
    open_held(&hold(folder, name)?)
}

/// Holds an entry of a folder without opening it.
pub(crate) fn hold(folder: impl AsFd, name: impl Arg) -> Result<OwnedFd, Errno> {
    rustix::fs::openat(folder, name, HOLD, Mode::empty())
}

/// The path by which the system finds exactly what is held, whatever has its name now.
pub(crate) fn held_path(held: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", held.as_raw_fd())
}

/// Opens exactly what is held.
pub(crate) fn reopen(held: &OwnedFd, flags: OFlags) -> Result<OwnedFd, Errno> {
    rustix::fs::openat(CWD, held_path(held), flags | OFlags::CLOEXEC | OFlags::NOCTTY, Mode::empty())
}

fn open_held(held: &OwnedFd) -> Result<(File, Metadata), OpenError> {
    let metadata = Metadata::of(&rustix::fs::fstat(held)?);
    if metadata.kind != Kind::File {
        return Err(OpenError::NotPlain(metadata.kind));
    }
    Ok((File::from(reopen(held, OFlags::RDONLY)?), metadata))
}

/// The components of a plain path inside a folder, or the reason why it is not one.
fn components(path: &str) -> Result<Vec<&str>, &'static str> {
    if path.is_empty() {
        return Err("it is empty");
    }
    if path.len() > MAX_PATH_BYTES {
        return Err("it is longer than 4096 bytes");
    }
    if path.contains('\0') {
        return Err("it holds a NUL byte");
    }
    if path.starts_with('/') {
        return Err("it is absolute; names are relative to the folder");
    }
    let parts: Vec<&str> = path.split('/').collect();
    if parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
        return Err("empty parts, `.` and `..` are not allowed");
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile::{exchange_until, pipe};
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn names_that_are_not_plain_paths_are_refused() {
        for name in ["", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", ".", "./a", "a//b", "a/", "a\0b"] {
            components(name).expect_err(name);
        }
        components(&"n/".repeat(3000)).expect_err("too long");
        for name in ["a", "a/b", "...", "..a", "-rf", " ", "ünï", "a\\..\\b"] {
            components(name).expect(name);
        }
    }

    #[test]
    fn only_plain_files_are_opened_and_a_pipe_blocks_nobody() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("sub")).expect("made");
        fs::write(dir.path().join("sub/file"), "text").expect("written");
        symlink("sub/file", dir.path().join("link")).expect("linked");
        symlink("sub", dir.path().join("sublink")).expect("linked");
        pipe(&dir.path().join("pipe"));
        let folder = Folder::open(dir.path()).expect("opens");
        assert_eq!(folder.read("sub/file", 4).expect("read"), b"text");
        assert!(matches!(folder.read("sub/file", 3), Err(OpenError::TooLong { most: 3 })));
        let cases = [("link", Kind::Symlink), ("pipe", Kind::Pipe), ("sub", Kind::Folder)];
        for (name, kind) in cases {
            assert!(matches!(folder.open_file(name), Err(OpenError::NotPlain(found)) if found == kind), "{name}");
        }
        for name in ["none", "sublink/file", "link/x", &"x".repeat(300)] {
            assert!(matches!(folder.open_file(name), Err(OpenError::Missing)), "{name}");
        }
        assert!(matches!(folder.open_file("../x"), Err(OpenError::BadName(_))));
        Folder::open(&dir.path().join("sublink")).expect_err("a link");
        Folder::open(&dir.path().join("sub/file")).expect_err("a file");
    }

    #[test]
    fn a_folder_that_is_exchanged_for_a_link_leads_nowhere() {
        let dir = tempfile::tempdir().expect("a folder");
        let [real, link, outside] = ["real", "link", "outside"].map(|name| dir.path().join(name));
        for (folder, text) in [(&real, "ours"), (&outside, "secret")] {
            fs::create_dir(folder).expect("made");
            fs::write(folder.join("x"), text).expect("written");
        }
        symlink(&outside, &link).expect("linked");
        let folder = Folder::open(dir.path()).expect("opens");
        let (mut ours, mut refused) = (0, 0);
        exchange_until(&real, &link, || {
            match folder.read("real/x", 100) {
                Ok(text) => {
                    assert_eq!(text, b"ours");
                    ours += 1;
                }
                Err(OpenError::Missing) => refused += 1,
                Err(error) => panic!("{error}"),
            }
            ours > 100 && refused > 100
        });
    }
}
