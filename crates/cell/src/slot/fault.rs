//! Page faults of a thread: where there was none, no page was written for the first time.
//!
//! Owns that count. A page of a private mapping is its own once it was written, and the first write takes a fault, which the
//! kernel counts to the thread that wrote, in the guest's code as in a system call. Faults of other causes are counted too,
//! so that the count can say too much, and never too little.

use std::mem::MaybeUninit;

/// The faults that this thread has taken so far; `None` where the kernel does not tell.
pub(crate) fn of_this_thread() -> Option<u64> {
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    #[expect(unsafe_code, reason = "the system call has no safe form")]
    // SAFETY: `usage` is the structure that this call fills, and all zeros is a value of it.
    let (answer, usage) = unsafe { (libc::getrusage(libc::RUSAGE_THREAD, usage.as_mut_ptr()), usage.assume_init()) };
    let faults = [usage.ru_minflt, usage.ru_majflt].map(|count| u64::try_from(count).ok());
    faults.into_iter().sum::<Option<u64>>().filter(|_| answer == 0)
}

#[cfg(test)]
mod tests {
    use super::super::region::Region;
    use super::*;
    use std::io::Write;

    const PAGE: usize = 4096;

    #[test]
    fn the_first_write_to_a_page_counts_and_later_ones_do_not() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&vec![7; 64 * PAGE]).expect("writes");
        let mut region = Region::reserve(64 * PAGE).expect("address space");
        region.map_private(&file, 64 * PAGE).expect("maps");
        // Reading brings pages of the file in, so that only the copy is left to a write.
        assert!(region.bytes(0..64 * PAGE).iter().all(|byte| *byte == 7));
        let mut faults_of = |page: usize| {
            let before = of_this_thread().expect("the kernel tells");
            region.write(page * PAGE, b"x");
            of_this_thread().expect("the kernel tells") - before
        };
        // Faults of other causes, such as code that runs for the first time, are counted too.
        assert!((0..64).all(|page| faults_of(page) > 0), "each page is copied");
        assert!((0..100).any(|_| (0..64).map(&mut faults_of).sum::<u64>() == 0), "and then it is there");
    }
}
