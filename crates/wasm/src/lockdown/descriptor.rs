//! Descriptors that a process inherited without asking: open files of the process that started it.
//!
//! Owns the closing of them.

use std::io;

/// Closes every file above stderr that is open.
///
/// # Errors
/// Where the kernel cannot.
pub fn close_inherited() -> io::Result<()> {
    // SAFETY: called as the first thing in a process that has opened nothing yet: no value owns any of these.
    #[expect(unsafe_code, reason = "no crate offers this safely: a descriptor may belong to somebody")]
    let closed = unsafe { libc::close_range(3, libc::c_uint::MAX, 0) };
    if closed == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
