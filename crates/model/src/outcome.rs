//! How a run ended and what it left behind.
//!
//! Owns the shape of a result. **A guest that fails is not our error**: everything that a snippet can do ends in an
//! [`Outcome`]; errors mean only that it could not be run.

use crate::advice::Advice;
use crate::file::{LeftFile, OutputFile};
use crate::limits::LimitKind;
use crate::usage::Usage;
use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The guest ended by itself. A compiler that rejects the snippet ends like this as well, with its own exit code.
    Completed {
        /// The guest's exit code; 0 where it simply returned.
        exit_code: u32,
    },
    /// The guest did something that WebAssembly forbids.
    Crashed {
        /// The kind of crash.
        kind: CrashKind,
        /// The same in words.
        message: String,
    },
    /// A limit stopped the guest.
    Terminated {
        /// The limit.
        limit: LimitKind,
        /// The amount that was allowed, in the unit of the limit.
        allowed: u64,
        /// The amount that the guest used, or tried to use.
        used: u64,
    },
    /// The wall-clock limit stopped the guest.
    TimedOut {
        /// The time that was allowed, in milliseconds.
        allowed_ms: u64,
    },
    /// The caller stopped it.
    Cancelled,
    /// The process that ran it is gone: it crashed, was killed, or ran out of memory. Perhaps the program did it, perhaps
    /// another one that ran there.
    Lost {
        /// The fate of the process.
        message: String,
    },
}

impl Ending {
    /// How it ended, in one word.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Completed { .. } => "completed",
            Self::Crashed { .. } => "crashed",
            Self::Terminated { .. } => "limit",
            Self::TimedOut { .. } => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Lost { .. } => "lost",
        }
    }
}

/// The kind of a guest's crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CrashKind {
    /// Read or wrote outside its memory.
    MemoryOutOfBounds,
    /// Executed an `unreachable` instruction: what `abort()` and failed assertions compile to.
    Unreachable,
    /// Called through a bad function pointer: null, out of range or of another signature.
    BadCall,
    /// Divided an integer by zero.
    DivisionByZero,
    /// Overflowed an integer division or conversion.
    Arithmetic,
    /// Let an exception leave the program.
    UncaughtException,
    /// Called a host function that this runtime does not have.
    MissingImport,
    /// Any other trap; the message says more.
    Other,
}

/// Everything a run left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// The output, up to its limit.
    pub output: Output,
    /// The files that were asked for and exist.
    pub files: Vec<OutputFile>,
    /// Requested paths and patterns that matched no file.
    pub missing_files: Vec<String>,
    /// Files that the program has written and nobody asked for, by path: the first of them. Of a container nothing is known.
    pub left_files: Vec<LeftFile>,
    /// The resources that the run used.
    pub usage: Usage,
    /// Where it ran and why there.
    pub ran_on: RanOn,
    /// Lines of the snippet that ask for a second look, where the request wanted a check.
    pub advice: Vec<Advice>,
}

/// Where a run took place, and why there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RanOn {
    /// The backend that ran it.
    pub backend: BackendKind,
    /// In a container: the image that was asked for, by its name.
    pub image: Option<String>,
    /// Why there, in words.
    pub reason: String,
}

/// The backend of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum BackendKind {
    /// A WebAssembly cell.
    #[default]
    Wasm,
    /// A container.
    Container,
}

impl Outcome {
    /// Whether the guest ended by itself with exit code 0.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.ending == Ending::Completed { exit_code: 0 }
    }

    /// An outcome of a run that never started.
    #[must_use]
    pub fn unstarted(ending: Ending) -> Self {
        Self {
            ending,
            output: Output::default(),
            files: Vec::new(),
            missing_files: Vec::new(),
            left_files: Vec::new(),
            usage: Usage::default(),
            ran_on: RanOn::default(),
            advice: Vec::new(),
        }
    }
}

/// The output of a guest, as bytes. JSON faces turn it into text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its stdout.
    pub stdout: Vec<u8>,
    /// Its stderr, after the messages of a compiler.
    pub stderr: Vec<u8>,
    /// The first bytes of stderr: so many are a compiler's, and not the program's.
    pub compiler_bytes: usize,
    /// Both, in the order in which they were written: what a terminal would show.
    pub tty: Vec<u8>,
    /// Whether the limit of output cut it.
    pub truncated: bool,
}

impl Output {
    /// The messages of a compiler: the beginning of stderr.
    #[must_use]
    pub fn compiler(&self) -> &[u8] {
        &self.stderr[..self.compiler_bytes.min(self.stderr.len())]
    }
}
