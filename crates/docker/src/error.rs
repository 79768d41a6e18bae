//! Errors between runcell and a container engine.
//!
//! Owns the errors and their meaning in terms of the engine's answers. A program that fails in its container is never an error: it
//! is an ending.

use std::io;
use std::path::{Path, PathBuf};

/// Something could not be done with containers.
#[derive(Debug, thiserror::Error)]
pub enum DockerError {
    /// There is no engine.
    #[error(
        "no container engine was found at {}; install one (Debian: apt-get install docker.io, or podman) and start it, \
         or set DOCKER_HOST to where it listens (unix:///path/to/socket, tcp://host:port)",
        .tried.join(", ")
    )]
    NoEngine {
        /// The addresses that were tried, in order.
        tried: Vec<String>,
    },
    /// There is an engine that we may not speak to.
    #[error(
        "the container engine at {address} refuses us (permission denied): join the group that owns the socket \
         (usermod -aG {group} USER, then log in again), or run as a user that may"
    )]
    Forbidden {
        /// Its socket.
        address: String,
        /// The group that owns the socket.
        group: String,
    },
    /// `DOCKER_HOST` cannot be parsed.
    #[error("DOCKER_HOST = {value:?} cannot be used: {reason}")]
    BadHost {
        /// Its value.
        value: String,
        /// The reason, and the allowed forms.
        reason: String,
    },
    /// Something that is not an engine listens at the address.
    #[error(
        "what listens at {address} does not answer like a container engine: {message}; restart it or set DOCKER_HOST"
    )]
    BrokenEngine {
        /// The address.
        address: String,
        /// Its answer.
        message: String,
    },
    /// The engine went away, or did not answer in time. Trying again later may help.
    #[error("the container engine went away while it should {doing}: {message}")]
    EngineLost {
        /// The request.
        doing: String,
        /// The failure.
        message: String,
    },
    /// A name that cannot be one.
    #[error("{value:?} is no name of {what}: allowed are {allowed}")]
    BadName {
        /// The kind of thing that it should name.
        what: &'static str,
        /// The name, shortened.
        value: String,
        /// The allowed values.
        allowed: &'static str,
    },
    /// A field of a request that cannot be used.
    #[error("{field} = {value} cannot be used: {allowed}")]
    BadField {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// The allowed values.
        allowed: String,
    },
    /// The image is not on this machine.
    #[error("the image {image} is not on this machine: pull or build it first")]
    NoImage {
        /// Its name.
        image: String,
    },
    /// There is no such container.
    #[error("there is no container {name}")]
    NoContainer {
        /// Its name or id.
        name: String,
    },
    /// The name is taken.
    #[error("a container with the name {name} is there already: remove it or choose another name")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The image's program cannot be started.
    #[error("the image {image} cannot be started: {message}")]
    CannotStart {
        /// The image.
        image: String,
        /// The engine's message.
        message: String,
    },
    /// A folder of ours that the engine's machine does not have.
    #[error(
        "the container engine does not see the folder {}: it runs on another machine or in a container of its own; use an \
         engine of this machine, or a data folder that both see under the same path", .path.display()
    )]
    FolderUnseen {
        /// The folder.
        path: PathBuf,
    },
    /// Jobs need an engine of this machine.
    #[error(
        "the container engine at {address} is on another machine, which does not see the folders of jobs; use a local one"
    )]
    RemoteEngine {
        /// The address.
        address: String,
    },
    /// A build ended without an image.
    #[error("the image {tag} could not be built: {message}")]
    BuildFailed {
        /// The tag it should have got.
        tag: String,
        /// The engine's message, with the last lines of the build.
        message: String,
    },
    /// An image could not be pulled.
    #[error("the image {image} could not be pulled: {message}")]
    PullFailed {
        /// Its name.
        image: String,
        /// The engine's message.
        message: String,
    },
    /// A file of a job's folder could not be used.
    #[error("{} cannot be used", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The engine refuses something.
    #[error("the container engine could not {doing}: {message}")]
    Refused {
        /// The request.
        doing: String,
        /// Its answer.
        message: String,
        /// The status of its answer, as of HTTP.
        status: u16,
    },
}

impl DockerError {
    /// The error of a file of ours.
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// The error of a task of ours that worked on files and died.
    pub(super) fn of_task(error: &tokio::task::JoinError) -> Self {
        Self::File { path: "the folder of a run".into(), source: io::Error::other(error.to_string()) }
    }

    /// Whether the fault lies with the machinery, so that the same request may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::EngineLost { .. } | Self::NoEngine { .. } | Self::BrokenEngine { .. })
    }

    /// The meaning of an error of the client library.
    pub(super) fn of(doing: impl Into<String>, error: bollard::errors::Error) -> Self {
        let doing = doing.into();
        let error = match error {
            bollard::errors::Error::DockerResponseServerError { status_code, message } => {
                Self::Refused { doing, message: one_line(&message), status: status_code }
            }
            bollard::errors::Error::DockerStreamError { error } => {
                Self::Refused { doing, message: one_line(&error), status: 0 }
            }
            error => Self::EngineLost { doing, message: chain(&error) },
        };
        // That something is not there is an answer like any other.
        if !matches!(error, Self::Refused { status: 1..500, .. }) {
            runcell_telemetry::metric::engine_failure();
        }
        error
    }

    /// The status of the engine's refusal.
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The same for something about a container, whose absence is an error of its own.
    pub(super) fn of_container(name: &str, doing: &str, error: bollard::errors::Error) -> Self {
        let error = Self::of(format!("{doing} the container {name}"), error);
        if error.status() == Some(404) { Self::NoContainer { name: name.to_owned() } } else { error }
    }
}

/// An error with its causes, as one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = one_line(&error.to_string());
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = one_line(&cause.to_string());
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// A message of the engine as one line of bearable length.
pub(super) fn one_line(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(2000).collect()
}
