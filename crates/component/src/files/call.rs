//! The calls of `wasi:filesystem`.
//!
//! Owns what each call does with the descriptors of `files`.

use super::{FilesView, Listing, node_type};
use crate::failure::{code, failure};
use crate::stream::{At, FileStream, MOST_BYTES};
use runcell_cell::errno::Errno;
use runcell_cell::fs::{Follow, NodeKind};
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::filesystem::preopens;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    self, Advice, Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry, DirectoryEntryStream,
    ErrorCode, Filesize, HostDescriptor, HostDirectoryEntryStream, MetadataHashValue, NewTimestamp, OpenFlags,
    PathFlags,
};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, FsResult};

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
