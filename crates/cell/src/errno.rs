//! Error numbers of WASI preview1, as far as this host answers with them.
//!
//! Owns the numbers; which operation fails with which is the business of `fs` and `wasi`.

/// An error number of WASI preview1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{self:?}")]
#[repr(u16)]
pub enum Errno {
    BadF = 8,
    Exist = 20,
    Fault = 21,
    Inval = 28,
    Io = 29,
    IsDir = 31,
    Loop = 32,
    MFile = 33,
    NameTooLong = 37,
    NoEnt = 44,
    NotDir = 54,
    NotEmpty = 55,
    NotSock = 57,
    NotSup = 58,
    Overflow = 61,
    Perm = 63,
    RoFs = 69,
    SPipe = 70,
}

impl Errno {
    /// The number as a WASI function returns it.
    pub fn code(self) -> i32 {
        i32::from(self as u16)
    }
}
