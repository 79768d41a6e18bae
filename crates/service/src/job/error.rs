//! Faults of a request about tools and jobs.
//!
//! Owns this one shape. What errors of the store and of the engine mean for a caller is in [`super::super::error`].

use runcell_model::job::InvalidJobRequest;
use runcell_model::limits::LimitOutOfRange;
use runcell_model::spec::ValidationError;
use runcell_store::StoreError;

/// A fault of a request about tools and jobs.
#[derive(Debug, thiserror::Error)]
pub enum InvalidJob {
    /// Inputs that do not fit the tool: all of them.
    #[error("the inputs do not fit the tool: {}", joined(.0))]
    Inputs(Vec<ValidationError>),
    /// A name or a size that cannot be used.
    #[error(transparent)]
    Request(#[from] InvalidJobRequest),
    /// A limit that is not granted.
    #[error(transparent)]
    Limit(#[from] LimitOutOfRange),
    /// A network where the site allows none.
    #[error("jobs may not use a network here: allow_network = false in [jobs] of the configuration")]
    Network,
    /// A command where the site lets nobody choose an image.
    #[error(
        "a job cannot be a command here: containers.policy = \"never\" or containers.allow_images = false in the configuration"
    )]
    Commands,
    /// A command without an image.
    #[error("a command needs an image: name the one that it runs in")]
    NoImage,
    /// Parameters of a command.
    #[error("parameters are of tools: give a command its arguments as words, or as environment")]
    Parameters,
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
    /// A result that is larger than can be read as a resource.
    #[error(
        "{name:?} has {bytes} bytes: results of up to {most} bytes can be read here; `runcell job get` fetches any on the \
         machine itself"
    )]
    ResultTooLarge {
        /// The result.
        name: String,
        /// Its size in bytes.
        bytes: u64,
        /// The largest file that can be read, in bytes.
        most: u64,
    },
    /// The job is in another state than the request needs, or its key was used for another request.
    #[error(transparent)]
    State(StoreError),
}

fn joined(errors: &[ValidationError]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}
