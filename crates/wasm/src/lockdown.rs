//! Closing off a process that runs guests from files, network, programs and other processes.
//!
//! WebAssembly is the first wall around a guest. This is the second: a guest that escapes from WebAssembly through a fault
//! of the engine is in a process that can open no file, connect to nothing, start no program and look into no other
//! process. It cannot be undone, and threads and processes that start later inherit it.
//!
//! Owns which walls there are (`filesystem`: Landlock; `syscall`: seccomp; resource limits) and what holds on this kernel.
//! Knows nothing of guests. To be called while the process has a single thread: Landlock restricts only the caller.

mod descriptor;
mod filesystem;
mod probe;
mod syscall;
mod wall;

pub use descriptor::close_inherited;
pub use probe::{Probe, probe};
pub use wall::{Kept, LockdownError, Walls};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::time::{Duration, Instant};

/// Files that a process may open at most, at a time.
const MOST_OPEN_FILES: u64 = 1024;

/// How long threads that have nothing more to do may take to end.
const THREADS_END: Duration = Duration::from_secs(1);

/// Locks this process down for good.
///
/// # Errors
/// [`LockdownError`]. What the kernel does not have is no error: it is missing from the answer.
pub fn lock_down(kept: &Kept) -> Result<Walls, LockdownError> {
    wait_for_threads()?;
    lower(Resource::Core, 0)?;
    lower(Resource::Nofile, MOST_OPEN_FILES)?;
    let filesystem = filesystem::restrict(kept)?;
    let syscalls = syscall::restrict()?;
    Ok(Walls { filesystem, syscalls })
}

/// Makes this process the one that the kernel kills first when memory runs out: better a worker than its server.
pub fn be_killed_first() {
    // If this fails, the kernel chooses by itself.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
}

fn lower(resource: Resource, most: u64) -> Result<(), LockdownError> {
    // A limit that is lower already stays: to raise one takes a privilege.
    let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
    let limit = Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(resource, limit).map_err(|error| LockdownError::Limits(error.into()))
}

/// Waits until this thread is the only one.
fn wait_for_threads() -> Result<(), LockdownError> {
    let began = Instant::now();
    loop {
        // Without /proc the number is not known; then the caller is trusted.
        let threads = std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
        if threads <= 1 {
            return Ok(());
        }
        if began.elapsed() > THREADS_END {
            return Err(LockdownError::Threads { threads });
        }
        std::thread::sleep(Duration::from_micros(50));
    }
}
