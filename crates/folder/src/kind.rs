//! The kinds of entries of a folder.
//!
//! Owns the kinds and the few numbers that callers need. Owns no descriptor.

use rustix::fs::{FileType, Stat};
use std::fmt;

/// The kind of an entry. Of a link, the link itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plain file: the only kind that is opened.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A character or block device.
    Device,
    /// A kind that this program does not know.
    Unknown,
}

impl Kind {
    pub(crate) fn of(stat: &Stat) -> Self {
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Folder,
            FileType::Symlink => Self::Symlink,
            FileType::Fifo => Self::Pipe,
            FileType::Socket => Self::Socket,
            FileType::CharacterDevice | FileType::BlockDevice => Self::Device,
            FileType::Unknown => Self::Unknown,
        }
    }

    /// The kind in words, for messages: `a pipe`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::File => "a file",
            Self::Folder => "a folder",
            Self::Symlink => "a symlink",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
            Self::Unknown => "something else",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.words())
    }
}

/// The file system's facts about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// Its kind.
    pub kind: Kind,
    /// The length of a file or of a link's target in bytes, holes included; 0 for all other kinds.
    pub len: u64,
    /// Bytes that are allocated on disk, so that holes do not count.
    pub allocated: u64,
    /// When its content last changed, in milliseconds since the Unix epoch.
    pub modified_ms: i64,
    /// Its permission bits.
    pub mode: u32,
}

impl Metadata {
    pub(crate) fn of(stat: &Stat) -> Self {
        let kind = Kind::of(stat);
        let has_length = matches!(kind, Kind::File | Kind::Symlink);
        let nanoseconds = i64::try_from(stat.st_mtime_nsec).unwrap_or(0);
        Self {
            kind,
            len: if has_length { u64::try_from(stat.st_size).unwrap_or(0) } else { 0 },
            allocated: u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(512),
            modified_ms: stat.st_mtime.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000),
            mode: stat.st_mode & 0o7777,
        }
    }
}
