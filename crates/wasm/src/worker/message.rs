//! The messages between a server and a worker.
//!
//! Owns shapes only: plain data, of which both ends are the same binary.

use runcell_model::file::{LeftFile, OutputFile};
use runcell_model::outcome::Ending;
use runcell_model::run::{OutputStream, RunSpec};
use runcell_model::usage::Usage;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::path::PathBuf;

/// A message from the server.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request<'a> {
    /// The first message: the configuration of the worker.
    Begin(Begin),
    /// Begin a run.
    Run(Box<RunRequest<'a>>),
    /// The next piece of a run's stdin, or its end.
    Stdin { run: u64, piece: Option<Vec<u8>> },
    /// Stop a run.
    Cancel { run: u64 },
}

/// The settings of a worker, sent before it locks itself down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Begin {
    pub(crate) cache_dir: PathBuf,
    pub(crate) runtimes_dir: Option<PathBuf>,
    pub(crate) stack_bytes: u64,
}

/// A run to begin.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RunRequest<'a> {
    pub(super) run: u64,
    pub(super) spec: Cow<'a, RunSpec>,
    /// All of stdin; without it the worker asks for pieces.
    pub(super) stdin: Cow<'a, Option<Vec<u8>>>,
    /// The `traceparent` of what the run is a part of; lines of the worker's log carry it.
    pub(super) trace: Option<Cow<'a, str>>,
}

/// A message from a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Report {
    /// It is locked down and serves; or which wall is missing.
    Ready { missing: Option<String> },
    /// A guest wrote something.
    Output {
        run: u64,
        stream: OutputStream,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// A guest reads its stdin and nothing is there.
    StdinWanted { run: u64 },
    /// A run ended.
    Ended { run: u64, end: Box<End> },
    /// A run could not begin: its runtime is not in the cache that the worker sees.
    NotReady { run: u64 },
    /// A run was lost to a fault of ours.
    Failed { run: u64, why: String },
}

/// An outcome without the output, which was sent before.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    pub(super) ending: Ending,
    pub(super) truncated: bool,
    pub(super) files: Vec<OutputFile>,
    pub(super) missing_files: Vec<String>,
    pub(super) left_files: Vec<LeftFile>,
    pub(super) usage: Usage,
    /// Whether a compilation goes on that no run waits for. Only the end of the process stops it.
    pub(super) stranded: bool,
}
