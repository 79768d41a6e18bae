//! The read-only base of a tree: a runtime's standard library, headers and the like, shared by all its runs.
//!
//! Owns the mapping from guest paths to slices of host files that were opened once, when the runtime was loaded. A
//! tar archive needs no unpacking: its members are such slices.

use super::error::FsResult;
use super::node::{NodeId, NodeKind, Stat, Times};
use crate::errno::Errno;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// A part of an open host file.
#[derive(Debug, Clone)]
pub struct HostSlice {
    /// The file.
    pub file: Arc<File>,
    /// Where the part begins, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub len: u64,
}

/// The content of a file of the base.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Host(HostSlice),
    Bytes(Arc<[u8]>),
    Device(Device),
}

/// A device in `/dev`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// `/dev/null`: reads as empty, discards what is written.
    Null,
    /// `/dev/zero`: reads as zeros without end, discards what is written.
    Zero,
    /// `/dev/full`: reads as zeros without end, has no room for anything.
    Full,
    /// `/dev/urandom` and `/dev/random`: random bytes without end, discards what is written.
    Random,
    /// `/dev/stdin`.
    Stdin,
    /// `/dev/stdout`.
    Stdout,
    /// `/dev/stderr`.
    Stderr,
}

const DEVICES: [(&str, Device); 8] = [
    ("/dev/null", Device::Null),
    ("/dev/zero", Device::Zero),
    ("/dev/full", Device::Full),
    ("/dev/random", Device::Random),
    ("/dev/urandom", Device::Random),
    ("/dev/stdin", Device::Stdin),
    ("/dev/stdout", Device::Stdout),
    ("/dev/stderr", Device::Stderr),
];

impl Source {
    fn len(&self) -> u64 {
        match self {
            Self::Host(slice) => slice.len,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Device(_) => 0,
        }
    }

    pub(super) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> FsResult<usize> {
        let left = self.len().saturating_sub(offset);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = &mut buffer[..count];
        match self {
            Self::Host(slice) => Ok(slice.file.read_at(buffer, slice.offset + offset).map_err(|_| Errno::Io)?),
            Self::Bytes(bytes) => {
                let start = bytes.len() - usize::try_from(left).map_err(|_| Errno::Overflow)?;
                buffer.copy_from_slice(&bytes[start..start + count]);
                Ok(count)
            }
            Self::Device(_) => Ok(0),
        }
    }
}

#[derive(Debug)]
pub(super) enum BaseNode {
    File(Source),
    Dir { parent: u32, entries: BTreeMap<Vec<u8>, u32> },
}

impl BaseNode {
    pub(super) fn stat(&self, id: NodeId) -> Stat {
        let (kind, size, mode) = match self {
            Self::File(Source::Device(_)) => (NodeKind::Device, 0, 0o666),
            Self::File(source) => (NodeKind::File, source.len(), 0o444),
            Self::Dir { .. } => (NodeKind::Dir, 0, 0o555),
        };
        Stat { ino: id.ino(), kind, size, links: 1, mode, times: Times::default() }
    }
}

/// An immutable tree. All its times are 0, so that anything compiled against it stays valid.
#[derive(Debug)]
pub struct BaseTree {
    nodes: Vec<BaseNode>,
}

impl BaseTree {
    pub(super) fn node(&self, index: usize) -> Option<&BaseNode> {
        self.nodes.get(index)
    }
}

/// Builds a base out of paths. A later file takes the place of an earlier one of the same path.
#[derive(Debug)]
pub struct BaseBuilder {
    nodes: Vec<BaseNode>,
}

impl Default for BaseBuilder {
    fn default() -> Self {
        Self { nodes: vec![BaseNode::Dir { parent: 0, entries: BTreeMap::new() }] }
    }
}

impl BaseBuilder {
    /// Adds a file that is a part of a host file. `path` is absolute, without `.` and `..`.
    pub fn host_file(&mut self, path: &str, slice: HostSlice) {
        self.file(path, Source::Host(slice));
    }

    /// Adds a device under a name of its own.
    pub fn device(&mut self, path: &str, device: Device) {
        self.file(path, Source::Device(device));
    }

    /// Adds a file that is held in memory.
    pub fn bytes(&mut self, path: &str, bytes: impl Into<Arc<[u8]>>) {
        self.file(path, Source::Bytes(bytes.into()));
    }

    /// The finished tree, with its devices.
    pub fn build(mut self) -> Arc<BaseTree> {
        for (path, device) in DEVICES {
            self.file(path, Source::Device(device));
        }
        Arc::new(BaseTree { nodes: self.nodes })
    }

    fn file(&mut self, path: &str, source: Source) {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        let dir = self.make_dirs(dir.split('/'));
        self.add(dir, name, BaseNode::File(source));
    }

    fn make_dirs<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> u32 {
        let mut dir = 0;
        for name in names.filter(|name| !name.is_empty()) {
            dir = match self.entry(dir, name) {
                Some(index) if matches!(self.nodes[index as usize], BaseNode::Dir { .. }) => index,
                _ => self.add(dir, name, BaseNode::Dir { parent: dir, entries: BTreeMap::new() }),
            };
        }
        dir
    }

    fn entry(&self, dir: u32, name: &str) -> Option<u32> {
        match &self.nodes[dir as usize] {
            BaseNode::Dir { entries, .. } => entries.get(name.as_bytes()).copied(),
            BaseNode::File(_) => None,
        }
    }

    fn add(&mut self, dir: u32, name: &str, node: BaseNode) -> u32 {
        let index = u32::try_from(self.nodes.len()).expect("a base has far fewer than 2^31 nodes");
        self.nodes.push(node);
        if let BaseNode::Dir { entries, .. } = &mut self.nodes[dir as usize] {
            entries.insert(name.as_bytes().to_vec(), index);
        }
        index
    }
}
