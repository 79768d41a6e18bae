//! From a path to a node: components, `.` and `..`, symlinks, trailing slashes.
//!
//! Owns POSIX path resolution inside the tree. The root's `..` is the root, so no path leaves the tree.

use super::node::NodeData;
use super::{FileTree, FsResult, NodeId, NodeKind};
use crate::errno::Errno;
use runcell_model::file::{MAX_NAME_BYTES, MAX_PATH_BYTES};

const MAX_LINKS: u32 = 40;

/// Whether a symlink at the end of a path is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// The path leads to the link's target.
    Yes,
    /// The path leads to the link itself.
    No,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The directory of the last component.
    pub dir: NodeId,
    /// The last component; `None` for `/`, `.` and paths that end in `..`.
    pub name: Option<Vec<u8>>,
    /// What is there, if anything is.
    pub node: Option<NodeId>,
    /// Whether the path ended in a slash and so can only mean a directory.
    pub wants_dir: bool,
}

impl Resolved {
    /// The node, which has to exist and, where the path ended in a slash, be a directory.
    pub fn existing(&self, tree: &FileTree) -> FsResult<NodeId> {
        let node = self.node.ok_or(Errno::NoEnt)?;
        if self.wants_dir && tree.kind(node) != NodeKind::Dir {
            return Err(Errno::NotDir.into());
        }
        Ok(node)
    }

    fn directory(node: NodeId) -> Self {
        Self { dir: node, name: None, node: Some(node), wants_dir: true }
    }
}

impl FileTree {
    /// Resolves `path`, relative to `from` or absolute. All but the last component have to exist.
    pub fn resolve(&self, from: NodeId, path: &[u8], follow: Follow) -> FsResult<Resolved> {
        if path.is_empty() {
            return Err(Errno::NoEnt.into());
        }
        self.walk(from, path, follow, &mut 0)
    }

    fn walk(&self, from: NodeId, path: &[u8], follow: Follow, links: &mut u32) -> FsResult<Resolved> {
        if path.contains(&0) {
            return Err(Errno::Inval.into());
        }
        if path.len() > MAX_PATH_BYTES {
            return Err(Errno::NameTooLong.into());
        }
        let mut dir = if path[0] == b'/' { NodeId::ROOT } else { from };
        let wants_dir = path.ends_with(b"/");
        let mut parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).peekable();
        while let Some(part) = parts.next() {
            if self.kind(dir) != NodeKind::Dir {
                return Err(Errno::NotDir.into());
            }
            if part.len() > MAX_NAME_BYTES {
                return Err(Errno::NameTooLong.into());
            }
            let last = parts.peek().is_none();
            match part {
                b"." => {}
                b".." => dir = self.parent(dir),
                _ if last => return self.last(dir, part, wants_dir, follow, links),
                _ => dir = self.step(dir, part, links)?,
            }
        }
        Ok(Resolved::directory(dir))
    }

    /// A component in the middle: it has to be there, and symlinks are followed.
    fn step(&self, dir: NodeId, part: &[u8], links: &mut u32) -> FsResult<NodeId> {
        let node = self.lookup(dir, part)?.ok_or(Errno::NoEnt)?;
        match self.link_target(node) {
            Some(target) => self.follow(dir, target, links)?.node.ok_or_else(|| Errno::NoEnt.into()),
            None => Ok(node),
        }
    }

    fn last(&self, dir: NodeId, name: &[u8], wants_dir: bool, follow: Follow, links: &mut u32) -> FsResult<Resolved> {
        let node = self.lookup(dir, name)?;
        if let Some(target) = node.and_then(|node| self.link_target(node))
            && (follow == Follow::Yes || wants_dir)
        {
            let mut resolved = self.follow(dir, target, links)?;
            resolved.wants_dir |= wants_dir;
            return Ok(resolved);
        }
        Ok(Resolved { dir, name: Some(name.to_vec()), node, wants_dir })
    }

    fn follow(&self, dir: NodeId, target: &[u8], links: &mut u32) -> FsResult<Resolved> {
        *links += 1;
        if *links > MAX_LINKS || target.is_empty() {
            return Err(Errno::Loop.into());
        }
        self.walk(dir, target, Follow::Yes, links)
    }

    /// Where a symlink points to; `None` for any other node.
    pub fn link_target(&self, id: NodeId) -> Option<&[u8]> {
        match &self.node(id)?.data {
            NodeData::Symlink(target) => Some(target),
            _ => None,
        }
    }
}
