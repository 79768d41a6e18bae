//! Opening what a tool may have made, by a name that a caller made up: never outside the folder, never through a symlink,
//! never a device.
//!
//! Owns the way down: one component at a time, each opened without following, so that neither `..` nor a symlink nor a race
//! leads elsewhere. What is at the end is looked at before it is opened, as opening a device or a pipe has effects.

use super::FileError;
use rustix::fs::{CWD, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

/// The longest path, in bytes.
const MAX_PATH_BYTES: usize = 4096;

/// How a folder is opened.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Opens a folder of ours.
pub(super) fn open_folder(path: &Path) -> Result<OwnedFd, Errno> {
    rustix::fs::openat(CWD, path, FOLDER, Mode::empty())
}

/// Opens a folder in a folder; a symlink is none.
pub(super) fn open_subfolder(parent: impl AsFd, name: impl rustix::path::Arg) -> Result<OwnedFd, Errno> {
    rustix::fs::openat(parent, name, FOLDER, Mode::empty())
}

/// The components of a name that is a plain path inside a folder.
pub(super) fn components(name: &str) -> Result<Vec<&str>, FileError> {
    let bad = |reason| FileError::BadName { name: name.chars().take(80).collect(), reason };
    if name.is_empty() {
        return Err(bad("it is empty"));
    }
    if name.len() > MAX_PATH_BYTES {
        return Err(bad("it is longer than 4096 bytes"));
    }
    if name.contains('\0') {
        return Err(bad("it holds a NUL byte"));
    }
    if name.starts_with('/') {
        return Err(bad("it is absolute; names are relative to the results"));
    }
    let parts: Vec<&str> = name.split('/').collect();
    if parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
        return Err(bad("empty parts, `.` and `..` are not allowed"));
    }
    Ok(parts)
}

/// Opens a plain file beneath a folder for reading.
pub(super) fn open_file(folder: BorrowedFd<'_>, name: &str) -> Result<(File, Stat), FileError> {
    let parts = components(name)?;
    let refused = |error: Errno| match error {
        Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG => FileError::NoResult(name.to_owned()),
        error => FileError::io("open", name)(error),
    };
    let (last, parents) = parts.split_last().unwrap_or((&name, &[]));
    let mut held: Option<OwnedFd> = None;
    for part in parents {
        let at = held.as_ref().map_or(folder, AsFd::as_fd);
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        held = Some(rustix::fs::openat(at, *part, flags, Mode::empty()).map_err(refused)?);
    }
    open_plain(held.as_ref().map_or(folder, AsFd::as_fd), *last, name).map_err(|error| match error {
        PlainError::System(error) => refused(error),
        PlainError::NotPlain(what) => FileError::NotPlain { name: name.to_owned(), what },
    })
}

/// Why something was not opened.
pub(super) enum PlainError {
    System(Errno),
    NotPlain(&'static str),
}

/// Opens a plain file in a folder. It is first held without being opened, looked at, and then opened as what is held.
fn open_plain(folder: BorrowedFd<'_>, last: impl rustix::path::Arg, _name: &str) -> Result<(File, Stat), PlainError> {
    let held = rustix::fs::openat(folder, last, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty());
    let held = held.map_err(PlainError::System)?;
    let stat = rustix::fs::fstat(&held).map_err(PlainError::System)?;
    let kind = FileType::from_raw_mode(stat.st_mode);
    if kind != FileType::RegularFile {
        return Err(PlainError::NotPlain(what(kind)));
    }
    let file = reopen(&held, OFlags::RDONLY).map_err(PlainError::System)?;
    Ok((File::from(file), stat))
}

/// Opens a plain file in a folder by a name of any bytes; none where it is something else or gone.
pub(super) fn open_listed(folder: BorrowedFd<'_>, name: &std::ffi::CStr) -> Option<(File, Stat)> {
    open_plain(folder, name, "").ok()
}

/// Opens exactly what is held.
pub(super) fn reopen(held: &OwnedFd, flags: OFlags) -> Result<OwnedFd, Errno> {
    let path = format!("/proc/self/fd/{}", held.as_raw_fd());
    rustix::fs::openat(CWD, path, flags | OFlags::CLOEXEC | OFlags::NOCTTY, Mode::empty())
}

/// What something is, for messages.
fn what(kind: FileType) -> &'static str {
    match kind {
        FileType::Directory => "a folder",
        FileType::Symlink => "a symlink",
        FileType::Fifo => "a pipe",
        FileType::Socket => "a socket",
        FileType::CharacterDevice | FileType::BlockDevice => "a device",
        FileType::RegularFile | FileType::Unknown => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_plain_paths_are_refused() {
        for name in ["", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", ".", "./a", "a//b", "a/", "a\0b"] {
            assert!(matches!(components(name), Err(FileError::BadName { .. })), "{name:?}");
        }
        components(&"n/".repeat(3000)).expect_err("too long");
        for name in ["a", "a/b", "...", "..a", "-rf", " ", "ünï", "a\\..\\b"] {
            components(name).expect(name);
        }
    }
}
