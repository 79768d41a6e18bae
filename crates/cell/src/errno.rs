//! Error numbers of WASI preview1, as far as this host answers with them.
//!
//! Owns the numbers; which operation fails with which is the business of `fs` and `wasi`.

/// An error number of WASI preview1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{self:?}")]
#[repr(u16)]
pub enum Errno {
    /// The permission bits of the file do not allow it.
    Acces = 2,
    /// There is no network, and so no address of any kind.
    AfNoSupport = 5,
    /// The descriptor is not open, or not open for this.
    BadF = 8,
    /// The name exists already.
    Exist = 20,
    /// An address lies outside of the guest's memory.
    Fault = 21,
    /// An argument has a value that the call does not take.
    Inval = 28,
    /// The host cannot read a file of the runtime.
    Io = 29,
    /// The file is a directory.
    IsDir = 31,
    /// The path goes through too many symlinks.
    Loop = 32,
    /// The guest has as many descriptors as it may have.
    MFile = 33,
    /// A path or name is too long.
    NameTooLong = 37,
    /// The file cannot be mapped into memory.
    NoDev = 43,
    /// Nothing has that name.
    NoEnt = 44,
    /// There is no room: only `/dev/full` says so, the quota ends a guest.
    NoSpc = 51,
    /// There is no such call here.
    NoSys = 52,
    /// A part of the path is not a directory.
    NotDir = 54,
    /// The directory has entries.
    NotEmpty = 55,
    /// The descriptor is not a socket: there are no sockets.
    NotSock = 57,
    /// This host does not offer the call.
    NotSup = 58,
    /// The descriptor is no terminal.
    NoTty = 59,
    /// A number does not fit into its type.
    Overflow = 61,
    /// The call is never allowed for this kind of file.
    Perm = 63,
    /// The result of the call does not fit into the buffer.
    Range = 68,
    /// The file belongs to the runtime and is read-only.
    RoFs = 69,
    /// The descriptor is a stream and has no position.
    SPipe = 70,
    /// The descriptor has not the right to this.
    NotCapable = 76,
}

impl Errno {
    /// The number as a WASI function returns it.
    pub fn code(self) -> i32 {
        i32::from(self as u16)
    }
}
