//! WASI preview1 over a tree in memory: the only door between a guest and its host.
//!
//! Owns the state behind a guest's descriptors, arguments and environment, and the linking of every function of the
//! interface. A function can reach this state and the guest's memory and nothing else: there is no host path, socket
//! or process behind any of them. Calls that move bytes or search paths charge fuel for the host's work and yield, so
//! that a guest cannot hide from its limits inside the host.

mod clock;
mod descriptor;
mod fd;
mod guest;
mod link;
mod path;
mod poll;
mod process;

pub use link::add_to_linker;
pub use process::Exit;

use super::errno::Errno;
use super::fs::{FileTree, FsError, NodeId};
use super::limit::LimitHit;
use super::output::OutputBuffer;
use super::stdin::StdinReader;
use clock::Clock;
use descriptor::DescriptorTable;
use serde::Deserialize;
use std::sync::Arc;

/// What a guest takes stdout and stderr for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Streams {
    /// A terminal: a libc then flushes line by line, which keeps the order of both.
    #[default]
    Terminal,
    /// A pipe: for interpreters that flush by themselves and would colour a terminal.
    Pipe,
}

/// What a guest's calls work on. Goes from step to step of a run.
#[derive(Debug)]
pub struct Wasi {
    args: Vec<String>,
    env: Vec<String>,
    clock: Clock,
    descriptors: DescriptorTable,
    /// The guest's files.
    pub tree: FileTree,
    /// The guest's standard input.
    pub stdin: StdinReader,
    output: Arc<OutputBuffer>,
    streams: Streams,
    /// Work done for the guest that was not charged yet, in fuel units.
    work: u64,
}

impl Wasi {
    /// The state of a run whose first step is yet to begin.
    pub fn new(tree: FileTree, stdin: StdinReader, output: Arc<OutputBuffer>) -> Self {
        let (args, env, descriptors) = (Vec::new(), Vec::new(), DescriptorTable::default());
        Self { args, env, clock: Clock::start(), descriptors, tree, stdin, output, streams: Streams::Terminal, work: 0 }
    }

    /// Makes ready for a step: its arguments, its environment (`NAME=value`), and fresh descriptors, of which 3 is `/`.
    pub fn begin_step(&mut self, args: Vec<String>, env: Vec<String>, streams: Streams) {
        self.streams = streams;
        for node in self.descriptors.clear() {
            self.tree.release(node);
        }
        self.args = args;
        self.env = env;
        self.descriptors = DescriptorTable::with_preopen(NodeId::ROOT);
    }
}

/// Why a call does not simply succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The guest is told a number.
    Errno(Errno),
    /// The guest ends here.
    Stop(wasmtime::Error),
}

type Result<T = (), E = Failure> = std::result::Result<T, E>;

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

#[cfg(test)]
mod tests;
