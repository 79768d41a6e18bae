//! An attack on the own process after it is locked down: does each wall hold?
//!
//! Owns the attempts. They are what native code that got out of a cell would try first; `runcell doctor` lets a process of
//! its own make them, and tests look at the answers.

use super::{Kept, Walls, lock_down};
use serde::{Deserialize, Serialize};
use std::io;
use std::net::{TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::process::Command;

/// The attempts, and whether each was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// The walls that the kernel reported.
    pub walls: Option<Walls>,
    /// Why the process could not be locked down.
    pub error: Option<String>,
    /// Attempts that succeeded: each is a hole.
    pub holes: Vec<String>,
    /// Attempts that were refused.
    pub refused: Vec<String>,
}

/// An attempt: its name, and a function that says whether it succeeded.
type Attempt = (&'static str, fn() -> bool);

/// Locks this process down for good and attacks it.
#[must_use]
pub fn probe() -> Probe {
    let locked = lock_down(&Kept::default());
    let attempts: [Attempt; 11] = [
        ("read a file", || std::fs::read("/etc/passwd").is_ok()),
        ("list a folder", || std::fs::read_dir("/").is_ok()),
        ("write a file", || std::fs::write(std::env::temp_dir().join("runcell-probe"), "").is_ok()),
        ("read its own memory map", || std::fs::read("/proc/self/maps").is_ok()),
        ("connect by TCP", || !denied(&TcpStream::connect("127.0.0.1:9"))),
        ("open a UDP socket", || UdpSocket::bind("127.0.0.1:0").is_ok()),
        ("open a local socket", || UnixStream::pair().is_ok()),
        ("start a program", || Command::new("/bin/true").status().is_ok()),
        ("make a request of a device that is not on the list", || {
            !denied(&rustix::io::ioctl_fionread(io::stdin()).map_err(Into::into))
        }),
        ("signal another process", || {
            rustix::process::getppid().is_none_or(|parent| rustix::process::test_kill_process(parent).is_ok())
        }),
        ("make a folder", || std::fs::create_dir(std::env::temp_dir().join("runcell-probe-folder")).is_ok()),
    ];
    let (holes, refused): (Vec<_>, Vec<_>) = attempts.into_iter().partition(|(_, attempt)| attempt());
    let names = |attempts: Vec<Attempt>| attempts.into_iter().map(|(name, _)| name.to_owned()).collect();
    let error = locked.as_ref().err().map(ToString::to_string);
    Probe { walls: locked.ok(), error, holes: names(holes), refused: names(refused) }
}

/// Whether something was refused by the kernel, and did not fail because nobody was there.
fn denied<T>(result: &io::Result<T>) -> bool {
    result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}
