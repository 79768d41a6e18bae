//! Going through a folder that a tool has filled, without following a link and without holding more than a bounded number
//! of folders open.
//!
//! Owns the walk and what is counted on it. What is deeper than [`MAX_DEPTH`] is not entered, and said to be there.

use super::beneath::{open_folder, open_subfolder};
use super::{FileError, FileStore, blocking};
use runcell_model::job::JobId;
use rustix::fs::{AtFlags, Dir, FileType, Stat};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::ffi::CStr;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Folders in each other.
pub(super) const MAX_DEPTH: usize = 100;

/// What a folder takes on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskUsage {
    /// Bytes that are allocated, so that holes do not count. A file with several names counts for each.
    pub bytes: u64,
    /// Files and folders, symlinks and all else included.
    pub files: u64,
    /// Whether there is more than was counted: folders in each other deeper than 100, or that cannot be read, or more
    /// files than were asked for.
    pub incomplete: bool,
}

/// Something in a folder.
pub(super) struct Found<'a> {
    /// The folder it is in.
    pub(super) folder: BorrowedFd<'a>,
    /// Its name there.
    pub(super) name: &'a CStr,
    /// The names of the folders above it, from the top.
    pub(super) above: &'a [Vec<u8>],
    /// What it is; of a symlink, the link itself.
    pub(super) stat: &'a Stat,
}

impl Found<'_> {
    pub(super) fn kind(&self) -> FileType {
        FileType::from_raw_mode(self.stat.st_mode)
    }

    /// The path from the top, where it is UTF-8.
    pub(super) fn path(&self) -> Option<String> {
        let parts = self.above.iter().map(Vec::as_slice).chain([self.name.to_bytes()]);
        parts.map(std::str::from_utf8).collect::<Result<Vec<_>, _>>().ok().map(|parts| parts.join("/"))
    }
}

/// Shows everything in a folder to `see`, until that breaks off. Returns whether something could not be entered.
pub(super) fn walk(top: OwnedFd, mut see: impl FnMut(&Found<'_>) -> ControlFlow<()>) -> Result<bool, Errno> {
    let mut incomplete = false;
    let (mut open, mut above) = (vec![(Dir::read_from(&top)?, top)], Vec::<Vec<u8>>::new());
    while let Some((entries, folder)) = open.last_mut() {
        let entry = match entries.read() {
            Some(Ok(entry)) => entry,
            Some(Err(error)) => return Err(error),
            None => {
                open.pop();
                above.pop();
                continue;
            }
        };
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let stat = match rustix::fs::statat(&*folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => stat,
            // What is gone by now was never there; what may not be looked at is.
            Err(error) => {
                incomplete |= error != Errno::NOENT;
                continue;
            }
        };
        let found = Found { folder: folder.as_fd(), name, above: &above, stat: &stat };
        if see(&found).is_break() {
            return Ok(true);
        }
        if found.kind() != FileType::Directory {
            continue;
        }
        let below = if above.len() < MAX_DEPTH { open_subfolder(&*folder, name) } else { Err(Errno::NAMETOOLONG) };
        match below.and_then(|below| Ok((Dir::read_from(&below)?, below))) {
            Ok(below) => {
                above.push(name.to_bytes().to_vec());
                open.push(below);
            }
            Err(_) => incomplete = true,
        }
    }
    Ok(incomplete)
}

/// The bytes and files of a folder, counted up to `most_files`.
pub(super) fn usage(top: OwnedFd, most_files: u64) -> Result<DiskUsage, Errno> {
    let mut usage = DiskUsage::default();
    usage.incomplete = walk(top, |found| {
        usage.files += 1;
        usage.bytes += u64::try_from(found.stat.st_blocks).unwrap_or(0) * 512;
        if usage.files > most_files { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(usage)
}

impl FileStore {
    /// What the results of a job take on disk, counted up to `most_files`: a hundred thousand files take about 0.1 s.
    ///
    /// # Errors
    /// [`FileError::NoFolder`] where the job has no folder.
    pub async fn usage(&self, id: JobId, most_files: u64) -> Result<DiskUsage, FileError> {
        let out = self.job_path(id).join("out");
        blocking(move || {
            let top = open_folder(&out).map_err(|_| FileError::NoFolder(id))?;
            usage(top, most_files).map_err(FileError::io("count", "results"))
        })
        .await
    }
}
