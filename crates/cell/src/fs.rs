//! The files that a guest sees: a tree in memory, over a read-only base shared by all runs of a runtime.
//!
//! Owns names, links, contents, times and the quota of what a guest may write. Nothing in it ever opens a host path:
//! a guest can only reach what was put into the tree, so `..`, symlinks and absolute names are plain data here. Does
//! not know file descriptors nor WASI (`wasi` does).

mod base;
mod edit;
mod error;
mod node;
mod quota;
mod resolve;

pub use base::{BaseBuilder, BaseTree, Device, HostSlice};
pub use error::{FsError, FsResult};
pub use node::{DirEntry, NodeId, NodeKind, Stat};
pub use quota::Quota;
pub use resolve::{Follow, Reach, Resolved};

use super::errno::Errno;
use base::{BaseNode, Source};
use node::{Entries, MODE_BITS, Node, NodeData};
use runcell_model::file::MAX_PATH_BYTES;
use std::sync::Arc;

/// The guest's files. Cheap to make: an empty tree is a few small allocations over a shared base.
#[derive(Debug)]
pub struct FileTree {
    base: Arc<BaseTree>,
    nodes: Vec<Node>,
    free: Vec<u32>,
    quota: Quota,
    umask: u16,
}

pub(crate) const WORK: NodeId = NodeId::private(0);
const TMP: NodeId = NodeId::private(1);
const GRAFTS: [(&[u8], NodeId); 2] = [(b"work", WORK), (b"tmp", TMP)];

impl FileTree {
    /// A tree with empty `/work` and `/tmp` over `base`.
    pub fn new(base: Arc<BaseTree>, quota: Quota) -> Self {
        let directory = |mode| {
            let data = NodeData::Dir { parent: NodeId::ROOT, entries: Entries::default() };
            Node { mode, ..Node::new(data, 0) }
        };
        Self { base, nodes: vec![directory(0o755), directory(0o1777)], free: Vec::new(), quota, umask: 0o022 }
    }

    /// The bytes and files that were written so far.
    pub fn quota(&self) -> &Quota {
        &self.quota
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        id.private_index().and_then(|index| self.nodes.get(index))
    }

    fn node_mut(&mut self, id: NodeId) -> FsResult<&mut Node> {
        let index = id.private_index().ok_or(Errno::RoFs)?;
        Ok(self.nodes.get_mut(index).ok_or(Errno::BadF)?)
    }

    fn base_node(&self, id: NodeId) -> Option<&BaseNode> {
        id.base_index().and_then(|index| self.base.node(index))
    }

    /// The kind of a node.
    pub fn kind(&self, id: NodeId) -> NodeKind {
        match (self.node(id), self.base_node(id)) {
            (Some(node), _) => node.data.kind(),
            (None, Some(BaseNode::Dir { .. })) => NodeKind::Dir,
            (None, Some(BaseNode::File(Source::Device(_)))) => NodeKind::Device,
            _ => NodeKind::File,
        }
    }

    /// The device that a node is.
    pub fn device(&self, id: NodeId) -> Option<Device> {
        match self.base_node(id)? {
            BaseNode::File(Source::Device(device)) => Some(*device),
            _ => None,
        }
    }

    /// The node that `stat` reports a number of.
    pub fn node_of(&self, ino: u64) -> FsResult<NodeId> {
        let found = NodeId::of_ino(ino).filter(|id| self.node(*id).is_some() || self.base_node(*id).is_some());
        found.ok_or(Errno::NoEnt.into())
    }

    /// Whether a node belongs to the runtime, which nobody can write to.
    pub fn is_base(&self, id: NodeId) -> bool {
        id.base_index().is_some()
    }

    /// The answer of `stat` for a node.
    pub fn stat(&self, id: NodeId) -> Stat {
        match (self.node(id), self.base_node(id)) {
            (Some(node), _) => node.stat(id),
            (None, Some(base)) => base.stat(id),
            (None, None) => {
                Stat { ino: id.ino(), kind: NodeKind::File, size: 0, links: 0, mode: 0, times: Default::default() }
            }
        }
    }

    /// Reads from a file into `buffer`; 0 at its end.
    pub fn read_at(&self, id: NodeId, offset: u64, buffer: &mut [u8]) -> FsResult<usize> {
        match (self.node(id).map(|node| &node.data), self.base_node(id)) {
            (Some(NodeData::File(bytes)), _) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let count = buffer.len().min(bytes.len() - start);
                buffer[..count].copy_from_slice(&bytes[start..start + count]);
                Ok(count)
            }
            (None, Some(BaseNode::File(source))) => source.read_at(offset, buffer),
            _ => Err(Errno::IsDir.into()),
        }
    }

    /// Everything a file holds.
    pub fn read_all(&self, id: NodeId) -> FsResult<Vec<u8>> {
        let size = usize::try_from(self.stat(id).size).map_err(|_| Errno::Overflow)?;
        let mut bytes = vec![0; size];
        let mut read = 0;
        while read < size {
            match self.read_at(id, read as u64, &mut bytes[read..])? {
                0 => break,
                count => read += count,
            }
        }
        bytes.truncate(read);
        Ok(bytes)
    }

    fn file_mut(&mut self, id: NodeId) -> FsResult<&mut Vec<u8>> {
        match &mut self.node_mut(id)?.data {
            NodeData::File(bytes) => Ok(Arc::make_mut(bytes)),
            NodeData::Dir { .. } => Err(Errno::IsDir.into()),
            NodeData::Symlink(_) => Err(Errno::Inval.into()),
        }
    }

    /// Writes all of `data` at `offset`, filling a gap with zeros.
    pub fn write_at(&mut self, id: NodeId, offset: u64, data: &[u8], now: u64) -> FsResult<()> {
        if data.is_empty() {
            return Ok(());
        }
        let end = offset.checked_add(data.len() as u64).ok_or(Errno::Inval)?;
        if end > self.file_mut(id)?.len() as u64 {
            self.set_len(id, end, now)?;
        }
        let start = usize::try_from(offset).map_err(|_| Errno::Overflow)?;
        self.file_mut(id)?[start..start + data.len()].copy_from_slice(data);
        self.node_mut(id)?.times.modified = now;
        Ok(())
    }

    /// Cuts a file or extends it with zeros.
    pub fn set_len(&mut self, id: NodeId, len: u64, now: u64) -> FsResult<()> {
        let old = self.file_mut(id)?.len() as u64;
        self.quota.charge_bytes(len.saturating_sub(old))?;
        let size = usize::try_from(len).map_err(|_| Errno::Overflow)?;
        let bytes = self.file_mut(id)?;
        bytes.resize(size, 0);
        if len < old / 2 {
            bytes.shrink_to_fit();
        }
        self.quota.release_bytes(old.saturating_sub(len));
        self.node_mut(id)?.times.modified = now;
        Ok(())
    }

    /// Sets the times that are given, in nanoseconds since 1970.
    pub fn set_times(&mut self, id: NodeId, accessed: Option<u64>, modified: Option<u64>) -> FsResult<()> {
        let times = &mut self.node_mut(id)?.times;
        times.accessed = accessed.unwrap_or(times.accessed);
        times.modified = modified.unwrap_or(times.modified);
        Ok(())
    }

    /// Sets the permission bits of a file or directory.
    pub fn set_mode(&mut self, id: NodeId, mode: u16) -> FsResult<()> {
        self.node_mut(id)?.mode = mode & MODE_BITS;
        Ok(())
    }

    /// Sets which permission bits new files and directories do not get, and returns those before.
    pub fn set_umask(&mut self, mask: u16) -> u16 {
        std::mem::replace(&mut self.umask, mask & 0o777)
    }

    /// The directory that holds a directory; the root is its own.
    pub fn parent(&self, id: NodeId) -> NodeId {
        match (self.node(id).map(|node| &node.data), self.base_node(id)) {
            (Some(NodeData::Dir { parent, .. }), _) => *parent,
            (_, Some(BaseNode::Dir { parent, .. })) => NodeId::base(*parent),
            _ => NodeId::ROOT,
        }
    }

    /// The entry `name` of a directory.
    pub fn lookup(&self, dir: NodeId, name: &[u8]) -> FsResult<Option<NodeId>> {
        if dir == NodeId::ROOT
            && let Some((_, id)) = GRAFTS.iter().find(|(graft, _)| *graft == name)
        {
            return Ok(Some(*id));
        }
        match (self.node(dir).map(|node| &node.data), self.base_node(dir)) {
            (Some(NodeData::Dir { entries, .. }), _) => Ok(entries.get(name)),
            (_, Some(BaseNode::Dir { entries, .. })) => Ok(entries.get(name).copied().map(NodeId::base)),
            _ => Err(Errno::NotDir.into()),
        }
    }

    /// The entries of a directory from `cookie` on, `.` and `..` first. A cookie stays good while entries come and go.
    pub fn read_dir(&self, dir: NodeId, cookie: u64) -> FsResult<Box<dyn Iterator<Item = DirEntry<'_>> + '_>> {
        let entry = |(next, name, id)| DirEntry { next, name, id, kind: self.kind(id) };
        let dots: [(u64, &[u8], NodeId); 2] = [(1, b".", dir), (2, b"..", self.parent(dir))];
        let dots = dots.into_iter().filter(move |(next, ..)| *next > cookie).map(entry);
        match (self.node(dir).map(|node| &node.data), self.base_node(dir)) {
            (Some(NodeData::Dir { entries, .. }), _) => {
                let entries = entries.since(cookie.saturating_sub(2));
                Ok(Box::new(dots.chain(entries.map(|(age, name, id)| (age + 3, name, id)).map(entry))))
            }
            (_, Some(BaseNode::Dir { entries, .. })) => {
                let in_root = dir == NodeId::ROOT;
                let grafted = move |name: &[u8]| in_root && GRAFTS.iter().any(|(graft, _)| *graft == name);
                let base = entries.iter().map(|(name, index)| (name.as_slice(), NodeId::base(*index)));
                let all =
                    GRAFTS.into_iter().filter(move |_| in_root).chain(base.filter(move |(name, _)| !grafted(name)));
                let numbered = (3..).zip(all).map(|(next, (name, id))| (next, name, id));
                Ok(Box::new(dots.chain(numbered.filter(move |(next, ..)| *next > cookie).map(entry))))
            }
            _ => Err(Errno::NotDir.into()),
        }
    }

    /// Shows every file below `/work` with its path relative to it, in no order. What lies so deep that its path is longer than
    /// any path may be is left out: nobody could name it, and a guest makes such in no time.
    pub fn visit_work_files(&self, mut visit: impl FnMut(&[u8], NodeId)) {
        let (mut path, mut open) = (Vec::new(), vec![(0, &b""[..], WORK, NodeKind::Dir)]);
        while let Some((parent_len, name, id, kind)) = open.pop() {
            path.truncate(parent_len);
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
            match kind {
                _ if path.len() > MAX_PATH_BYTES => {}
                NodeKind::File => visit(&path, id),
                NodeKind::Dir => {
                    let entries = self.read_dir(id, 2).into_iter().flatten();
                    open.extend(entries.map(|entry| (path.len(), entry.name, entry.id, entry.kind)));
                }
                NodeKind::Symlink | NodeKind::Device => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
