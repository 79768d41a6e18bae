//! Long-lived containers as plain data.
//!
//! Owns the shapes that the verbs of `lifecycle` take and return.

use super::error::DockerError;
use runcell_model::run::OutputStream;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc;

/// The settings of a container to make. Empty texts and lists mean the defaults of the image or the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContainerSpec {
    /// Its name: `<service>-<component>`.
    pub name: String,
    /// The image it is made from.
    pub image: String,
    /// A network of the engine. Empty: the network of the confinement.
    pub network: String,
    /// The user that it runs as. Empty: the user of the confinement.
    pub user: String,
    /// `no`, `always`, `unless-stopped` or `on-failure[:times]`.
    pub restart: String,
    /// Ports of this machine and of the container: `8080:80`, `127.0.0.1:8080:80/udp`.
    pub ports: Vec<String>,
    /// Folders of this machine and where the container has them: `/host:/container`, `:ro` to read only.
    pub volumes: Vec<String>,
    /// The command, word by word; no shell reads it.
    pub cmd: Vec<String>,
    /// Environment, `K=V` each.
    pub env: Vec<String>,
}

/// A container that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerInfo {
    /// Its id.
    pub id: String,
    /// The settings that it was made with.
    #[serde(flatten)]
    pub spec: ContainerSpec,
    /// Its state.
    pub state: ContainerState,
    /// The version in the image's tag; empty without a tag.
    pub version: String,
    /// When it was started (RFC 3339); empty if it never was.
    pub started: String,
    /// Its exit code, if it has ended.
    pub exit_code: Option<i64>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// The state of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerState {
    /// Made and never started.
    Created,
    /// Running.
    Running,
    /// Stopped for a while.
    Paused,
    /// Between two starts.
    Restarting,
    /// Being removed, or half removed.
    Removing,
    /// Ended.
    Exited,
    /// In a state that this program does not know.
    Unknown,
}

impl ContainerState {
    /// Its name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Removing => "removing",
            Self::Exited => "exited",
            Self::Unknown => "unknown",
        }
    }
}

/// A request for a part of a container's output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogsRequest {
    /// Whether to go on until the container ends.
    pub follow: bool,
    /// The number of last lines; `None` for all.
    pub tail: Option<u64>,
}

/// Output of a container, piece by piece. Dropping it stops following.
#[derive(Debug)]
pub struct LogStream {
    pub(super) pieces: mpsc::Receiver<Result<(OutputStream, Vec<u8>), DockerError>>,
}

impl LogStream {
    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<(OutputStream, Vec<u8>), DockerError>> {
        self.pieces.recv().await
    }
}

/// A program to start in a running container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecSpec {
    /// The program and its arguments; no shell reads them.
    pub command: Vec<String>,
    /// Environment, `K=V` each.
    pub env: Vec<String>,
    /// The user that it runs as; `None` for the container's.
    pub user: Option<String>,
    /// Bytes of stdout and stderr together that are kept; the rest is not read.
    pub output_bytes: u64,
    /// How long to wait for its end.
    pub wall: Duration,
}

impl ExecSpec {
    /// A command with the usual limits: 1 MiB of output, 60 s.
    #[must_use]
    pub fn new(command: Vec<String>) -> Self {
        Self { command, env: Vec::new(), user: None, output_bytes: 1 << 20, wall: Duration::from_secs(60) }
    }
}

/// The result of a program in a running container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecResult {
    /// Its exit code; `None` if it was still running when its time or its output was used up.
    pub exit_code: Option<i64>,
    /// Its stdout.
    pub stdout: Vec<u8>,
    /// Its stderr.
    pub stderr: Vec<u8>,
    /// Whether it wrote more than is kept.
    pub truncated: bool,
    /// Whether its time was used up.
    pub timed_out: bool,
}
