//! The rights of descriptors: what a program asked for, what it gave up, and what it is told.
//!
//! Owns the bits of WASI and their arithmetic. Two rights decide what a file can do, reading and writing, as they are how
//! preview1 says `O_RDONLY` and `O_WRONLY`. Any other is refused only after a program has given it up itself: libraries
//! ask for fewer than they use.

use super::failure::Result;
use crate::errno::Errno;
use crate::fs::NodeKind;

pub(super) const READ: u64 = 1 << 1;
pub(super) const SEEK: u64 = 1 << 2;
pub(super) const TELL: u64 = 1 << 5;
pub(super) const WRITE: u64 = 1 << 6;
const ADVISE: u64 = 1 << 7;
pub(super) const ALLOCATE: u64 = 1 << 8;
pub(super) const PATH_CREATE_DIRECTORY: u64 = 1 << 9;
pub(super) const PATH_CREATE_FILE: u64 = 1 << 10;
pub(super) const PATH_LINK_SOURCE: u64 = 1 << 11;
pub(super) const PATH_LINK_TARGET: u64 = 1 << 12;
pub(super) const PATH_OPEN: u64 = 1 << 13;
pub(super) const READDIR: u64 = 1 << 14;
pub(super) const PATH_READLINK: u64 = 1 << 15;
pub(super) const PATH_RENAME_SOURCE: u64 = 1 << 16;
pub(super) const PATH_RENAME_TARGET: u64 = 1 << 17;
pub(super) const PATH_FILESTAT_GET: u64 = 1 << 18;
pub(super) const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
pub(super) const PATH_FILESTAT_SET_TIMES: u64 = 1 << 20;
pub(super) const FILESTAT_SET_SIZE: u64 = 1 << 22;
pub(super) const FILESTAT_SET_TIMES: u64 = 1 << 23;
pub(super) const PATH_SYMLINK: u64 = 1 << 24;
pub(super) const PATH_REMOVE_DIRECTORY: u64 = 1 << 25;
pub(super) const PATH_UNLINK_FILE: u64 = 1 << 26;
/// All rights that there are.
const ALL: u64 = (1 << 30) - 1;
/// The rights that only a file with contents can have.
const OF_CONTENTS: u64 = READ | SEEK | TELL | WRITE | ADVISE | ALLOCATE | FILESTAT_SET_SIZE;

/// The rights of a descriptor, those that it passes on, and those that the program gave up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rights {
    pub(super) base: u64,
    pub(super) inheriting: u64,
    dropped: u64,
    dropped_inheriting: u64,
}

impl Rights {
    /// All but `without`.
    pub(super) const fn all_but(without: u64) -> Self {
        Self { base: ALL & !without, inheriting: ALL, dropped: 0, dropped_inheriting: 0 }
    }

    /// Those of a directory that the host opened.
    pub(super) const fn preopen() -> Self {
        Self::all_but(OF_CONTENTS)
    }

    /// Those of a node of that kind that is opened through this directory: what was asked for, and neither what makes no
    /// sense for it nor what the program no longer passes on.
    pub(super) fn of_child(self, kind: NodeKind, base: u64, inheriting: u64) -> Self {
        let refused = if kind == NodeKind::Dir { OF_CONTENTS } else { 0 };
        let dropped = self.dropped_inheriting;
        Self {
            base: base & ALL & !refused & !dropped,
            inheriting: inheriting & ALL & !dropped,
            dropped,
            dropped_inheriting: dropped,
        }
    }

    /// Gives rights up. Nothing can be had back.
    pub(super) fn shrink(&mut self, base: u64, inheriting: u64) -> Result {
        if base & !self.base != 0 || inheriting & !self.inheriting != 0 {
            return Err(Errno::NotCapable.into());
        }
        self.dropped |= self.base & !base;
        self.dropped_inheriting |= self.inheriting & !inheriting;
        (self.base, self.inheriting) = (base, inheriting);
        Ok(())
    }

    /// Refuses what the program gave up.
    pub(super) fn check(self, right: u64) -> Result {
        if self.dropped & right == 0 { Ok(()) } else { Err(Errno::NotCapable.into()) }
    }

    /// Whether a file may be read, or written.
    pub(super) fn allow(self, right: u64) -> bool {
        self.base & right != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_up_is_gone_here_and_below() {
        let mut dir = Rights::preopen();
        assert!(dir.check(PATH_OPEN).is_ok() && !dir.allow(READ));
        let file = dir.of_child(NodeKind::File, READ | WRITE, 0);
        assert!(file.allow(READ) && file.allow(WRITE) && file.check(SEEK).is_ok());
        dir.shrink(dir.base & !PATH_OPEN, dir.inheriting & !WRITE).expect("fewer");
        assert!(dir.check(PATH_OPEN).is_err() && dir.check(PATH_SYMLINK).is_ok());
        assert!(dir.shrink(dir.base | PATH_OPEN, dir.inheriting).is_err(), "nothing comes back");
        let below = dir.of_child(NodeKind::Dir, u64::MAX, u64::MAX);
        let file = below.of_child(NodeKind::File, u64::MAX, u64::MAX);
        assert!(file.allow(READ) && !file.allow(WRITE) && file.check(WRITE).is_err());
        assert_eq!(below.base & OF_CONTENTS, 0, "a directory has no contents");
    }
}
