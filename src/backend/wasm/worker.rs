//! Worker processes: the same binary, started again, locked down, and given runs over a socket pair.
//!
//! A server never runs a guest itself. `pool` keeps a few workers and one to spare, `process` is one worker as the server
//! sees it, `drive` is one run there, `serve` is the inside of a worker, `message` and `frame` are what travels between.
//!
//! **Invariant:** the server believes nothing that a worker says beyond the words of its own runs: frames have a greatest
//! length, output counts against the run's limit once more, and a word out of turn costs the worker its life.
//!
//! Owns who runs what where, and what becomes of runs whose worker dies. Does not lock anything down: the process that
//! becomes a worker does that between [`Seat::take`] and [`Seat::serve`].

mod drive;
mod frame;
mod message;
mod pool;
mod process;
mod serve;

pub use serve::Seat;

pub(super) use drive::{Order, drive};
pub(super) use message::Begin;
pub(super) use pool::Pool;

use frame::FrameError;
use std::ffi::OsString;
use std::path::PathBuf;

/// How a server's workers are started and shared out.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// The program of a worker. Its stdin is the socket to the server.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// How many there are; with one a tenant, how many at most. 0 for the default.
    pub count: usize,
    /// Whether every tenant gets a worker of its own.
    pub tenants_apart: bool,
    /// Whether a worker that lacks a wall may be used.
    pub walls_required: bool,
    /// The longest message that a worker may send, in bytes.
    pub longest_message: usize,
}

/// What is known of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerInfo {
    /// The number of its process.
    pub pid: u32,
    /// Whom it works for, where tenants are kept apart and it has one.
    pub tenant: Option<String>,
    /// Runs that it holds.
    pub runs: usize,
    /// Whether it only stands ready to replace another.
    pub spare: bool,
}

/// A worker could not be used.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// It could not be started.
    #[error("a worker process cannot be started")]
    Start(#[source] std::io::Error),
    /// It was started and said nothing sensible.
    #[error("a worker process did not come up: {0}")]
    Silent(String),
    /// It lacks a wall that is required.
    #[error("{0}, and the configuration requires it: walls = \"require\"")]
    Walls(String),
    /// As many workers as there may be are at work for others.
    #[error("{0} workers are at work for other tenants, and there may be no more")]
    Crowded(usize),
    /// What came over the socket is no message.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

/// Attacks both ends of the protocol with bytes: neither may panic, and what is a message is one again when it is sent.
#[cfg(test)]
pub(super) fn fuzz(input: &[u8]) {
    const MOST: usize = 1 << 20;
    let mut stream = input;
    while let Ok(Some(report)) = frame::read::<message::Report>(&mut stream, MOST) {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        frame::encode(&report, &mut first).expect("a message");
        let again: message::Report = frame::read(&mut &first[..], MOST).expect("reads").expect("is there");
        frame::encode(&again, &mut second).expect("a message");
        assert_eq!(first, second);
    }
    let mut stream = input;
    while let Ok(Some(order)) = frame::read::<message::Order<'_>>(&mut stream, MOST) {
        frame::encode(&order, &mut Vec::new()).expect("a message");
    }
}

/// Messages of every kind.
#[cfg(test)]
pub(super) fn fuzz_seeds() -> Vec<Vec<u8>> {
    use crate::outcome::Ending;
    use message::{End, Order, Report};
    let end = End {
        ending: Ending::Completed { exit_code: 3 },
        truncated: true,
        files: vec![crate::file::OutputFile { path: "a".to_owned(), bytes: vec![1, 2] }],
        missing_files: vec!["b".to_owned()],
        usage: crate::usage::Usage::default(),
        stranded: false,
    };
    let reports = [
        Report::Ready { missing: Some("a wall".to_owned()) },
        Report::Output { run: 1, stream: crate::run::OutputStream::Stderr, bytes: b"text".to_vec() },
        Report::StdinWanted { run: 2 },
        Report::Ended { run: 3, end: Box::new(end) },
        Report::NotReady { run: 4 },
        Report::Failed { run: 5, why: "fault".to_owned() },
    ];
    let orders = [Order::Stdin { run: 1, piece: Some(b"in".to_vec()) }, Order::Cancel { run: 2 }];
    let frame = |encode: &dyn Fn(&mut Vec<u8>)| {
        let mut frames = Vec::new();
        encode(&mut frames);
        frames
    };
    let reports = reports.iter().map(|it| frame(&|frames| frame::encode(it, frames).expect("a message")));
    let orders = orders.iter().map(|it| frame(&|frames| frame::encode(it, frames).expect("a message")));
    reports.chain(orders).collect()
}
