//! Emptying a folder that a program filled.
//!
//! Owns the way: folders within folders are moved up before they are entered, so that the deepest pit takes no stack and two
//! descriptors. No link is followed. Nobody writes there any more.

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

/// Removes everything in a folder, not the folder.
pub(super) fn empty(path: &Path) -> io::Result<()> {
    let top = rustix::fs::open(path, flags(), Mode::empty())?;
    let mut moved = 0_u64;
    loop {
        let folders = clear(&top, &top, &mut moved, false)?;
        if folders.is_empty() {
            return Ok(());
        }
        for name in folders {
            // A program may have closed its own folders to itself.
            rustix::fs::chmodat(&top, &*name, Mode::from_raw_mode(0o700), AtFlags::empty())?;
            let folder = rustix::fs::openat(&top, &*name, flags(), Mode::empty())?;
            clear(&folder, &top, &mut moved, true)?;
            rustix::fs::unlinkat(&top, &*name, AtFlags::REMOVEDIR)?;
        }
    }
}

fn flags() -> OFlags {
    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
}

/// Removes what is no folder; folders are moved to the top if `up`, else named.
fn clear(folder: &OwnedFd, top: &OwnedFd, moved: &mut u64, up: bool) -> io::Result<Vec<std::ffi::CString>> {
    let mut folders = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if [&b"."[..], b".."].contains(&name.to_bytes()) {
            continue;
        }
        let stat = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory if up => {
                // A folder is moved only by who may write it: its entry `..` changes.
                rustix::fs::chmodat(folder, name, Mode::from_raw_mode(0o700), AtFlags::empty())?;
                rustix::fs::renameat(folder, name, top, free_name(top, moved))?;
            }
            FileType::Directory => folders.push(name.to_owned()),
            _ => rustix::fs::unlinkat(folder, name, AtFlags::empty())?,
        }
    }
    Ok(folders)
}

/// A name that nothing at the top has.
fn free_name(top: &OwnedFd, moved: &mut u64) -> String {
    loop {
        *moved += 1;
        let name = format!("moved.{moved}");
        if rustix::fs::statat(top, &name, AtFlags::SYMLINK_NOFOLLOW).is_err() {
            return name;
        }
    }
}
