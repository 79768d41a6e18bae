//! Changes of names: create, link, rename, remove, and the bookkeeping of open nodes.
//!
//! Owns the rules of POSIX for them and the charging of the quota for entries. Contents are changed in the parent module.

use super::node::{Entries, Node, NodeData};
use super::{FileTree, FsResult, NodeId, NodeKind, Resolved};
use crate::errno::Errno;
use std::sync::Arc;

impl FileTree {
    /// Creates an empty file where a path leads to nothing.
    pub fn create_file(&mut self, at: &Resolved, now: u64) -> FsResult<NodeId> {
        if at.wants_dir {
            return Err(Errno::IsDir.into());
        }
        self.create(at, NodeData::File(Arc::default()), now)
    }

    /// Creates a directory where a path leads to nothing.
    pub fn create_dir(&mut self, at: &Resolved, now: u64) -> FsResult<NodeId> {
        self.create(at, NodeData::Dir { parent: at.dir, entries: Entries::default() }, now)
    }

    /// Creates a symlink where a path leads to nothing. The target need not exist.
    pub fn create_symlink(&mut self, at: &Resolved, target: &[u8], now: u64) -> FsResult<NodeId> {
        if target.is_empty() || target.contains(&0) {
            return Err(Errno::Inval.into());
        }
        at.names_no_directory()?;
        self.create(at, NodeData::Symlink(target.into()), now)
    }

    /// Adds a file, with its directories, that is there from the start. The contents may be shared between trees: they
    /// are copied when a guest first writes to them.
    pub fn put(&mut self, path: &str, bytes: Arc<Vec<u8>>, now: u64) -> FsResult<NodeId> {
        let mut dir = NodeId::ROOT;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            let at = self.resolve(dir, part.as_bytes(), super::Follow::No)?;
            dir = match at.node {
                Some(node) if self.kind(node) == NodeKind::Dir => node,
                Some(_) => return Err(Errno::NotDir.into()),
                None => self.create_dir(&at, now)?,
            };
        }
        let at = self.resolve(dir, name.as_bytes(), super::Follow::No)?;
        if at.node.is_some() {
            return Err(Errno::Exist.into());
        }
        self.quota.charge_bytes(bytes.len() as u64)?;
        let node = self.create_file(&at, now)?;
        self.node_mut(node)?.data = NodeData::File(bytes);
        Ok(node)
    }

    fn create(&mut self, at: &Resolved, data: NodeData, now: u64) -> FsResult<NodeId> {
        if at.node.is_some() {
            return Err(Errno::Exist.into());
        }
        let name = at.name.as_deref().ok_or(Errno::Exist)?;
        self.entries_mut(at.dir)?;
        self.quota.charge_entry()?;
        self.quota.charge_bytes(data.size())?;
        let mut node = Node::new(data, now);
        if !matches!(node.data, NodeData::Symlink(_)) {
            node.mode &= !self.umask;
        }
        let id = self.allocate(node);
        self.insert(at.dir, name, id, now)?;
        Ok(id)
    }

    fn allocate(&mut self, node: Node) -> NodeId {
        if let Some(index) = self.free.pop() {
            self.nodes[index as usize] = node;
            return NodeId::private(index);
        }
        let index = u32::try_from(self.nodes.len()).expect("the quota of entries is far below 2^31");
        self.nodes.push(node);
        NodeId::private(index)
    }

    /// The contents of the file at an absolute path, links not followed; `None` where there is none.
    pub fn read_path(&self, path: &str) -> Option<Vec<u8>> {
        let node = self.resolve(NodeId::ROOT, path.as_bytes(), super::Follow::No).ok()?.node?;
        if self.kind(node) == NodeKind::File { self.read_all(node).ok() } else { None }
    }

    /// The entries of a directory that is still part of the tree.
    fn entries_mut(&mut self, dir: NodeId) -> FsResult<&mut Entries> {
        let node = self.node_mut(dir)?;
        if node.links == 0 {
            return Err(Errno::NoEnt.into());
        }
        match &mut node.data {
            NodeData::Dir { entries, .. } => Ok(entries),
            _ => Err(Errno::NotDir.into()),
        }
    }

    fn insert(&mut self, dir: NodeId, name: &[u8], id: NodeId, now: u64) -> FsResult<()> {
        self.entries_mut(dir)?.insert(name, id);
        self.node_mut(dir)?.times.modified = now;
        Ok(())
    }

    /// Gives the file at `from` a second name.
    pub fn link(&mut self, from: NodeId, at: &Resolved, now: u64) -> FsResult<()> {
        if self.kind(from) == NodeKind::Dir {
            return Err(Errno::Perm.into());
        }
        if at.node.is_some() {
            return Err(Errno::Exist.into());
        }
        at.names_no_directory()?;
        let name = at.name.as_deref().ok_or(Errno::Exist)?;
        self.node_mut(from)?;
        self.entries_mut(at.dir)?;
        self.quota.charge_entry()?;
        self.node_mut(from)?.links += 1;
        self.insert(at.dir, name, from, now)
    }

    /// Removes the name of a file or symlink.
    pub fn unlink(&mut self, at: &Resolved, now: u64) -> FsResult<()> {
        let node = at.existing(self)?;
        if self.kind(node) == NodeKind::Dir {
            return Err(Errno::IsDir.into());
        }
        self.remove_entry(at, node, now)
    }

    /// Removes an empty directory.
    pub fn remove_dir(&mut self, at: &Resolved, now: u64) -> FsResult<()> {
        let node = at.existing(self)?;
        if self.kind(node) != NodeKind::Dir {
            return Err(Errno::NotDir.into());
        }
        if !self.entries_mut(node)?.is_empty() {
            return Err(Errno::NotEmpty.into());
        }
        self.remove_entry(at, node, now)
    }

    fn remove_entry(&mut self, at: &Resolved, node: NodeId, now: u64) -> FsResult<()> {
        let name = at.name.as_deref().ok_or(Errno::Inval)?;
        self.entries_mut(at.dir)?.remove(name).ok_or(Errno::RoFs)?;
        self.node_mut(at.dir)?.times.modified = now;
        self.quota.release_entry();
        self.node_mut(node)?.links -= 1;
        self.collect(node);
        Ok(())
    }

    /// Moves what is at `from` to `to`, in the place of what may be there.
    pub fn rename(&mut self, from: &Resolved, to: &Resolved, now: u64) -> FsResult<()> {
        let node = from.existing(self)?;
        let (Some(from_name), Some(to_name)) = (from.name.as_deref(), to.name.as_deref()) else {
            return Err(Errno::Inval.into());
        };
        let is_dir = self.kind(node) == NodeKind::Dir;
        if to.wants_dir && !is_dir {
            return Err(Errno::NotDir.into());
        }
        self.entries_mut(from.dir)?;
        self.entries_mut(to.dir)?;
        if is_dir && self.is_below(to.dir, node) {
            return Err(Errno::Inval.into());
        }
        if let Some(target) = to.node {
            if target == node {
                return Ok(());
            }
            self.replaceable(target, is_dir)?;
            self.remove_entry(to, target, now)?;
        }
        self.entries_mut(from.dir)?.remove(from_name).ok_or(Errno::RoFs)?;
        self.node_mut(from.dir)?.times.modified = now;
        if let NodeData::Dir { parent, .. } = &mut self.node_mut(node)?.data {
            *parent = to.dir;
        }
        self.insert(to.dir, to_name, node, now)
    }

    fn replaceable(&mut self, target: NodeId, by_dir: bool) -> FsResult<()> {
        match (self.kind(target) == NodeKind::Dir, by_dir) {
            (true, false) => Err(Errno::IsDir.into()),
            (false, true) => Err(Errno::NotDir.into()),
            (true, true) if !self.entries_mut(target)?.is_empty() => Err(Errno::NotEmpty.into()),
            _ => Ok(()),
        }
    }

    fn is_below(&self, mut dir: NodeId, ancestor: NodeId) -> bool {
        while dir != NodeId::ROOT {
            if dir == ancestor {
                return true;
            }
            dir = self.parent(dir);
        }
        false
    }

    /// Notes that a descriptor refers to a node, which keeps it alive without a name.
    pub fn hold(&mut self, id: NodeId) {
        if let Ok(node) = self.node_mut(id) {
            node.opens += 1;
        }
    }

    /// Notes that a descriptor is gone.
    pub fn release(&mut self, id: NodeId) {
        if let Ok(node) = self.node_mut(id) {
            node.opens -= 1;
            self.collect(id);
        }
    }

    /// Frees a node that has neither a name nor a descriptor.
    fn collect(&mut self, id: NodeId) {
        let Some(node) = self.node(id) else { return };
        if node.links > 0 || node.opens > 0 {
            return;
        }
        self.quota.release_bytes(node.data.size());
        if let Some(index) = id.private_index() {
            self.nodes[index].data = NodeData::File(Arc::default());
            self.free.push(u32::try_from(index).expect("an index that was a u32"));
        }
    }
}
