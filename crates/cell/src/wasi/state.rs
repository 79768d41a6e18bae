//! What the calls of one guest work on.
//!
//! Owns the structure that goes from step to step of a run, and what each step finds in it anew.

use super::clock::Clock;
use super::descriptor::DescriptorTable;
use crate::fs::{FileTree, NodeId};
use crate::output::OutputBuffer;
use crate::stdin::StdinReader;
use serde::Deserialize;
use std::sync::Arc;

/// What stdout and stderr look like to a guest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Streams {
    /// A terminal: a libc then flushes after each line, which keeps the order of both.
    #[default]
    Terminal,
    /// A pipe: for interpreters that flush by themselves and would write colours to a terminal.
    Pipe,
}

/// What a guest's calls work on. Goes from step to step of a run.
#[derive(Debug)]
pub struct Wasi {
    pub(super) args: Vec<String>,
    pub(super) env: Vec<String>,
    pub(super) clock: Clock,
    pub(super) descriptors: DescriptorTable,
    /// The guest's files.
    pub tree: FileTree,
    /// The guest's standard input.
    pub stdin: StdinReader,
    pub(super) output: Arc<OutputBuffer>,
    pub(super) streams: Streams,
    /// Work that the host did for the guest and has not charged yet, in units of fuel.
    pub(super) work: u64,
}

impl Wasi {
    /// The state of a run whose first step is yet to begin.
    pub fn new(tree: FileTree, stdin: StdinReader, output: Arc<OutputBuffer>) -> Self {
        let (args, env, descriptors) = (Vec::new(), Vec::new(), DescriptorTable::default());
        Self { args, env, clock: Clock::start(), descriptors, tree, stdin, output, streams: Streams::Terminal, work: 0 }
    }

    /// Sets what a step finds: its arguments, its environment (`NAME=value`), and new descriptors, of which 3 is `/`.
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
