//! `wasi:filesystem` over the tree in memory.
//!
//! Owns the descriptors of a component; `call` has the calls on them. The rules are those of preview1: a path stays below
//! the directory that it starts from, and what goes beyond the quota ends the program.

mod call;

use super::failure::failure;
use super::stream::SharedTree;
use runcell_cell::fs::{FileTree, Follow, FsError, NodeId, NodeKind, Reach, Resolved, Stat};
use runcell_cell::wasi::now;
use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::p2::FsResult;
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, ErrorCode, MetadataHashValue, NewTimestamp,
};

/// The most descriptors, and the most listings under way, that a component may have at one time.
const MOST_OPEN: usize = 1024;

/// The open files of a component. The engine's handles hold the numbers of these entries; no component can make one up.
pub(crate) struct Files {
    tree: SharedTree,
    open: Slots<Open>,
    listings: Slots<Listing>,
    preopens: Vec<(&'static str, NodeId)>,
}

/// An open file or directory.
#[derive(Debug, Clone, Copy)]
struct Open {
    node: NodeId,
    flags: DescriptorFlags,
}

/// A directory that is being listed, from a cookie on.
#[derive(Debug, Clone, Copy)]
struct Listing {
    dir: NodeId,
    cookie: u64,
}

/// Things by the lowest free number.
struct Slots<T>(Vec<Option<T>>);

impl<T: Copy> Slots<T> {
    fn add(&mut self, thing: T) -> Result<u32, ErrorCode> {
        let free = self.0.iter().position(Option::is_none);
        let index = match free {
            Some(index) => index,
            None if self.0.len() >= MOST_OPEN => return Err(ErrorCode::InsufficientMemory),
            None => {
                self.0.push(None);
                self.0.len() - 1
            }
        };
        self.0[index] = Some(thing);
        u32::try_from(index).map_err(|_| ErrorCode::Overflow)
    }

    fn get(&self, number: u32) -> Result<T, ErrorCode> {
        self.0.get(number as usize).copied().flatten().ok_or(ErrorCode::BadDescriptor)
    }

    fn set(&mut self, number: u32, thing: T) {
        if let Some(slot) = self.0.get_mut(number as usize) {
            *slot = Some(thing);
        }
    }

    fn remove(&mut self, number: u32) -> Option<T> {
        self.0.get_mut(number as usize).and_then(Option::take)
    }
}

impl Files {
    pub(crate) fn new(tree: SharedTree, preopens: Vec<(&'static str, NodeId)>) -> Self {
        Self { tree, open: Slots(Vec::new()), listings: Slots(Vec::new()), preopens }
    }

    fn open(&mut self, node: NodeId, flags: DescriptorFlags) -> FsResult<Resource<Descriptor>> {
        let number = self.open.add(Open { node, flags })?;
        self.tree.lock().hold(node);
        Ok(Resource::new_own(number))
    }

    fn get(&self, fd: &Resource<Descriptor>) -> FsResult<Open> {
        Ok(self.open.get(fd.rep())?)
    }

    /// A file that is open for this.
    fn file(&self, fd: &Resource<Descriptor>, needed: DescriptorFlags) -> FsResult<NodeId> {
        let open = self.get(fd)?;
        match self.tree.lock().kind(open.node) {
            NodeKind::Dir => Err(ErrorCode::IsDirectory.into()),
            _ if !open.flags.contains(needed) => Err(ErrorCode::BadDescriptor.into()),
            _ => Ok(open.node),
        }
    }

    /// Where a path leads from a directory.
    fn at(&self, fd: &Resource<Descriptor>, path: &str, follow: Follow) -> FsResult<Resolved> {
        let open = self.get(fd)?;
        let tree = self.tree.lock();
        if tree.kind(open.node) != NodeKind::Dir {
            return Err(ErrorCode::NotDirectory.into());
        }
        tree.resolve_within(Reach::Beneath, open.node, path.as_bytes(), follow).map_err(failure)
    }

    fn existing(&self, fd: &Resource<Descriptor>, path: &str, follow: Follow) -> FsResult<NodeId> {
        let at = self.at(fd, path, follow)?;
        at.existing(&self.tree.lock()).map_err(failure)
    }

    /// Changes the tree.
    fn change<R>(&self, change: impl FnOnce(&mut FileTree, u64) -> Result<R, FsError>) -> FsResult<R> {
        change(&mut self.tree.lock(), now()).map_err(failure)
    }

    fn set_times(&self, node: NodeId, accessed: NewTimestamp, modified: NewTimestamp) -> FsResult<()> {
        let (accessed, modified) = (nanoseconds(accessed)?, nanoseconds(modified)?);
        self.change(|tree, _| tree.set_times(node, accessed, modified))
    }

    fn stat(&self, node: NodeId) -> DescriptorStat {
        let Stat { kind, size, links, times, .. } = self.tree.lock().stat(node);
        DescriptorStat {
            type_: node_type(kind),
            link_count: links,
            size,
            data_access_timestamp: Some(datetime(times.accessed)),
            data_modification_timestamp: Some(datetime(times.modified)),
            status_change_timestamp: Some(datetime(times.changed)),
        }
    }

    fn hash(&self, node: NodeId) -> MetadataHashValue {
        let stat = self.tree.lock().stat(node);
        MetadataHashValue { lower: stat.ino, upper: stat.times.modified ^ stat.size.rotate_left(32) }
    }
}

/// Lets the interface find the files in a component's state.
pub(crate) struct HasFiles;

impl HasData for HasFiles {
    type Data<'a> = FilesView<'a>;
}

/// The files, and the table that streams go into.
pub(crate) struct FilesView<'a> {
    pub(crate) files: &'a mut Files,
    pub(crate) table: &'a mut ResourceTable,
}

fn node_type(kind: NodeKind) -> DescriptorType {
    match kind {
        NodeKind::File => DescriptorType::RegularFile,
        NodeKind::Dir => DescriptorType::Directory,
        NodeKind::Symlink => DescriptorType::SymbolicLink,
        NodeKind::Device => DescriptorType::CharacterDevice,
    }
}

const NANOSECONDS: u64 = 1_000_000_000;

fn datetime(nanoseconds: u64) -> Datetime {
    let rest = u32::try_from(nanoseconds % NANOSECONDS).unwrap_or_default();
    Datetime { seconds: nanoseconds / NANOSECONDS, nanoseconds: rest }
}

fn nanoseconds(time: NewTimestamp) -> Result<Option<u64>, ErrorCode> {
    match time {
        NewTimestamp::NoChange => Ok(None),
        NewTimestamp::Now => Ok(Some(now())),
        NewTimestamp::Timestamp(Datetime { seconds, nanoseconds }) => {
            let whole = seconds.checked_mul(NANOSECONDS).and_then(|whole| whole.checked_add(u64::from(nanoseconds)));
            whole.map(Some).ok_or(ErrorCode::Overflow)
        }
    }
}
