//! Which pages of a region were written: the kernel knows, and tells by the ioctl `PAGEMAP_SCAN` (Linux 6.7).
//!
//! Owns that question. A private mapping of a file shows the file's own pages until they are written; a page that is
//! there and is neither the file's nor the shared page of zeros has been written, also if it was swapped out since.

use super::region::Region;
use rustix::ioctl::{Opcode, Updater, ioctl, opcode};
use std::fs::File;
use std::ops::Range;
use std::sync::LazyLock;

/// The pages that were written, as far as the kernel has reported.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Offsets, ascending.
    pub(super) ranges: Vec<Range<usize>>,
    /// Everything written below this offset is in `ranges`; of what lies above nothing is known.
    pub(super) known: usize,
}

/// The most ranges of one answer.
const MOST_RANGES: usize = 256;

const FILE: u64 = 1 << 2;
const PRESENT: u64 = 1 << 3;
const SWAPPED: u64 = 1 << 4;
const ZERO_PAGE: u64 = 1 << 5;

/// The kernel's `struct page_region`.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
struct PageRegion {
    start: u64,
    end: u64,
    categories: u64,
}

/// The kernel's `struct pm_scan_arg`.
#[derive(Debug, Default)]
#[repr(C)]
struct ScanArgument {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    vec: u64,
    vec_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

const SCAN: Opcode = opcode::read_write::<ScanArgument>(b'f', 16);

/// The page map of this process; none where the kernel shows none.
static PAGEMAP: LazyLock<Option<File>> = LazyLock::new(|| File::open("/proc/self/pagemap").ok());

/// Opens the page map, which a process may be unable to do later.
pub(crate) fn be_ready() {
    LazyLock::force(&PAGEMAP);
}

/// Finds what was written in a part of a region, up to a number of pages. Where the kernel does not tell, nothing is
/// known.
pub(super) fn written(region: &Region, part: Range<usize>, most_pages: usize) -> Written {
    assert!(part.end <= region.len(), "{part:?} is outside of {} bytes", region.len());
    let nothing_known = Written { ranges: Vec::new(), known: part.start };
    let Some(pagemap) = PAGEMAP.as_ref().filter(|_| !part.is_empty()) else {
        return nothing_known;
    };
    let base = region.base().addr();
    let mut found = [PageRegion::default(); MOST_RANGES];
    let mut argument = ScanArgument {
        size: size_of::<ScanArgument>() as u64,
        start: (base + part.start) as u64,
        end: (base + part.end) as u64,
        vec: found.as_mut_ptr().expose_provenance() as u64,
        vec_len: MOST_RANGES as u64,
        max_pages: most_pages as u64,
        category_inverted: FILE | ZERO_PAGE,
        category_mask: FILE | ZERO_PAGE,
        category_anyof_mask: PRESENT | SWAPPED,
        ..ScanArgument::default()
    };
    #[expect(unsafe_code, reason = "an ioctl has no safe form")]
    // SAFETY: the argument is the structure that this ioctl takes, and `vec` is a live array of `vec_len` elements.
    let asked = unsafe { ioctl(pagemap, Updater::<SCAN, ScanArgument>::new(&mut argument)) };
    if asked.is_err() {
        return nothing_known;
    }
    let offset = |address: u64| usize::try_from(address).map_or(part.end, |address| address - base);
    // The array was all zeros: a range that ends at 0 was not filled in.
    let filled = found.iter().take_while(|range| range.end != 0);
    Written {
        ranges: filled.map(|range| offset(range.start)..offset(range.end)).collect(),
        known: offset(argument.walk_end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const PAGE: usize = 4096;

    #[test]
    fn the_kernel_tells_what_was_written_and_only_that() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&vec![7; 64 * PAGE]).expect("writes");
        let mut region = Region::reserve(128 * PAGE).expect("address space");
        region.map_private(&file, 64 * PAGE).expect("maps");
        region.open(64 * PAGE..80 * PAGE).expect("opens");
        let all = |region: &Region| written(region, 0..80 * PAGE, 1000);
        assert_eq!((all(&region).ranges, all(&region).known), (vec![], 80 * PAGE));
        for page in [3, 4, 9, 70] {
            region.write(page * PAGE + 5, b"x");
        }
        let expected = vec![3 * PAGE..5 * PAGE, 9 * PAGE..10 * PAGE, 70 * PAGE..71 * PAGE];
        assert_eq!(all(&region).ranges, expected);
        // More than asked for: what lies behind is not known.
        let some = written(&region, 0..80 * PAGE, 2);
        assert_eq!(some.ranges, expected[..1]);
        assert!(some.known >= 5 * PAGE && some.known <= 9 * PAGE, "{some:?}");
        region.discard(0..64 * PAGE).expect("empties");
        assert_eq!(all(&region).ranges, expected[2..]);
    }

    #[test]
    fn more_ranges_than_an_answer_holds_are_not_forgotten() {
        let mut region = Region::reserve(2000 * PAGE).expect("address space");
        region.open(0..2000 * PAGE).expect("opens");
        for page in (0..2000).step_by(2) {
            region.write(page * PAGE, b"x");
        }
        let found = written(&region, 0..2000 * PAGE, 5000);
        assert_eq!(found.ranges.len(), MOST_RANGES);
        assert!(found.known < 2 * (MOST_RANGES + 1) * PAGE, "{}", found.known);
    }
}
