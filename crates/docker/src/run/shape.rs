//! One program in a container as plain data: what is asked for, the events, how it ended.
//!
//! Owns the shapes. The handle of a run is [`super::RunningContainer`].

use super::super::confinement::Confinement;
use super::super::label::Labels;
use super::super::limit::Exceeded;
use super::super::mount::Mount;
use super::super::usage::ContainerUsage;
use runcell_model::run::OutputStream;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A program to run in a container of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerRun {
    /// The image.
    pub image: String,
    /// The words before the command; `None` for the image's entry point.
    pub entrypoint: Option<Vec<String>>,
    /// The program and its arguments, as they are, without a shell; `None` for the image's command.
    pub command: Option<Vec<String>>,
    /// Environment beside the image's own.
    pub env: BTreeMap<String, String>,
    /// The folder it starts in; `None` for the image's own.
    pub workdir: Option<String>,
    /// Bytes for its stdin.
    pub stdin: Vec<u8>,
    /// Folders of this machine that it sees.
    pub mounts: Vec<Mount>,
    /// Its limits and rights.
    pub confinement: Confinement,
    /// The labels of its container.
    pub labels: Labels,
}

impl ContainerRun {
    /// A command in an image, with default limits.
    pub fn new(image: impl Into<String>, command: &[&str], labels: Labels) -> Self {
        Self {
            image: image.into(),
            entrypoint: None,
            command: Some(command.iter().map(|&word| word.to_owned()).collect()),
            env: BTreeMap::new(),
            workdir: None,
            stdin: Vec::new(),
            mounts: Vec::new(),
            confinement: Confinement::default(),
            labels,
        }
    }
}

/// A run to wait for again after its runcell died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// The engine's id of its container, as [`find_owned`](super::Docker::find_owned) gives it.
    pub container_id: String,
    /// Its limits; `wall` is the time that is left to it.
    pub confinement: Confinement,
}

/// An event of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerEvent {
    /// The container was made. A record of its id lets the run be resumed.
    Created {
        /// The engine's id of the container.
        container_id: String,
    },
    /// The program was started.
    Started,
    /// The program wrote a piece of output. All pieces of a run together are its output up to the limit.
    Output {
        /// Stdout or stderr.
        stream: OutputStream,
        /// The piece.
        bytes: Vec<u8>,
    },
    /// The usage so far, every few seconds. A caller that is behind with its events misses some.
    Usage(ContainerUsage),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerEnding {
    /// The program ended by itself, or by a signal that runcell did not send (128 plus its number).
    Exited {
        /// Its exit code.
        code: i64,
    },
    /// A limit stopped it.
    Exceeded(Exceeded),
    /// Its time was up.
    TimedOut {
        /// The time that was allowed, in milliseconds.
        allowed_ms: u64,
    },
    /// The caller stopped it.
    Cancelled,
    /// The engine went away, or somebody removed the container, so that nobody knows what the program did. It may be run again.
    EngineLost {
        /// The reason, in words.
        message: String,
    },
    /// [`resume`](super::Docker::resume) found a container that was never started. It may be run again.
    NeverStarted,
}

/// How a run ended and what it used. Its output is in the events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerOutcome {
    /// How it ended.
    pub ending: ContainerEnding,
    /// The resources that it used.
    pub usage: ContainerUsage,
    /// Whether output is missing: over the limit, or lost with the engine.
    pub truncated: bool,
}
