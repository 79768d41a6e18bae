//! The descriptors of a guest: small numbers for open files, directories and the three standard streams.
//!
//! Owns numbers, offsets, flags and rights. The nodes behind them are held and released by the calls.

use super::failure::Result;
use super::rights::{self, Rights};
use crate::errno::Errno;
use crate::fs::{Device, NodeId};
use runcell_model::run::OutputStream;

/// The most descriptors that a guest may have at one time.
const MAX_DESCRIPTORS: usize = 1024;

/// The flag of a descriptor whose writes go to the end of the file.
const APPEND: u16 = 1;

/// The flags that a descriptor can have: append, dsync, nonblock, rsync, sync. All but the first change nothing here, where
/// everything written is there at once; they are kept and told.
const FLAGS: u16 = 0x1f;

/// The thing that a descriptor refers to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Handle {
    Stdin,
    Output(OutputStream),
    /// A device that has no stream behind it.
    Device(Device),
    File(OpenFile),
    Dir(OpenDir),
}

/// An open file.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenFile {
    pub(super) node: NodeId,
    pub(super) offset: u64,
}

/// An open directory.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenDir {
    pub(super) node: NodeId,
    /// The name under which the host gave it to the guest; `None` for one that the guest opened.
    pub(super) preopen: Option<&'static str>,
    /// Where a listing goes on that keeps its own position.
    pub(super) cookie: u64,
}

impl Handle {
    /// The node that the handle keeps alive.
    pub(super) fn node(&self) -> Option<NodeId> {
        match self {
            Self::File(file) => Some(file.node),
            Self::Dir(dir) => Some(dir.node),
            Self::Stdin | Self::Output(_) | Self::Device(_) => None,
        }
    }
}

/// An open descriptor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Descriptor {
    pub(super) handle: Handle,
    pub(super) rights: Rights,
    flags: u16,
}

impl Descriptor {
    pub(super) fn new(handle: Handle, rights: Rights) -> Self {
        Self { handle, rights, flags: 0 }
    }

    /// The same with flags, as far as there are such.
    pub(super) fn with_flags(mut self, flags: u32) -> Self {
        self.flags = u16::try_from(flags & u32::from(FLAGS)).unwrap_or_default();
        self
    }

    pub(super) fn flags(&self) -> u16 {
        self.flags
    }

    /// Whether writes go to the end of the file.
    pub(super) fn appends(&self) -> bool {
        self.flags & APPEND != 0
    }
}

#[derive(Debug, Default)]
pub(super) struct DescriptorTable(Vec<Option<Descriptor>>);

impl DescriptorTable {
    /// The standard streams at 0, 1 and 2, and preopened directories from 3 on.
    pub(super) fn with_preopens(preopens: &[(&'static str, NodeId)]) -> Self {
        let mut table = vec![Some(stdin()), Some(output(OutputStream::Stdout)), Some(output(OutputStream::Stderr))];
        table.extend(preopens.iter().map(|(name, node)| {
            let handle = Handle::Dir(OpenDir { node: *node, preopen: Some(name), cookie: 0 });
            Some(Descriptor::new(handle, Rights::preopen()))
        }));
        Self(table)
    }

    /// The directories that the host opened, in the order of their numbers.
    pub(super) fn preopens(&self) -> Vec<(&'static str, NodeId)> {
        let named = |descriptor: &Descriptor| match descriptor.handle {
            Handle::Dir(dir) => Some((dir.preopen?, dir.node)),
            _ => None,
        };
        self.0.iter().flatten().filter_map(named).collect()
    }

    pub(super) fn get(&self, fd: u32) -> Result<&Descriptor> {
        Ok(self.0.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::BadF)?)
    }

    pub(super) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor> {
        Ok(self.0.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Errno::BadF)?)
    }

    /// The handle behind a descriptor.
    pub(super) fn handle(&self, fd: u32) -> Result<&Handle> {
        Ok(&self.get(fd)?.handle)
    }

    /// The file behind a descriptor; what is no file cannot be sought, read at an offset, and so on.
    pub(super) fn file(&self, fd: u32) -> Result<OpenFile> {
        match self.handle(fd)? {
            Handle::File(file) => Ok(*file),
            Handle::Dir(_) => Err(Errno::IsDir.into()),
            Handle::Stdin | Handle::Output(_) | Handle::Device(_) => Err(Errno::SPipe.into()),
        }
    }

    /// The same for a file that was opened for reading, or for writing.
    pub(super) fn file_for(&self, fd: u32, right: u64) -> Result<OpenFile> {
        let file = self.file(fd)?;
        if self.get(fd)?.rights.allow(right) { Ok(file) } else { Err(Errno::BadF.into()) }
    }

    /// Moves the position of a file.
    pub(super) fn set_offset(&mut self, fd: u32, offset: u64) -> Result {
        match &mut self.get_mut(fd)?.handle {
            Handle::File(file) => file.offset = offset,
            _ => return Err(Errno::BadF.into()),
        }
        Ok(())
    }

    /// The directory behind a descriptor, for a call that needs a right to it.
    pub(super) fn dir(&self, fd: u32, right: u64) -> Result<NodeId> {
        let descriptor = self.get(fd)?;
        descriptor.rights.check(right)?;
        match &descriptor.handle {
            Handle::Dir(dir) => Ok(dir.node),
            _ => Err(Errno::NotDir.into()),
        }
    }

    /// Whether there is room for one more.
    pub(super) fn check_room(&self) -> Result {
        let full = self.0.len() >= MAX_DESCRIPTORS && self.0.iter().all(Option::is_some);
        if full { Err(Errno::MFile.into()) } else { Ok(()) }
    }

    /// Gives the lowest free number to a descriptor; call [`Self::check_room`] before.
    pub(super) fn add(&mut self, descriptor: Descriptor) -> Result<u32> {
        self.check_room()?;
        let index = self.0.iter().position(Option::is_none).unwrap_or_else(|| {
            self.0.push(None);
            self.0.len() - 1
        });
        self.0[index] = Some(descriptor);
        Ok(u32::try_from(index).map_err(|_| Errno::MFile)?)
    }

    /// Gives the lowest free number from `least` on.
    pub(super) fn add_from(&mut self, least: u32, descriptor: Descriptor) -> Result<u32> {
        let free = (least..).find(|fd| self.get(*fd).is_err()).ok_or(Errno::MFile)?;
        self.put(free, descriptor)?;
        Ok(free)
    }

    /// Gives a number of the guest's choice and returns what had it before.
    pub(super) fn put(&mut self, fd: u32, descriptor: Descriptor) -> Result<Option<Handle>> {
        let index = fd as usize;
        if index >= MAX_DESCRIPTORS {
            return Err(Errno::BadF.into());
        }
        if index >= self.0.len() {
            self.0.resize(index + 1, None);
        }
        Ok(self.0[index].replace(descriptor).map(|before| before.handle))
    }

    pub(super) fn remove(&mut self, fd: u32) -> Result<Handle> {
        let slot = self.0.get_mut(fd as usize).ok_or(Errno::BadF)?;
        Ok(slot.take().ok_or(Errno::BadF)?.handle)
    }

    /// Moves a descriptor to another open number and returns what was there.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<Option<Handle>> {
        let replaced = self.get(to)?.handle;
        let moved = *self.get(from)?;
        if from == to {
            return Ok(None);
        }
        self.remove(from)?;
        *self.get_mut(to)? = moved;
        Ok(Some(replaced))
    }

    /// Gives what `from` stands for a second number: `to`, or the lowest free one. Returns the number and the node that is
    /// not behind it any more. The two share no position: whoever needs that uses one number.
    pub(super) fn duplicate(&mut self, from: u32, to: Option<u32>) -> Result<(u32, Option<NodeId>)> {
        let copy = *self.get(from)?;
        let Some(to) = to.filter(|to| *to != from) else {
            return Ok((if to.is_some() { from } else { self.add(copy)? }, None));
        };
        let index = to as usize;
        if index >= MAX_DESCRIPTORS {
            return Err(Errno::BadF.into());
        }
        if index >= self.0.len() {
            self.0.resize(index + 1, None);
        }
        let replaced = self.0[index].replace(copy);
        Ok((to, replaced.and_then(|replaced| replaced.handle.node())))
    }

    /// The devices among them, with their numbers.
    pub(super) fn devices(&self) -> Vec<(u32, Device)> {
        let numbered = (0..).zip(&self.0).filter_map(|(fd, slot)| Some((fd, slot.as_ref()?.handle)));
        let devices = numbered.filter_map(|(fd, handle)| match handle {
            Handle::Device(device) => Some((fd, device)),
            _ => None,
        });
        devices.collect()
    }

    /// Forgets everything and tells which nodes were held.
    pub(super) fn clear(&mut self) -> Vec<NodeId> {
        self.0.drain(..).flatten().filter_map(|descriptor| descriptor.handle.node()).collect()
    }
}

/// A stream has no position: that, and being a character device, is what a libc takes for a terminal.
pub(super) fn stdin() -> Descriptor {
    Descriptor::new(Handle::Stdin, Rights::all_but(rights::SEEK | rights::TELL | rights::WRITE))
}

/// Stdout or stderr.
pub(super) fn output(stream: OutputStream) -> Descriptor {
    Descriptor::new(Handle::Output(stream), Rights::all_but(rights::SEEK | rights::TELL | rights::READ))
}

/// A device that can be sought, as it is no terminal.
pub(super) fn device(device: Device) -> Descriptor {
    Descriptor::new(Handle::Device(device), Rights::all_but(0))
}
