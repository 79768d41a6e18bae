//! A range of address space, owned: reserved, opened, mapped, emptied, and unmapped in the end.
//!
//! Owns the system calls and their unsafe code. Every range that is passed in is checked against the region, so that
//! nothing outside of it can be reached; what the bytes mean is the business of others.

use rustix::mm::{self, Advice, MapFlags, MprotectFlags, ProtFlags};
use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::ptr;

/// Address space that nobody else uses. Offsets are in bytes from its beginning, and multiples of the page size
/// wherever memory is mapped or protected.
#[derive(Debug)]
pub(super) struct Region {
    base: *mut u8,
    len: usize,
}

#[expect(unsafe_code, reason = "a raw pointer is not sendable by itself")]
// SAFETY: a region is plain memory, owned by the one value; nothing about it belongs to a thread.
unsafe impl Send for Region {}
#[expect(unsafe_code, reason = "a raw pointer is not shareable by itself")]
// SAFETY: through a shared reference, only `bytes` looks at memory, and only of regions that nobody writes to.
unsafe impl Sync for Region {}

impl Region {
    /// Reserves address space that cannot be accessed.
    pub(super) fn reserve(len: usize) -> io::Result<Self> {
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        #[expect(unsafe_code, reason = "mapping memory has no safe form")]
        // SAFETY: the kernel chooses an address that is free.
        let base = unsafe { mm::mmap_anonymous(ptr::null_mut(), len, ProtFlags::empty(), flags) }?;
        Ok(Self { base: base.cast(), len })
    }

    /// Maps the first bytes of a file for reading.
    pub(super) fn of_file(file: &File, len: usize) -> io::Result<Self> {
        #[expect(unsafe_code, reason = "mapping memory has no safe form")]
        // SAFETY: the kernel chooses an address that is free. Files of the cache are never changed in place.
        let base = unsafe { mm::mmap(ptr::null_mut(), len, ProtFlags::READ, MapFlags::SHARED, file, 0) }?;
        Ok(Self { base: base.cast(), len })
    }

    pub(super) fn base(&self) -> *mut u8 {
        self.base
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The address of a range.
    ///
    /// # Panics
    /// If the range is not inside of the region.
    fn at(&self, range: &Range<usize>) -> *mut c_void {
        assert!(range.start <= range.end && range.end <= self.len, "{range:?} is outside of {} bytes", self.len);
        self.base.wrapping_add(range.start).cast()
    }

    /// Makes a range readable and writable.
    pub(super) fn open(&self, range: Range<usize>) -> io::Result<()> {
        self.protect(range, MprotectFlags::READ | MprotectFlags::WRITE)
    }

    /// Makes a range inaccessible; it keeps its contents.
    pub(super) fn shut(&self, range: Range<usize>) -> io::Result<()> {
        self.protect(range, MprotectFlags::empty())
    }

    fn protect(&self, range: Range<usize>, flags: MprotectFlags) -> io::Result<()> {
        let at = self.at(&range);
        #[expect(unsafe_code, reason = "protecting memory has no safe form")]
        // SAFETY: the range lies in this region, and no reference to its bytes exists outside of this module.
        unsafe {
            Ok(mm::mprotect(at, range.len(), flags)?)
        }
    }

    /// Maps a file over the beginning, private: what is written stays here.
    pub(super) fn map_private(&self, file: &File, len: usize) -> io::Result<()> {
        let (at, prot) = (self.at(&(0..len)), ProtFlags::READ | ProtFlags::WRITE);
        #[expect(unsafe_code, reason = "mapping a file over a fixed address has no safe form")]
        // SAFETY: the range lies in this region, whose earlier mapping is replaced, and nobody refers to its bytes.
        let mapped = unsafe { mm::mmap(at, len, prot, MapFlags::PRIVATE | MapFlags::FIXED, file, 0) };
        mapped?;
        Ok(())
    }

    /// Gives the pages of a range back: they hold zeros again, or the file that is mapped there.
    pub(super) fn discard(&self, range: Range<usize>) -> io::Result<()> {
        let at = self.at(&range);
        #[expect(unsafe_code, reason = "emptying memory has no safe form")]
        // SAFETY: the range lies in this region, and no reference to its bytes exists outside of this module.
        unsafe {
            Ok(mm::madvise(at, range.len(), Advice::LinuxDontNeed)?)
        }
    }

    /// Writes bytes. The place has to be open.
    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        let at = self.at(&(offset..offset + bytes.len()));
        #[expect(unsafe_code, reason = "the memory is not a Rust object")]
        // SAFETY: the range lies in this region, which is borrowed exclusively and is not where `bytes` lie.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), at.cast(), bytes.len());
        }
    }

    /// Fills a range with zeros. The place has to be open.
    pub(super) fn clear(&mut self, range: Range<usize>) {
        let at = self.at(&range);
        #[expect(unsafe_code, reason = "the memory is not a Rust object")]
        // SAFETY: the range lies in this region, which is borrowed exclusively.
        unsafe {
            ptr::write_bytes(at.cast::<u8>(), 0, range.len());
        }
    }

    /// The bytes of a range that is open, and that nobody writes to as long as they are looked at.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        let at = self.at(&range);
        #[expect(unsafe_code, reason = "the memory is not a Rust object")]
        // SAFETY: the range lies in this region, which is mapped as long as it lives; nobody writes to it, says the contract.
        unsafe {
            std::slice::from_raw_parts(at.cast(), range.len())
        }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "unmapping memory has no safe form")]
        // SAFETY: exactly the range that was mapped, and nobody refers to it any more.
        let unmapped = unsafe { mm::munmap(self.base.cast(), self.len) };
        debug_assert!(unmapped.is_ok(), "{unmapped:?}");
    }
}
