//! Containers on Docker or Podman, for work that does not fit into a cell.
//!
//! Owns everything between runcell and a container engine. The map:
//!
//! - `connect`: finds an engine and agrees on a version; `checkup`: the lines of `runcell doctor` about it.
//! - [`Docker::run`], `stop`, `remove`, `inspect`, `list`, `logs`, `exec`, [`Docker::pull`], [`Docker::build`]: long-lived
//!   containers and images (`container`, `lifecycle`, `build`, `image`, `progress`).
//! - [`Confinement`]: the limits and rights of a container.
//! - [`ContainerRun`]: one program in a container from start to end (`run`), whose usage `usage` and `cgroup` measure.
//! - [`Labels`]: marks a container as ours, so that a later runcell finds what a dead one left (`label`).
//! - [`SnippetRun`]: a snippet of a language, with its files in and out (`snippet`, `limit`, `watch`); [`Recipe`]: the image that
//!   holds the packages it asks for (`derive`).
//! - [`ToolRun`] and discovery: tools of the tool-spec standard (`tool`, `discover`, `archive`).
//!
//! Does not know a database, a job's record or a face, and does not parse `tool.yml`.
//!
//! Limits of the client library and the engine:
//! - TLS to a remote engine is not compiled in: `DOCKER_HOST` takes `unix://`, `tcp://` and `http://`.
//! - A program that was started with `exec` cannot be stopped on its own; after its time it goes on until its container ends.
//! - The engine has no quota for a folder that a container writes to. It is measured four times a second, so that a fast
//!   writer can exceed the limit by what a disk takes in that time.
//! - A pull can be interrupted at any time (drop the future); the engine keeps the layers that it has.
//! - Builds use the engine's classic builder, as the other needs a session over gRPC.

mod archive;
mod build;
mod cgroup;
mod checkup;
mod confinement;
mod connect;
mod container;
mod derive;
mod discover;
mod error;
mod image;
mod label;
mod lifecycle;
mod limit;
mod mount;
mod name;
mod progress;
mod run;
mod snippet;
mod tool;
mod usage;
mod watch;

pub use build::{BuildSpec, CA_FILE, ContextFile, Proxies};
pub use checkup::check;
pub use confinement::{Confinement, Network, UserRule};
pub use container::{ContainerInfo, ContainerSpec, ContainerState, ExecResult, ExecSpec, LogStream, LogsRequest};
pub use derive::{BuildEnvironment, Derived, Recipe, check_tag};
pub use discover::{Fetched, ToolImage};
pub use error::DockerError;
pub use image::{ImageEntry, ImageInfo};
pub use label::{CleanUp, CleanedUp, Labels, OwnedContainer};
pub use limit::{Exceeded, FolderLimits};
pub use mount::Mount;
pub use name::{ImageName, check_container, check_image, extract_version, registry};
pub use progress::{Progress, ProgressSender};
pub use run::{ContainerEnding, ContainerEvent, ContainerOutcome, ContainerRun, Hold, Resume, RunningContainer};
pub use snippet::{COMPILED, RunningSnippet, SnippetInput, SnippetRun, WorkFolder};
pub use tool::{RunningTool, ToolOutcome, ToolProgram, ToolRun};
pub use usage::ContainerUsage;

use std::sync::Arc;
use tokio::sync::OnceCell;

/// A connection to a container engine. Clones are cheap and share it.
#[derive(Debug, Clone)]
pub struct Docker(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    api: bollard::Docker,
    address: String,
    local: bool,
    version: EngineVersion,
    info: OnceCell<EngineInfo>,
}

/// Product and version of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineVersion {
    /// `Docker` or `Podman`.
    pub product: &'static str,
    /// Its version: `20.10.24`.
    pub version: String,
    /// The version of its interface in use: `1.41`.
    pub api_version: String,
}

/// How the engine is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineInfo {
    /// `1` or `2`.
    pub cgroup_version: String,
    /// `cgroupfs`, `systemd` or `none`.
    pub cgroup_driver: String,
    /// Such as `overlay2`.
    pub storage_driver: String,
    /// Whether it runs without root.
    pub rootless: bool,
    /// The engine's own warnings about this machine.
    pub warnings: Vec<String>,
}

impl Docker {
    /// The address of the engine, such as `unix:///var/run/docker.sock`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Whether the engine is reached by a socket of this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.local
    }

    /// Product and version of the engine.
    #[must_use]
    pub fn version(&self) -> &EngineVersion {
        &self.0.version
    }

    /// How the engine is set up. The engine is asked once.
    ///
    /// # Errors
    /// [`DockerError::EngineLost`] if it does not answer.
    pub async fn info(&self) -> Result<&EngineInfo, DockerError> {
        self.0.info.get_or_try_init(|| self.ask_info()).await
    }

    /// Whether the engine answers now.
    pub async fn answers(&self) -> bool {
        let ping = tokio::time::timeout(std::time::Duration::from_secs(5), self.api().ping());
        matches!(ping.await, Ok(Ok(_)))
    }

    /// The client, for one call: each is counted.
    fn api(&self) -> &bollard::Docker {
        runcell_telemetry::metric::engine_call();
        &self.0.api
    }

    fn is_podman(&self) -> bool {
        self.0.version.product == "Podman"
    }
}

/// A random number, for names.
fn random() -> Result<u64, DockerError> {
    let failed = |error: getrandom::Error| std::io::Error::other(error.to_string());
    getrandom::u64().map_err(|error| DockerError::File { path: "random numbers".into(), source: failed(error) })
}
