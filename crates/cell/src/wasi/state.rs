//! The state that the calls of one guest work on.
//!
//! Owns the structure that goes from step to step of a run, and what each step finds in it anew.

use super::clock::Clock;
use super::descriptor::{self, DescriptorTable};
use crate::fs::{self, Device, FileTree, Follow, NodeId, Reach};
use crate::output::OutputBuffer;
use crate::stdin::StdinReader;
use serde::Deserialize;
use std::sync::Arc;

/// The kind of file that stdout and stderr are for a guest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Streams {
    /// A terminal: a libc then flushes after each line, which keeps the order of both.
    #[default]
    Terminal,
    /// A pipe: for interpreters that flush by themselves and would write colours to a terminal.
    Pipe,
}

/// Which directories a guest finds open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preopens {
    /// Descriptor 3 is the root of the tree, and paths lead everywhere in it.
    #[default]
    Root,
    /// Descriptor 3 is `/work` and called `/`, so that a program starts there; `/work`, `/tmp` and `/dev` follow. Paths stay
    /// below the directory that they start from, as preview1 has it.
    Work,
}

impl Preopens {
    fn directories(self, tree: &FileTree) -> Vec<(&'static str, NodeId)> {
        match self {
            Self::Root => vec![("/", NodeId::ROOT)],
            Self::Work => {
                let named = [("/", &b"/work"[..]), ("/work", b"/work"), ("/tmp", b"/tmp"), ("/dev", b"/dev")];
                let find = |path| tree.resolve(NodeId::ROOT, path, Follow::Yes).ok()?.node;
                named.into_iter().filter_map(|(name, path)| Some((name, find(path)?))).collect()
            }
        }
    }

    fn reach(self) -> Reach {
        match self {
            Self::Root => Reach::Tree,
            Self::Work => Reach::Beneath,
        }
    }
}

/// The state that a guest's calls work on. Goes from step to step of a run.
#[derive(Debug)]
pub struct Wasi {
    pub(super) args: Vec<String>,
    pub(super) env: Vec<String>,
    pub(super) clock: Clock,
    pub(super) descriptors: DescriptorTable,
    /// Where relative paths begin, for guests that leave that to their host.
    pub(super) current: NodeId,
    /// The guest's files.
    pub tree: FileTree,
    /// The guest's standard input.
    pub stdin: StdinReader,
    pub(super) output: Arc<OutputBuffer>,
    pub(super) streams: Streams,
    /// Where the guest's memory holds its umask, if it changes that by itself.
    pub umask_at: Option<u32>,
    /// How far paths lead from the directory of a descriptor.
    pub(super) reach: Reach,
    /// Work that the host did for the guest and has not charged yet, in units of fuel.
    pub(super) work: u64,
}

/// The parts that a program uses through other interfaces than preview1: a component of WASI 0.2.
#[derive(Debug)]
pub struct Parts {
    /// Its arguments, the name of the program first.
    pub args: Vec<String>,
    /// Its environment, each as `NAME=value`.
    pub env: Vec<String>,
    /// Its files.
    pub tree: FileTree,
    /// Its standard input.
    pub stdin: StdinReader,
    /// Where its output goes.
    pub output: Arc<OutputBuffer>,
    /// Whether stdout and stderr are a terminal.
    pub terminal: bool,
    /// The directories that it finds open: path and node.
    pub preopens: Vec<(&'static str, NodeId)>,
}

impl Wasi {
    /// Takes it apart, at the beginning of a step.
    #[must_use]
    pub fn into_parts(mut self) -> Parts {
        let preopens = self.descriptors.preopens();
        for node in self.descriptors.clear() {
            self.tree.release(node);
        }
        let Self { args, env, tree, stdin, output, streams, .. } = self;
        Parts { args, env, tree, stdin, output, terminal: streams == Streams::Terminal, preopens }
    }

    /// The state of a run whose first step is yet to begin.
    pub fn new(mut tree: FileTree, stdin: StdinReader, output: Arc<OutputBuffer>) -> Self {
        tree.hold(fs::WORK);
        let (args, env, descriptors) = (Vec::new(), Vec::new(), DescriptorTable::default());
        Self {
            args,
            env,
            clock: Clock::start(),
            descriptors,
            current: fs::WORK,
            tree,
            stdin,
            output,
            streams: Streams::Terminal,
            umask_at: None,
            reach: Reach::Tree,
            work: 0,
        }
    }

    /// Sets what a step finds: its arguments, its environment (`NAME=value`), and new descriptors, of which 3 is `/`.
    pub fn begin_step(&mut self, args: Vec<String>, env: Vec<String>, streams: Streams) {
        self.begin_step_in(Preopens::Root, args, env, streams);
    }

    /// The devices that are open, by descriptor; not the standard streams.
    pub(crate) fn open_devices(&self) -> Vec<(u32, Device)> {
        self.descriptors.devices()
    }

    /// Opens devices under numbers that a guest knows from before.
    pub(crate) fn open_again(&mut self, devices: &[(u32, Device)]) {
        for (fd, device) in devices {
            // A number beyond all others is not one that a guest had.
            let _replaced = self.descriptors.put(*fd, descriptor::device(*device));
        }
    }

    /// Makes a directory the one where relative paths begin.
    pub(super) fn enter(&mut self, dir: NodeId) {
        self.tree.hold(dir);
        self.tree.release(std::mem::replace(&mut self.current, dir));
    }

    /// The same with other directories open.
    pub fn begin_step_in(&mut self, preopens: Preopens, args: Vec<String>, env: Vec<String>, streams: Streams) {
        self.streams = streams;
        for node in self.descriptors.clear() {
            self.tree.release(node);
        }
        self.args = args;
        self.env = env;
        let directories = preopens.directories(&self.tree);
        for (_, node) in &directories {
            self.tree.hold(*node);
        }
        self.descriptors = DescriptorTable::with_preopens(&directories);
        self.reach = preopens.reach();
        self.enter(fs::WORK);
    }
}
