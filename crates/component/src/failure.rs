//! Errors of the tree as a component gets them.
//!
//! Owns the mapping. A limit is no error of a call: it ends the program.

use runcell_cell::errno::Errno;
use runcell_cell::fs::FsError;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

/// A limit ends the program; anything else is told to it.
pub(crate) fn failure(error: FsError) -> wasmtime_wasi::p2::FsError {
    match error {
        FsError::Limit(hit) => wasmtime_wasi::p2::FsError::trap(wasmtime::Error::new(hit)),
        FsError::Errno(errno) => code(errno).into(),
    }
}

pub(crate) fn code(errno: Errno) -> ErrorCode {
    match errno {
        Errno::Acces => ErrorCode::Access,
        Errno::BadF => ErrorCode::BadDescriptor,
        Errno::Exist => ErrorCode::Exist,
        Errno::Fault | Errno::Inval | Errno::NotSock | Errno::Range => ErrorCode::Invalid,
        Errno::Io => ErrorCode::Io,
        Errno::IsDir => ErrorCode::IsDirectory,
        Errno::Loop => ErrorCode::Loop,
        Errno::MFile => ErrorCode::InsufficientMemory,
        Errno::NameTooLong => ErrorCode::NameTooLong,
        Errno::NoDev => ErrorCode::NoDevice,
        Errno::NoEnt => ErrorCode::NoEntry,
        Errno::NoSpc => ErrorCode::InsufficientSpace,
        Errno::NotDir => ErrorCode::NotDirectory,
        Errno::NotEmpty => ErrorCode::NotEmpty,
        Errno::NotSup | Errno::NoSys | Errno::AfNoSupport => ErrorCode::Unsupported,
        Errno::NoTty => ErrorCode::NoTty,
        Errno::Overflow => ErrorCode::Overflow,
        Errno::Perm | Errno::NotCapable => ErrorCode::NotPermitted,
        Errno::RoFs => ErrorCode::ReadOnly,
        Errno::SPipe => ErrorCode::InvalidSeek,
    }
}
