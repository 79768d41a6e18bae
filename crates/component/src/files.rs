//! `wasi:filesystem` over the tree in memory.
//!
//! Owns the descriptors of a component and the calls on them. The rules are those of preview1: a path stays below the
//! directory that it starts from, and what goes beyond the quota ends the program.

use super::failure::{code, failure};
use super::stream::{At, FileStream, MOST_BYTES, SharedTree};
use runcell_cell::errno::Errno;
use runcell_cell::fs::{FileTree, Follow, FsError, NodeId, NodeKind, Reach, Resolved, Stat};
use runcell_cell::wasi::now;
use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::bindings::filesystem::preopens;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    self, Advice, Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry, DirectoryEntryStream,
    ErrorCode, Filesize, HostDescriptor, HostDirectoryEntryStream, MetadataHashValue, NewTimestamp, OpenFlags,
    PathFlags,
};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, FsResult};

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

impl preopens::Host for FilesView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        let flags = DescriptorFlags::READ | DescriptorFlags::MUTATE_DIRECTORY;
        let mut directories = Vec::new();
        for (name, node) in self.files.preopens.clone() {
            let opened = self.files.open(node, flags).map_err(|error| wasmtime::Error::msg(format!("{error:?}")))?;
            directories.push((opened, name.to_owned()));
        }
        Ok(directories)
    }
}

impl types::Host for FilesView<'_> {
    fn convert_error_code(&mut self, error: wasmtime_wasi::p2::FsError) -> wasmtime::Result<ErrorCode> {
        error.downcast()
    }

    fn filesystem_error_code(&mut self, error: Resource<wasmtime::Error>) -> wasmtime::Result<Option<ErrorCode>> {
        Ok(self.table.get(&error)?.downcast_ref::<Errno>().map(|errno| code(*errno)))
    }
}

impl HostDescriptor for FilesView<'_> {
    fn read_via_stream(&mut self, fd: Resource<Descriptor>, offset: Filesize) -> FsResult<Resource<DynInputStream>> {
        let node = self.files.file(&fd, DescriptorFlags::READ)?;
        let stream: DynInputStream = Box::new(FileStream::new(&self.files.tree, node, At::Position(offset)));
        Ok(self.table.push(stream)?)
    }

    fn write_via_stream(&mut self, fd: Resource<Descriptor>, offset: Filesize) -> FsResult<Resource<DynOutputStream>> {
        let node = self.files.file(&fd, DescriptorFlags::WRITE)?;
        let stream: DynOutputStream = Box::new(FileStream::new(&self.files.tree, node, At::Position(offset)));
        Ok(self.table.push(stream)?)
    }

    fn append_via_stream(&mut self, fd: Resource<Descriptor>) -> FsResult<Resource<DynOutputStream>> {
        let node = self.files.file(&fd, DescriptorFlags::WRITE)?;
        let stream: DynOutputStream = Box::new(FileStream::new(&self.files.tree, node, At::End));
        Ok(self.table.push(stream)?)
    }

    async fn advise(&mut self, fd: Resource<Descriptor>, _: Filesize, _: Filesize, _: Advice) -> FsResult<()> {
        self.files.file(&fd, DescriptorFlags::empty()).map(drop)
    }

    async fn sync_data(&mut self, fd: Resource<Descriptor>) -> FsResult<()> {
        self.files.get(&fd).map(drop)
    }

    async fn sync(&mut self, fd: Resource<Descriptor>) -> FsResult<()> {
        self.files.get(&fd).map(drop)
    }

    async fn get_flags(&mut self, fd: Resource<Descriptor>) -> FsResult<DescriptorFlags> {
        Ok(self.files.get(&fd)?.flags)
    }

    async fn get_type(&mut self, fd: Resource<Descriptor>) -> FsResult<DescriptorType> {
        let node = self.files.get(&fd)?.node;
        Ok(node_type(self.files.tree.lock().kind(node)))
    }

    async fn set_size(&mut self, fd: Resource<Descriptor>, size: Filesize) -> FsResult<()> {
        let node = self.files.file(&fd, DescriptorFlags::WRITE)?;
        self.files.change(|tree, now| tree.set_len(node, size, now))
    }

    async fn set_times(
        &mut self,
        fd: Resource<Descriptor>,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> FsResult<()> {
        let node = self.files.get(&fd)?.node;
        self.files.set_times(node, accessed, modified)
    }

    async fn read(&mut self, fd: Resource<Descriptor>, len: Filesize, offset: Filesize) -> FsResult<(Vec<u8>, bool)> {
        let node = self.files.file(&fd, DescriptorFlags::READ)?;
        let mut bytes = vec![0; usize::try_from(len).unwrap_or(MOST_BYTES).min(MOST_BYTES)];
        let count = self.files.tree.lock().read_at(node, offset, &mut bytes).map_err(failure)?;
        bytes.truncate(count);
        Ok((bytes, count == 0 && len > 0))
    }

    async fn write(&mut self, fd: Resource<Descriptor>, bytes: Vec<u8>, offset: Filesize) -> FsResult<Filesize> {
        let node = self.files.file(&fd, DescriptorFlags::WRITE)?;
        let part = &bytes[..bytes.len().min(MOST_BYTES)];
        self.files.change(|tree, now| tree.write_at(node, offset, part, now))?;
        Ok(part.len() as u64)
    }

    async fn read_directory(&mut self, fd: Resource<Descriptor>) -> FsResult<Resource<DirectoryEntryStream>> {
        let dir = self.files.get(&fd)?.node;
        if self.files.tree.lock().kind(dir) != NodeKind::Dir {
            return Err(ErrorCode::NotDirectory.into());
        }
        // Behind `.` and `..`.
        let number = self.files.listings.add(Listing { dir, cookie: 2 })?;
        self.files.tree.lock().hold(dir);
        Ok(Resource::new_own(number))
    }

    async fn create_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let at = self.files.at(&fd, &path, Follow::No)?;
        self.files.change(|tree, now| tree.create_dir(&at, now)).map(drop)
    }

    async fn stat(&mut self, fd: Resource<Descriptor>) -> FsResult<DescriptorStat> {
        Ok(self.files.stat(self.files.get(&fd)?.node))
    }

    async fn stat_at(&mut self, fd: Resource<Descriptor>, flags: PathFlags, path: String) -> FsResult<DescriptorStat> {
        Ok(self.files.stat(self.files.existing(&fd, &path, follow(flags))?))
    }

    async fn set_times_at(
        &mut self,
        fd: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> FsResult<()> {
        let node = self.files.existing(&fd, &path, follow(flags))?;
        self.files.set_times(node, accessed, modified)
    }

    async fn link_at(
        &mut self,
        fd: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
        to_fd: Resource<Descriptor>,
        to_path: String,
    ) -> FsResult<()> {
        let from = self.files.existing(&fd, &path, follow(flags))?;
        let to = self.files.at(&to_fd, &to_path, Follow::No)?;
        self.files.change(|tree, now| tree.link(from, &to, now))
    }

    async fn open_at(
        &mut self,
        fd: Resource<Descriptor>,
        path_flags: PathFlags,
        path: String,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Resource<Descriptor>> {
        let exclusive = open.contains(OpenFlags::CREATE | OpenFlags::EXCLUSIVE);
        let at = self.files.at(&fd, &path, if exclusive { Follow::No } else { follow(path_flags) })?;
        let node = match at.node {
            Some(_) if exclusive => return Err(ErrorCode::Exist.into()),
            Some(node) => node,
            None if !open.contains(OpenFlags::CREATE) => return Err(ErrorCode::NoEntry.into()),
            None if open.contains(OpenFlags::DIRECTORY) => return Err(ErrorCode::Invalid.into()),
            None => self.files.change(|tree, now| tree.create_file(&at, now))?,
        };
        let kind = self.files.tree.lock().kind(node);
        match kind {
            NodeKind::Dir if flags.contains(DescriptorFlags::WRITE) || open.contains(OpenFlags::TRUNCATE) => {
                return Err(ErrorCode::IsDirectory.into());
            }
            NodeKind::Dir => {}
            NodeKind::Symlink => return Err(ErrorCode::Loop.into()),
            _ if open.contains(OpenFlags::DIRECTORY) || at.wants_dir => return Err(ErrorCode::NotDirectory.into()),
            // Devices are for preview1 so far.
            NodeKind::Device => return Err(ErrorCode::Unsupported.into()),
            NodeKind::File => {}
        }
        if open.contains(OpenFlags::TRUNCATE) {
            self.files.change(|tree, now| tree.set_len(node, 0, now))?;
        } else if kind == NodeKind::File && flags.contains(DescriptorFlags::WRITE) {
            self.files.change(|tree, _| tree.set_times(node, None, None))?;
        }
        self.files.open(node, flags)
    }

    async fn readlink_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<String> {
        let node = self.files.existing(&fd, &path, Follow::No)?;
        let tree = self.files.tree.lock();
        let target = tree.link_target(node).ok_or(ErrorCode::Invalid)?;
        Ok(String::from_utf8_lossy(target).into_owned())
    }

    async fn remove_directory_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let at = self.files.at(&fd, &path, Follow::No)?;
        self.files.change(|tree, now| tree.remove_dir(&at, now))
    }

    async fn rename_at(
        &mut self,
        fd: Resource<Descriptor>,
        path: String,
        to_fd: Resource<Descriptor>,
        to_path: String,
    ) -> FsResult<()> {
        let from = self.files.at(&fd, &path, Follow::No)?;
        let to = self.files.at(&to_fd, &to_path, Follow::No)?;
        self.files.change(|tree, now| tree.rename(&from, &to, now))
    }

    async fn symlink_at(&mut self, fd: Resource<Descriptor>, target: String, path: String) -> FsResult<()> {
        if target.starts_with('/') {
            // It would lead away from every directory that it could be looked up from.
            return Err(ErrorCode::NotPermitted.into());
        }
        let at = self.files.at(&fd, &path, Follow::No)?;
        self.files.change(|tree, now| tree.create_symlink(&at, target.as_bytes(), now)).map(drop)
    }

    async fn unlink_file_at(&mut self, fd: Resource<Descriptor>, path: String) -> FsResult<()> {
        let at = self.files.at(&fd, &path, Follow::No)?;
        self.files.change(|tree, now| tree.unlink(&at, now))
    }

    async fn is_same_object(
        &mut self,
        one: Resource<Descriptor>,
        other: Resource<Descriptor>,
    ) -> wasmtime::Result<bool> {
        let node = |fd: &Resource<Descriptor>| self.files.open.get(fd.rep()).map(|open| open.node);
        Ok(matches!((node(&one), node(&other)), (Ok(one), Ok(other)) if one == other))
    }

    async fn metadata_hash(&mut self, fd: Resource<Descriptor>) -> FsResult<MetadataHashValue> {
        Ok(self.files.hash(self.files.get(&fd)?.node))
    }

    async fn metadata_hash_at(
        &mut self,
        fd: Resource<Descriptor>,
        flags: PathFlags,
        path: String,
    ) -> FsResult<MetadataHashValue> {
        Ok(self.files.hash(self.files.existing(&fd, &path, follow(flags))?))
    }

    fn drop(&mut self, fd: Resource<Descriptor>) -> wasmtime::Result<()> {
        if let Some(open) = self.files.open.remove(fd.rep()) {
            self.files.tree.lock().release(open.node);
        }
        Ok(())
    }
}

impl HostDirectoryEntryStream for FilesView<'_> {
    async fn read_directory_entry(
        &mut self,
        stream: Resource<DirectoryEntryStream>,
    ) -> FsResult<Option<DirectoryEntry>> {
        let mut listing = self.files.listings.get(stream.rep())?;
        let tree = self.files.tree.lock();
        let Some(entry) = tree.read_dir(listing.dir, listing.cookie).map_err(failure)?.next() else {
            return Ok(None);
        };
        listing.cookie = entry.next;
        let name = String::from_utf8_lossy(entry.name).into_owned();
        let found = DirectoryEntry { type_: node_type(entry.kind), name };
        drop(tree);
        self.files.listings.set(stream.rep(), listing);
        Ok(Some(found))
    }

    fn drop(&mut self, stream: Resource<DirectoryEntryStream>) -> wasmtime::Result<()> {
        if let Some(listing) = self.files.listings.remove(stream.rep()) {
            self.files.tree.lock().release(listing.dir);
        }
        Ok(())
    }
}

fn follow(flags: PathFlags) -> Follow {
    if flags.contains(PathFlags::SYMLINK_FOLLOW) { Follow::Yes } else { Follow::No }
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
