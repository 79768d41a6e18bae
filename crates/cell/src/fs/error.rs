//! Why an operation on a tree of files fails.
//!
//! Owns the type only: an error number for the guest, or the end of the guest.

use crate::errno::Errno;
use crate::limit::LimitHit;

/// Why an operation on the tree failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FsError {
    /// The guest gets this error number.
    #[error(transparent)]
    Errno(#[from] Errno),
    /// The guest has reached a limit and is stopped.
    #[error(transparent)]
    Limit(#[from] LimitHit),
}

/// The result of an operation on the tree.
pub type FsResult<T> = Result<T, FsError>;
