//! The descriptors of a guest: small numbers for open files, directories and the three standard streams.
//!
//! Owns numbers and offsets. The nodes behind them are held and released by the calls.

use super::failure::Result;
use crate::errno::Errno;
use crate::fs::NodeId;
use runcell_model::run::OutputStream;

/// The most descriptors that a guest may have at one time.
const MAX_DESCRIPTORS: usize = 1024;

/// What a descriptor refers to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Handle {
    Stdin,
    Output(OutputStream),
    /// `/dev/null`: reads nothing, takes everything.
    Null,
    File(OpenFile),
    Dir {
        node: NodeId,
        preopened: bool,
    },
}

/// An open file.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenFile {
    pub(super) node: NodeId,
    pub(super) offset: u64,
    pub(super) append: bool,
    pub(super) readable: bool,
    pub(super) writable: bool,
}

impl Handle {
    /// The node that the handle keeps alive.
    pub(super) fn node(&self) -> Option<NodeId> {
        match self {
            Self::File(file) => Some(file.node),
            Self::Dir { node, .. } => Some(*node),
            Self::Stdin | Self::Output(_) | Self::Null => None,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct DescriptorTable(Vec<Option<Handle>>);

impl DescriptorTable {
    /// The standard streams at 0, 1 and 2, and a preopened directory at 3.
    pub(super) fn with_preopen(node: NodeId) -> Self {
        let (stdout, stderr) = (Handle::Output(OutputStream::Stdout), Handle::Output(OutputStream::Stderr));
        let preopen = Handle::Dir { node, preopened: true };
        Self(vec![Some(Handle::Stdin), Some(stdout), Some(stderr), Some(preopen)])
    }

    pub(super) fn get(&self, fd: u32) -> Result<&Handle> {
        Ok(self.0.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::BadF)?)
    }

    fn slot(&mut self, fd: u32) -> Result<&mut Option<Handle>> {
        Ok(self.0.get_mut(fd as usize).filter(|slot| slot.is_some()).ok_or(Errno::BadF)?)
    }

    /// The file behind a descriptor; what is no file cannot be sought, read at an offset, and so on.
    pub(super) fn file(&self, fd: u32) -> Result<OpenFile> {
        match self.get(fd)? {
            Handle::File(file) => Ok(*file),
            Handle::Dir { .. } => Err(Errno::IsDir.into()),
            Handle::Stdin | Handle::Output(_) | Handle::Null => Err(Errno::SPipe.into()),
        }
    }

    /// The same, to change its offset or flags.
    pub(super) fn file_mut(&mut self, fd: u32) -> Result<&mut OpenFile> {
        self.file(fd)?;
        match self.slot(fd)? {
            Some(Handle::File(file)) => Ok(file),
            _ => Err(Errno::BadF.into()),
        }
    }

    /// The directory behind a descriptor.
    pub(super) fn dir(&self, fd: u32) -> Result<NodeId> {
        match self.get(fd)? {
            Handle::Dir { node, .. } => Ok(*node),
            _ => Err(Errno::NotDir.into()),
        }
    }

    /// Whether there is room for one more.
    pub(super) fn check_room(&self) -> Result {
        let full = self.0.len() >= MAX_DESCRIPTORS && self.0.iter().all(Option::is_some);
        if full { Err(Errno::MFile.into()) } else { Ok(()) }
    }

    /// Gives the lowest free number to a handle; call [`Self::check_room`] before.
    pub(super) fn add(&mut self, handle: Handle) -> Result<u32> {
        self.check_room()?;
        let index = self.0.iter().position(Option::is_none).unwrap_or_else(|| {
            self.0.push(None);
            self.0.len() - 1
        });
        self.0[index] = Some(handle);
        Ok(u32::try_from(index).map_err(|_| Errno::MFile)?)
    }

    pub(super) fn remove(&mut self, fd: u32) -> Result<Handle> {
        self.slot(fd)?.take().ok_or_else(|| Errno::BadF.into())
    }

    /// Moves a handle to another open number and returns what was there.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<Option<Handle>> {
        self.slot(to)?;
        if from == to {
            return Ok(None);
        }
        let handle = self.remove(from)?;
        Ok(self.slot(to)?.replace(handle))
    }

    /// Forgets everything and tells which nodes were held.
    pub(super) fn clear(&mut self) -> Vec<NodeId> {
        self.0.drain(..).flatten().filter_map(|handle| handle.node()).collect()
    }
}
