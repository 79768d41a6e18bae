//! Why something cannot be done with tools and jobs, sorted by what the caller can do about it.
//!
//! Owns the two shapes of its own (what is wrong with a request, what there is not) and what the errors of the store and of
//! the engine mean for a caller.

use super::super::error::{ServiceError, Unavailable};
use runcell_docker::DockerError;
use runcell_model::job::{InvalidJobRequest, JobId, JobLimitOutOfRange};
use runcell_model::spec::ValidationError;
use runcell_store::{FileError, StoreError};

/// What is wrong with a request about tools and jobs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJob {
    /// Inputs that do not fit the tool: all of them.
    #[error("the inputs do not fit the tool: {}", joined(.0))]
    Inputs(Vec<ValidationError>),
    /// A name or a size that cannot be used.
    #[error(transparent)]
    Request(#[from] InvalidJobRequest),
    /// A limit that is not granted.
    #[error(transparent)]
    Limit(#[from] JobLimitOutOfRange),
    /// A network where the site allows none.
    #[error("jobs may not use a network here: allow_network = false in [jobs] of the configuration")]
    Network,
    /// A name that several tools have.
    #[error("several tools are called {name:?}: name the image too, or one of {}", .slugs.join(", "))]
    Ambiguous {
        /// The name.
        name: String,
        /// The tools that have it.
        slugs: Vec<String>,
    },
    /// A tool whose description is wrong.
    #[error("the tool {slug} cannot be run, its description is wrong: {}", .errors.join("; "))]
    Broken {
        /// The tool.
        slug: String,
        /// Everything that is wrong.
        errors: Vec<String>,
    },
    /// Inputs that are too large, or no plain files.
    #[error("{0}")]
    Files(String),
    /// The job is not where it would have to be, or its key was used otherwise.
    #[error("{0}")]
    State(String),
    /// The name of an image that cannot be one.
    #[error("{0}")]
    Image(String),
}

/// What there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// A job.
    #[error("there is no job {0}")]
    Job(JobId),
    /// A tool.
    #[error("there is no tool {name:?} in the images of this machine; `runcell tools list` shows those there are{}", hint(.near.as_deref()))]
    Tool {
        /// The name.
        name: String,
        /// One that is called nearly so.
        near: Option<String>,
    },
    /// A tool of an image that is there.
    #[error("the image {image} has no tool {tool:?}; it has: {known}")]
    ToolOfImage {
        /// The image.
        image: String,
        /// The name.
        tool: String,
        /// Its tools.
        known: String,
    },
    /// An image.
    #[error("the image {0} is not on this machine: pull or build it first")]
    Image(String),
    /// A result, an upload, or the folder of a job.
    #[error("{0}")]
    File(String),
}

fn joined(errors: &[ValidationError]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoJob(id) => Missing::Job(id).into(),
            StoreError::Invalid(error) => InvalidJob::Request(error).into(),
            StoreError::Full { pending, .. } => {
                Self::Busy { queued: usize::try_from(pending).unwrap_or(usize::MAX), retry_after_ms: 5000 }
            }
            StoreError::Conflict { .. } | StoreError::NotEnded { .. } | StoreError::Elsewhere { .. } => {
                InvalidJob::State(error.to_string()).into()
            }
            StoreError::File(error) => error.into(),
            StoreError::Address(_) | StoreError::TooNew { .. } | StoreError::DiskFull | StoreError::Unavailable(_) => {
                Self::Unavailable(Unavailable::Store(error))
            }
            StoreError::Moved { .. }
            | StoreError::NotOurs { .. }
            | StoreError::Illegal(_)
            | StoreError::Database { .. }
            | StoreError::Row(_)
            | StoreError::Stopped => Self::Internal(described(&error)),
        }
    }
}

impl From<FileError> for ServiceError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NoFolder(_) | FileError::NoResult(_) | FileError::NoUpload(_) => {
                Missing::File(error.to_string()).into()
            }
            FileError::BadName { .. }
            | FileError::NotPlain { .. }
            | FileError::NotText(_)
            | FileError::TooLarge { .. }
            | FileError::TooMany { .. }
            | FileError::TooDeep { .. } => InvalidJob::Files(error.to_string()).into(),
            FileError::DiskFull { .. } | FileError::Io { .. } | FileError::Archive(_) | FileError::NoRandom => {
                Self::Unavailable(Unavailable::Store(StoreError::File(error)))
            }
            FileError::Stopped => Self::Internal(error.to_string()),
        }
    }
}

impl ServiceError {
    /// What an error of the engine means for somebody who asked for a tool.
    pub(super) fn of_engine(error: DockerError) -> Self {
        match error {
            DockerError::NoImage { image } => Missing::Image(image).into(),
            DockerError::BadName { .. } | DockerError::BadField { .. } => InvalidJob::Image(error.to_string()).into(),
            error => Self::Unavailable(Unavailable::Engine(error)),
        }
    }
}

/// An error with its cause.
fn described(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::job::JobState;

    #[test]
    fn errors_are_sorted_by_what_a_caller_can_do() {
        let id = JobId::try_from(7).expect("positive");
        let missing = ServiceError::from(StoreError::NoJob(id));
        assert!(matches!(missing, ServiceError::NotFound(_)) && missing.to_string() == "there is no job 7");
        let busy = ServiceError::from(StoreError::Full { pending: 5, max: 5 });
        assert!(matches!(busy, ServiceError::Busy { queued: 5, retry_after_ms: 1.. }));
        let running = ServiceError::from(StoreError::NotEnded { id, state: JobState::Running });
        assert!(matches!(running, ServiceError::Invalid(_)) && running.to_string().contains("cancel it first"));
        let full = ServiceError::from(StoreError::DiskFull);
        assert!(matches!(full, ServiceError::Unavailable(_)));
        let image = ServiceError::of_engine(DockerError::NoImage { image: "x:1".into() });
        assert!(matches!(image, ServiceError::NotFound(_)) && image.to_string().contains("pull or build it first"));
    }
}
