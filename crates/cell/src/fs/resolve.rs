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

/// How far up a path may lead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Through the whole tree: absolute paths begin at its root.
    #[default]
    Tree,
    /// To the directory that it starts from and what is below: anything else is not permitted.
    Beneath,
}

/// A walk under way: what holds for all links on it.
struct Walk {
    links: u32,
    /// The directory that the walk must not leave; `None` if it may go anywhere.
    top: Option<NodeId>,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The directory of the last component.
    pub dir: NodeId,
    /// The last component; `None` for `/`, `.` and paths that end in `..`.
    pub name: Option<Vec<u8>>,
    /// The node there, if there is one.
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

    /// Refuses a trailing slash behind the name of something new that is no directory.
    pub(super) fn names_no_directory(&self) -> FsResult<()> {
        if self.wants_dir && self.node.is_none() { Err(Errno::NoEnt.into()) } else { Ok(()) }
    }

    fn directory(node: NodeId) -> Self {
        Self { dir: node, name: None, node: Some(node), wants_dir: true }
    }
}

impl FileTree {
    /// Resolves `path`, relative to `from` or absolute. All but the last component have to exist.
    pub fn resolve(&self, from: NodeId, path: &[u8], follow: Follow) -> FsResult<Resolved> {
        self.resolve_within(Reach::Tree, from, path, follow)
    }

    /// The same, no further than that.
    pub fn resolve_within(&self, reach: Reach, from: NodeId, path: &[u8], follow: Follow) -> FsResult<Resolved> {
        if path.is_empty() {
            return Err(Errno::NoEnt.into());
        }
        self.walk(from, path, follow, &mut Walk { links: 0, top: (reach == Reach::Beneath).then_some(from) })
    }

    fn walk(&self, from: NodeId, path: &[u8], follow: Follow, walk: &mut Walk) -> FsResult<Resolved> {
        if path.contains(&0) {
            return Err(Errno::Inval.into());
        }
        if path.len() > MAX_PATH_BYTES {
            return Err(Errno::NameTooLong.into());
        }
        let mut dir = match (path[0] == b'/', walk.top) {
            (true, Some(_)) => return Err(Errno::Perm.into()),
            (true, None) => NodeId::ROOT,
            (false, _) => from,
        };
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
                b".." if walk.top == Some(dir) => return Err(Errno::Perm.into()),
                b".." => dir = self.parent(dir),
                _ if last => return self.last(dir, part, wants_dir, follow, walk),
                _ => dir = self.step(dir, part, walk)?,
            }
        }
        Ok(Resolved::directory(dir))
    }

    /// A component in the middle: it has to be there, and symlinks are followed.
    fn step(&self, dir: NodeId, part: &[u8], walk: &mut Walk) -> FsResult<NodeId> {
        let node = self.lookup(dir, part)?.ok_or(Errno::NoEnt)?;
        match self.link_target(node) {
            Some(target) => self.follow(dir, target, walk)?.node.ok_or_else(|| Errno::NoEnt.into()),
            None => Ok(node),
        }
    }

    fn last(&self, dir: NodeId, name: &[u8], wants_dir: bool, follow: Follow, walk: &mut Walk) -> FsResult<Resolved> {
        let node = self.lookup(dir, name)?;
        if let Some(target) = node.and_then(|node| self.link_target(node))
            && (follow == Follow::Yes || wants_dir)
        {
            let mut resolved = self.follow(dir, target, walk)?;
            resolved.wants_dir |= wants_dir;
            return Ok(resolved);
        }
        Ok(Resolved { dir, name: Some(name.to_vec()), node, wants_dir })
    }

    fn follow(&self, dir: NodeId, target: &[u8], walk: &mut Walk) -> FsResult<Resolved> {
        walk.links += 1;
        if walk.links > MAX_LINKS || target.is_empty() {
            return Err(Errno::Loop.into());
        }
        self.walk(dir, target, Follow::Yes, walk)
    }

    /// The absolute path of a directory; `None` if it was removed.
    pub fn path_of(&self, mut dir: NodeId) -> Option<Vec<u8>> {
        let mut names = Vec::new();
        while dir != NodeId::ROOT {
            let parent = self.parent(dir);
            names.push(self.read_dir(parent, 2).ok()?.find(|entry| entry.id == dir)?.name);
            dir = parent;
        }
        names.reverse();
        Some([&b"/"[..], &names.join(&b'/')].concat())
    }

    /// Where a symlink points to; `None` for any other node.
    pub fn link_target(&self, id: NodeId) -> Option<&[u8]> {
        match &self.node(id)?.data {
            NodeData::Symlink(target) => Some(target),
            _ => None,
        }
    }
}
