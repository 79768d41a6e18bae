//! Folders that a stranger has written to: walk, read, copy and remove them without being led astray.
//!
//! A container or a tool may put anything into its folder: links to other places, pipes that block their reader, devices,
//! folders a million deep, and it may exchange one for another at any time. This crate is the only one that looks at such
//! folders.
//!
//! - [`Folder`]: an open folder; everything starts from its descriptor.
//! - [`Walk`] and [`Entry`]: everything in a folder, within [`Bounds`] (`walk`).
//! - [`Folder::open_file`], [`Folder::read`]: one plain file by its path (`open`).
//! - [`Folder::copy_to`]: a copy that follows links inside the folder only (`copy`).
//! - [`Folder::empty`]: removes everything (`remove`).
//! - [`Folder::replace`]: a new file of ours under a name that may be taken (`replace`).
//! - [`Folder::open_to_all`] and others: modes and owners (`permission`).
//!
//! It knows neither jobs nor containers, and does not decide what a file is for.
//!
//! **Invariant:** a path never passes through more than one component at a time, and no link is followed, except by
//! [`Folder::copy_to`], where the kernel keeps the link inside the folder.
//!
//! **Invariant:** only plain files are opened. Something of unknown kind is first held with `O_PATH`, which has no effect on
//! pipes and devices, then examined, and only then opened through what is held.
//!
//! **Invariant:** nothing here calls itself, so depth costs no stack, and a walk keeps at most [`Bounds::depth`] folders open.

mod copy;
#[cfg(test)]
mod hostile;
mod kind;
mod open;
mod permission;
mod remove;
mod replace;
mod walk;

pub use copy::{Copied, CopyError, Room};
pub use kind::{Kind, Metadata};
pub use open::{OpenError, read_at_most};
pub use walk::{Bounds, Entry, LeftOut, Walk};

use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::Errno;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;

/// How a folder is opened for listing.
const LIST: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// An open folder. It stays the same folder when its path is exchanged. Clones share the descriptor.
#[derive(Debug, Clone)]
pub struct Folder {
    fd: Arc<OwnedFd>,
}

impl Folder {
    /// Opens a folder by a path whose parents nobody else can change. The last component may not be a link.
    ///
    /// # Errors
    /// Errors of the system; `ENOTDIR` for a link or a file.
    pub fn open(path: &Path) -> io::Result<Self> {
        let fd = rustix::fs::openat(CWD, path, LIST, Mode::empty())?;
        Ok(Self { fd: Arc::new(fd) })
    }

    /// Whether both are the same folder, whatever their paths were. The system gives the number of a folder that is open to no
    /// other one.
    ///
    /// # Errors
    /// Where one of them cannot be examined.
    pub fn is_same(&self, other: &Self) -> io::Result<bool> {
        let [ours, other] = [rustix::fs::fstat(&*self.fd)?, rustix::fs::fstat(&*other.fd)?];
        Ok((ours.st_dev, ours.st_ino) == (other.st_dev, other.st_ino))
    }
}

/// Opens a folder in a folder; a link is refused.
fn open_folder(parent: impl AsFd, name: impl rustix::path::Arg) -> Result<OwnedFd, Errno> {
    rustix::fs::openat(parent, name, LIST, Mode::empty())
}
