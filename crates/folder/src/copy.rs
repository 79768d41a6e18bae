//! Copying a folder into an empty one of ours.
//!
//! Owns the rule for links: a link to a file inside the folder is copied as that file; every other link, and everything that
//! is neither a file nor a folder, is an error. The copies can be read by every user, whatever mode the originals have.

use super::{Bounds, Entry, Folder, Kind, OpenError, open_folder};
use rustix::fs::{Mode, OFlags};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;

/// How much a copy may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes of all files together.
    pub bytes: u64,
    /// How many folders in each other, and how many files and folders.
    pub bounds: Bounds,
}

/// The amounts that were copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    /// Bytes of all files together.
    pub bytes: u64,
    /// Files and folders.
    pub entries: u64,
}

/// A folder that could not be copied. Paths are relative to it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There are more files and folders than the room allows.
    #[error("it has more than {max} files and folders")]
    TooMany {
        /// Files and folders that are allowed.
        max: u64,
    },
    /// The files have more bytes than the room allows.
    #[error("it has more than {max} bytes")]
    TooLarge {
        /// Bytes that are allowed.
        max: u64,
    },
    /// A folder lies too deep.
    #[error("{} lies more than {max} folders deep", .path.display())]
    TooDeep {
        /// The folder.
        path: PathBuf,
        /// The depth that is allowed.
        max: usize,
    },
    /// Something is neither a plain file nor a folder.
    #[error("{} is {what}", .path.display())]
    NotPlain {
        /// Its path.
        path: PathBuf,
        /// Its kind, in words.
        what: &'static str,
    },
    /// The system reports something else, such as a link that leads outside.
    #[error("could not {action} {}", .path.display())]
    Io {
        /// The action that failed.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

impl CopyError {
    fn io<E: Into<io::Error>>(action: &'static str, path: PathBuf) -> impl FnOnce(E) -> Self {
        move |error| Self::Io { action, path, source: error.into() }
    }
}

impl Folder {
    /// Copies everything in this folder into another, which is empty and which nobody else writes to.
    ///
    /// # Errors
    /// [`CopyError`]; what was copied until then stays.
    pub fn copy_to(&self, to: &Self, room: Room) -> Result<Copied, CopyError> {
        let mut copied = Copied::default();
        let mut walk = self.walk(room.bounds).map_err(CopyError::io("list", PathBuf::new()))?;
        // The folders of the copy from the top down to where the walk is.
        let mut open = vec![to.fd.clone()];
        while let Some(entry) = walk.next_entry() {
            open.truncate(entry.depth() + 1);
            let Some(into) = open.last() else { break };
            copied.entries += 1;
            if entry.kind() == Kind::Folder {
                let made = make_folder(into, &entry).map_err(CopyError::io("create", entry.path()))?;
                open.push(Arc::new(made));
                continue;
            }
            let from = self.open_entry(&entry)?;
            let mut file = make_file(into, &entry).map_err(CopyError::io("create", entry.path()))?;
            let left = room.bytes - copied.bytes;
            let size = io::copy(&mut from.take(left.saturating_add(1)), &mut file);
            let size = size.map_err(CopyError::io("copy", entry.path()))?;
            if size > left {
                return Err(CopyError::TooLarge { max: room.bytes });
            }
            copied.bytes += size;
        }
        let left_out = walk.left_out();
        if left_out.too_many {
            return Err(CopyError::TooMany { max: room.bounds.entries });
        }
        if let Some(path) = left_out.too_deep {
            return Err(CopyError::TooDeep { path, max: room.bounds.depth });
        }
        left_out.unreadable.map_or(Ok(copied), |(path, error)| Err(CopyError::io("read", path)(error)))
    }

    /// Opens what an entry is or, if it is a link, leads to.
    fn open_entry(&self, entry: &Entry<'_>) -> Result<File, CopyError> {
        let path = entry.path();
        let opened = match entry.kind() {
            Kind::Symlink => self.open_linked(&*path),
            _ => entry.open(),
        };
        opened.map(|(file, _)| file).map_err(|error| refusal(error, path, entry.kind()))
    }
}

fn refusal(error: OpenError, path: PathBuf, kind: Kind) -> CopyError {
    match error {
        OpenError::NotPlain(Kind::Folder) if kind == Kind::Symlink => {
            CopyError::NotPlain { path, what: "a symlink to a folder" }
        }
        OpenError::NotPlain(kind) => CopyError::NotPlain { path, what: kind.words() },
        error => CopyError::io("open", path)(error),
    }
}

fn make_folder(into: &OwnedFd, entry: &Entry<'_>) -> io::Result<OwnedFd> {
    rustix::fs::mkdirat(into, entry.name(), Mode::from_raw_mode(0o755))?;
    let made = open_folder(into, entry.name())?;
    // The mask of the process does not apply.
    rustix::fs::fchmod(&made, Mode::from_raw_mode(0o755))?;
    Ok(made)
}

fn make_file(into: &OwnedFd, entry: &Entry<'_>) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let made = rustix::fs::openat(into, entry.name(), flags, Mode::from_raw_mode(0o644))?;
    rustix::fs::fchmod(&made, Mode::from_raw_mode(0o644))?;
    Ok(File::from(made))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile::{nest, pipe};
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    fn copy(from: &Path, to: &Path, bytes: u64, entries: u64) -> Result<Copied, CopyError> {
        let room = Room { bytes, bounds: Bounds { entries, ..Bounds::default() } };
        Folder::open(from).expect("opens").copy_to(&Folder::open(to).expect("opens"), room)
    }

    #[test]
    fn a_copy_is_readable_and_holds_what_links_inside_lead_to() {
        let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::create_dir_all(from.path().join("a/b")).expect("made");
        fs::create_dir(from.path().join("empty")).expect("made");
        fs::write(from.path().join("a/b/file"), "text").expect("written");
        fs::write(from.path().join("last"), "x").expect("written");
        symlink("a/b/file", from.path().join("down")).expect("linked");
        symlink("../../last", from.path().join("a/b/up")).expect("linked");
        fs::set_permissions(from.path().join("last"), fs::Permissions::from_mode(0o600)).expect("set");
        assert_eq!(copy(from.path(), to.path(), 10, 7).expect("copied"), Copied { bytes: 10, entries: 7 });
        for (name, text) in [("a/b/file", "text"), ("down", "text"), ("a/b/up", "x"), ("last", "x")] {
            let path = to.path().join(name);
            assert_eq!(fs::read_to_string(&path).expect("there"), text, "{name}");
            assert_eq!(fs::symlink_metadata(&path).expect("there").mode() & 0o777, 0o644, "{name}");
        }
        assert!(to.path().join("empty").is_dir());
    }

    #[test]
    fn what_leads_out_or_exceeds_the_room_is_an_error() {
        type Make = fn(&Path);
        let cases: [(&str, Make); 8] = [
            ("could not open l", |dir| symlink("/etc/passwd", dir.join("l")).expect("linked")),
            ("could not open l", |dir| symlink("../../etc/passwd", dir.join("l")).expect("linked")),
            ("could not open l", |dir| symlink("nowhere", dir.join("l")).expect("linked")),
            ("could not open l", |dir| symlink("/proc/self/fd/0", dir.join("l")).expect("linked")),
            ("l is a symlink to a folder", |dir| symlink(".", dir.join("l")).expect("linked")),
            ("l is a pipe", |dir| pipe(&dir.join("l"))),
            ("it has more than 100 bytes", |dir| fs::write(dir.join("l"), [0; 101]).expect("written")),
            ("it has more than 5 files and folders", |dir| nest(dir, 6)),
        ];
        for (expected, make) in cases {
            let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
            make(from.path());
            let error = copy(from.path(), to.path(), 100, 5).expect_err(expected).to_string();
            assert_eq!(error, expected);
        }
        let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        nest(from.path(), 200);
        let error = copy(from.path(), to.path(), 100, 1000).expect_err("too deep");
        assert!(matches!(error, CopyError::TooDeep { max: 100, .. }), "{error}");
    }
}
