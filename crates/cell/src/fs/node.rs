//! The nodes of the writable part: files, directories, symlinks; and the attributes of any node.
//!
//! Owns identity ([`NodeId`]), directory entries with cookies that survive changes, and times. Does not charge the quota.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A node of the writable part or of the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

const BASE_BIT: u32 = 1 << 31;

impl NodeId {
    /// The root directory: node 0 of the base.
    pub const ROOT: Self = Self::base(0);

    pub(super) const fn private(index: u32) -> Self {
        Self(index)
    }

    pub(super) const fn base(index: u32) -> Self {
        Self(index | BASE_BIT)
    }

    pub(super) fn private_index(self) -> Option<usize> {
        (self.0 & BASE_BIT == 0).then_some(self.0 as usize)
    }

    pub(super) fn base_index(self) -> Option<usize> {
        (self.0 & BASE_BIT != 0).then_some((self.0 & !BASE_BIT) as usize)
    }

    /// The number that `stat` reports; never 0.
    pub fn ino(self) -> u64 {
        u64::from(self.0) + 1
    }

    /// The node that `stat` reports such a number of; it need not be there.
    pub(super) fn of_ino(ino: u64) -> Option<Self> {
        u32::try_from(ino.checked_sub(1)?).ok().map(Self)
    }
}

/// The kind of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link.
    Symlink,
    /// A device of `/dev`.
    Device,
}

/// Times in nanoseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// Set by the guest only: a read does not change it.
    pub accessed: u64,
    /// The last change of contents, or of a directory's entries.
    pub modified: u64,
    /// The creation of the node.
    pub changed: u64,
}

/// The attributes of a node that `stat` reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// The number of the node, unique in its tree.
    pub ino: u64,
    /// The kind of the node.
    pub kind: NodeKind,
    /// Its permission bits, as `chmod` sets them. They are kept and told, and bind nobody: a guest owns all its files.
    pub mode: u16,
    /// Length in bytes: of a file its contents, of a symlink its target; 0 for others.
    pub size: u64,
    /// How many names the node has.
    pub links: u64,
    /// Its times; all 0 in the base.
    pub times: Times,
}

/// An entry of a directory as it is listed.
#[derive(Debug, Clone, Copy)]
pub struct DirEntry<'a> {
    /// The cookie from which a listing goes on behind this entry.
    pub next: u64,
    /// Its name, without a path.
    pub name: &'a [u8],
    /// The node that it leads to; a symlink is not followed.
    pub id: NodeId,
    /// The kind of that node.
    pub kind: NodeKind,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) data: NodeData,
    pub(super) links: u32,
    pub(super) opens: u32,
    pub(super) mode: u16,
    pub(super) times: Times,
}

/// The bits of a mode that are permissions.
pub(super) const MODE_BITS: u16 = 0o7777;

#[derive(Debug)]
pub(super) enum NodeData {
    File(Arc<Vec<u8>>),
    Dir { parent: NodeId, entries: Entries },
    Symlink(Box<[u8]>),
}

impl NodeData {
    pub(super) fn kind(&self) -> NodeKind {
        match self {
            Self::File(_) => NodeKind::File,
            Self::Dir { .. } => NodeKind::Dir,
            Self::Symlink(_) => NodeKind::Symlink,
        }
    }

    /// Bytes that the quota counts.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::File(bytes) => bytes.len() as u64,
            Self::Dir { .. } => 0,
            Self::Symlink(target) => target.len() as u64,
        }
    }
}

impl Node {
    pub(super) fn new(data: NodeData, now: u64) -> Self {
        let mode = match data {
            NodeData::File(_) => 0o666,
            NodeData::Dir { .. } | NodeData::Symlink(_) => 0o777,
        };
        Self { data, links: 1, opens: 0, mode, times: Times { accessed: now, modified: now, changed: now } }
    }

    pub(super) fn stat(&self, id: NodeId) -> Stat {
        let (kind, size) = (self.data.kind(), self.data.size());
        Stat { ino: id.ino(), kind, size, links: u64::from(self.links), mode: self.mode, times: self.times }
    }
}

/// The entries of a writable directory, by name and in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Entries {
    by_name: BTreeMap<Box<[u8]>, (u64, NodeId)>,
    by_age: BTreeMap<u64, Box<[u8]>>,
    next: u64,
}

impl Entries {
    pub(super) fn get(&self, name: &[u8]) -> Option<NodeId> {
        self.by_name.get(name).map(|(_, id)| *id)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Adds an entry, in the place of one of the same name.
    pub(super) fn insert(&mut self, name: &[u8], id: NodeId) {
        self.remove(name);
        self.by_name.insert(name.into(), (self.next, id));
        self.by_age.insert(self.next, name.into());
        self.next += 1;
    }

    pub(super) fn remove(&mut self, name: &[u8]) -> Option<NodeId> {
        let (age, id) = self.by_name.remove(name)?;
        self.by_age.remove(&age);
        Some(id)
    }

    /// The entries from the `age`th that was ever made on, in order, each with its age.
    pub(super) fn since(&self, age: u64) -> impl Iterator<Item = (u64, &[u8], NodeId)> {
        self.by_age.range(age..).filter_map(|(age, name)| Some((*age, &**name, self.get(name)?)))
    }
}
