//! How a call of a guest fails: with a number for the guest, or with the end of the guest.
//!
//! Owns the type that all calls return, and how other errors become it.

use crate::errno::Errno;
use crate::fs::FsError;
use crate::limit::LimitHit;

/// Why a call fails.
#[derive(Debug)]
pub(super) enum Failure {
    /// The guest gets this error number.
    Errno(Errno),
    /// The guest ends here.
    Stop(wasmtime::Error),
}

/// The result of a call.
pub(super) type Result<T = (), E = Failure> = std::result::Result<T, E>;

impl From<Errno> for Failure {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<LimitHit> for Failure {
    fn from(hit: LimitHit) -> Self {
        Self::Stop(wasmtime::Error::new(hit))
    }
}

impl From<FsError> for Failure {
    fn from(error: FsError) -> Self {
        match error {
            FsError::Errno(errno) => errno.into(),
            FsError::Limit(hit) => hit.into(),
        }
    }
}
