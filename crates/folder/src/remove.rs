//! Removing everything in a folder.
//!
//! Owns the way: a folder inside a folder is moved up to the top instead of being entered, so that any depth takes two
//! descriptors and no stack. Modes that lock the owner out are changed first. There is no bound: what is not removed stays
//! on the disk for ever.

use super::open::{held_path, hold, reopen};
use super::{Folder, open_folder};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;
use std::ffi::{CStr, CString};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Entries that are listed before they are removed. More are found by listing again.
const PART: usize = 10_000;

impl Folder {
    /// Removes everything in this folder, but not the folder. Two processes may do it at the same time.
    ///
    /// # Errors
    /// Where something cannot be removed, such as a file in another user's folder. Everything else is removed all the same.
    pub fn empty(&self) -> io::Result<()> {
        let mut names = Names::new();
        // Entries that were moved to the top are found in the next round.
        loop {
            let entries = list_part(&self.fd)?;
            if entries.is_empty() {
                return Ok(());
            }
            let (mut failed, mut removed) = (None, 0_usize);
            for (name, kind) in entries {
                match remove_one(self.fd.as_fd(), &name, kind, &mut names) {
                    Ok(()) => removed += 1,
                    Err(error) => failed = Some(error),
                }
            }
            if let (Some(error), 0) = (failed, removed) {
                return Err(error.into());
            }
        }
    }
}

/// Removes an entry of the top; the folders in it move to the top.
fn remove_one(top: BorrowedFd<'_>, name: &CStr, kind: FileType, names: &mut Names) -> Result<(), Errno> {
    if kind != FileType::Directory {
        return gone(rustix::fs::unlinkat(top, name, AtFlags::empty()));
    }
    let Some(folder) = open_up(top, name)? else { return Ok(()) };
    loop {
        let entries = list_part(&folder)?;
        if entries.is_empty() {
            return gone(rustix::fs::unlinkat(top, name, AtFlags::REMOVEDIR));
        }
        for (inner, kind) in entries {
            if kind != FileType::Directory {
                gone(rustix::fs::unlinkat(&folder, &*inner, AtFlags::empty()))?;
            } else if rustix::fs::unlinkat(&folder, &*inner, AtFlags::REMOVEDIR).is_err() {
                // A folder can only be moved by a user who may write to it.
                open_up(folder.as_fd(), &inner)?;
                gone(rustix::fs::renameat(&folder, &*inner, top, names.next()))?;
            }
        }
    }
}

/// Names for what is moved to the top. Nobody can guess them, so none is taken: neither by what lies there nor by another
/// process that empties the same folder.
struct Names {
    prefix: u64,
    used: u64,
}

impl Names {
    fn new() -> Self {
        Self { prefix: RandomState::new().hash_one(std::process::id()), used: 0 }
    }

    fn next(&mut self) -> String {
        self.used += 1;
        format!("{:016x}.{}", self.prefix, self.used)
    }
}

/// Opens a folder and gives its owner all rights first; `None` if it is gone. What is changed is what is held.
fn open_up(parent: BorrowedFd<'_>, name: &CStr) -> Result<Option<OwnedFd>, Errno> {
    let held = match hold(parent, name) {
        Ok(held) => held,
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error),
    };
    let stat = rustix::fs::fstat(&held)?;
    let is_folder = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
    if is_folder && !Mode::from_raw_mode(stat.st_mode).contains(Mode::RWXU) {
        rustix::fs::chmod(held_path(&held), Mode::RWXU)?;
    }
    reopen(&held, OFlags::RDONLY | OFlags::DIRECTORY).map(Some)
}

/// A part of what is in a folder, and the kind of each entry.
fn list_part(folder: &OwnedFd) -> Result<Vec<(CString, FileType)>, Errno> {
    let mut found = Vec::new();
    for entry in Dir::new(open_folder(folder, c".")?)? {
        let entry = entry?;
        if matches!(entry.file_name().to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::Unknown => {
                let stat = rustix::fs::statat(folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)?;
                FileType::from_raw_mode(stat.st_mode)
            }
            kind => kind,
        };
        found.push((entry.file_name().to_owned(), kind));
        if found.len() >= PART {
            break;
        }
    }
    Ok(found)
}

/// Takes it as a success that another process removed something first.
fn gone(result: Result<(), Errno>) -> Result<(), Errno> {
    match result {
        Err(Errno::NOENT) => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile::{exchange_until, folder_in_memory, nest, pipe};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn everything_goes_and_nothing_outside() {
        let dir = tempfile::tempdir().expect("a folder");
        let [top, outside] = ["top", "outside"].map(|name| dir.path().join(name));
        fs::create_dir(&outside).expect("made");
        fs::write(outside.join("precious"), "x").expect("written");
        for name in ["closed/inner/deep", "d/d/d", "d/e/f"] {
            fs::create_dir_all(top.join(name)).expect("made");
        }
        symlink(&outside, top.join("d/link")).expect("linked");
        pipe(&top.join("d/pipe"));
        for name in ["closed/inner", "closed"] {
            fs::set_permissions(top.join(name), Permissions::from_mode(0o000)).expect("set");
        }
        Folder::open(&top).expect("opens").empty().expect("emptied");
        assert_eq!(fs::read_dir(&top).expect("there").count(), 0);
        assert_eq!(fs::read_to_string(outside.join("precious")).expect("there"), "x");
    }

    #[test]
    fn a_pit_of_folders_is_removed_by_two_at_once() {
        let dir = folder_in_memory();
        nest(dir.path(), 5000);
        let empty = || Folder::open(dir.path()).expect("opens").empty().expect("emptied");
        std::thread::scope(|scope| {
            scope.spawn(empty);
            empty();
        });
        assert_eq!(fs::read_dir(dir.path()).expect("there").count(), 0);
    }

    #[test]
    fn a_link_in_place_of_a_folder_removes_nothing_elsewhere() {
        let dir = folder_in_memory();
        let [top, outside] = ["top", "outside"].map(|name| dir.path().join(name));
        fs::create_dir_all(outside.join("precious/more")).expect("made");
        let mut rounds = 0;
        fs::create_dir_all(top.join("real/d/e")).expect("made");
        symlink(&outside, top.join("link")).expect("linked");
        exchange_until(&top.join("real"), &top.join("link"), || {
            // While it is exchanged, a removal may fail; it must not reach outside.
            let _raced = Folder::open(&top).expect("opens").empty();
            assert!(outside.join("precious/more").is_dir());
            if !top.join("real").exists() && !top.join("link").exists() {
                rounds += 1;
            }
            if rounds < 200 {
                fs::create_dir_all(top.join("real/d/e")).ok();
                symlink(&outside, top.join("link")).ok();
            }
            rounds == 200
        });
    }
}
