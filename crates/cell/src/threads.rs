//! The threads that run guests. They start with the first guest: a process that locked itself down before has passed that
//! on to them.
//!
//! Owns their number and their end. A worker process has no threads beside the one that it serves on.

use std::io;
use std::sync::{Mutex, OnceLock};
use tokio::runtime::{Builder, Handle, Runtime};

/// How often a thread that runs cells looks at timers and sockets: every so many turns of a guest, each about a
/// millisecond long.
const EVENT_INTERVAL: u32 = 4;

/// Where guests run.
#[derive(Debug)]
pub enum Threads {
    /// On threads of their own.
    Own(OwnThreads),
    /// On the threads of a runtime that belongs to the caller.
    Given(Handle),
}

/// Threads, started when they are first asked for.
#[derive(Debug)]
pub struct OwnThreads {
    count: usize,
    /// Held while they are started, so that they are started once.
    starting: Mutex<()>,
    runtime: OnceLock<Runtime>,
}

impl Threads {
    /// `count` threads; 0 for one thread per processor.
    pub fn new(count: usize) -> Self {
        let count = if count == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { count };
        Self::Own(OwnThreads { count, starting: Mutex::default(), runtime: OnceLock::new() })
    }

    /// The handle that starts work on them.
    ///
    /// # Errors
    /// Where threads cannot be started.
    pub fn handle(&self) -> io::Result<&Handle> {
        match self {
            Self::Own(threads) => threads.handle(),
            Self::Given(handle) => Ok(handle),
        }
    }
}

/// A runtime on the current thread, for a worker process. It is made before the process locks itself down.
///
/// # Errors
/// If the kernel refuses what it waits with (epoll, a socket pair for signals).
pub fn single() -> io::Result<Runtime> {
    Builder::new_current_thread().event_interval(EVENT_INTERVAL).enable_all().build()
}

impl OwnThreads {
    fn handle(&self) -> io::Result<&Handle> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime.handle());
        }
        let _starting = self.starting.lock().expect("no holder of this lock panics");
        if self.runtime.get().is_none() {
            let runtime = Builder::new_multi_thread()
                .worker_threads(self.count)
                .event_interval(EVENT_INTERVAL)
                .thread_name("runcell-cells")
                .enable_all()
                .build()?;
            // Nobody else sets it while the lock is held.
            drop(self.runtime.set(runtime));
        }
        self.runtime.get().map(Runtime::handle).ok_or_else(|| io::Error::other("the threads were not kept"))
    }
}

impl Drop for OwnThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
