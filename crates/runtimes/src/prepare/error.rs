//! Why a runtime could not be prepared.
//!
//! Owns the messages: each names the runtime and the part, and says what to do.

use crate::asset::AssetError;
use crate::cache::CacheError;
use crate::catalog::CatalogError;
use runcell_cell::image::ImageError;
use runcell_cell::instrument::InstrumentError;
use runcell_cell::library::StubError;
use runcell_model::file::PatternError;
use std::io;

/// A runtime could not be prepared. Nothing half-made stays behind; what was finished is kept.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// A part could not be made.
    #[error("cannot prepare {runtime}: {part}")]
    Part {
        /// The runtime.
        runtime: String,
        /// The part, for people.
        part: String,
        /// Why.
        #[source]
        source: Box<PartError>,
    },
    /// The finished parts could not be loaded.
    #[error("cannot load {runtime}")]
    Load {
        /// The runtime.
        runtime: String,
        /// Why.
        #[source]
        source: Box<PartError>,
    },
    /// The thread that prepared it is gone and left no result.
    #[error("preparing {runtime} ended without a result; try again")]
    Lost {
        /// The runtime.
        runtime: String,
    },
    /// The manifest refers to something that is not there.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The cache folder cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// A reference that leads nowhere, or back to where it stands.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Another runtime, or a version, that is not there.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// An asset that is not in the lock.
    #[error("the runtime {runtime} wants the asset {asset:?}, which is not in the lock")]
    Asset {
        /// The runtime.
        runtime: String,
        /// The name.
        asset: String,
    },
    /// A module or recipe that is not in the manifest.
    #[error("the runtime {runtime} has no {what} {name:?}")]
    Missing {
        /// The runtime.
        runtime: String,
        /// The kind of thing that is missing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// Something that is made from itself.
    #[error("the {what} {name:?} of the runtime {runtime} needs itself")]
    Circle {
        /// The runtime.
        runtime: String,
        /// The kind of thing: `recipe`, `module` or `mounts`.
        what: &'static str,
        /// Its name.
        name: String,
    },
}

/// Why one part could not be made or loaded.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// It could not be fetched.
    #[error(transparent)]
    Asset(#[from] AssetError),
    /// The cache folder cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A reference leads nowhere.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A file of the runtime's folder cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// An archive of sources cannot be read.
    #[error("the archive {name} is damaged")]
    Archive {
        /// The archive.
        name: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A patch does not fit its source.
    #[error("a patch of {file} does not fit: the text {find:?} is there {found} times, not {count}")]
    Patch {
        /// The source file.
        file: String,
        /// The text.
        find: String,
        /// How often it should be there.
        count: usize,
        /// How often it is.
        found: usize,
    },
    /// A file of patches cannot be read.
    #[error("{file} is no file of patches")]
    PatchFile {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: toml::de::Error,
    },
    /// A pattern of a recipe is not valid.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A step of a recipe failed.
    #[error("the step {step} failed ({how}):\n{said}")]
    Step {
        /// The step's program and file.
        step: String,
        /// How it ended.
        how: String,
        /// Its message.
        said: String,
    },
    /// Guests that take part cannot be run.
    #[error("cannot start the threads that run cells")]
    Threads(#[source] io::Error),
    /// A module cannot be rewritten.
    #[error("the module is not usable")]
    Instrument(#[from] InstrumentErrorBox),
    /// A module cannot be compiled or instantiated.
    #[error("the module is not usable: {0:#}")]
    Wasm(wasmtime::Error),
    /// An image cannot be captured or opened.
    #[error("the image is not usable: {0}")]
    Image(String),
    /// A part that should be there is not.
    #[error("{0} is not in the cache any more; is something else cleaning it?")]
    Vanished(String),
}

/// The inner reason, kept private.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InstrumentErrorBox(String);

impl From<InstrumentError> for PartError {
    fn from(error: InstrumentError) -> Self {
        Self::Instrument(InstrumentErrorBox(error.to_string()))
    }
}

impl From<StubError> for PartError {
    fn from(error: StubError) -> Self {
        Self::Instrument(InstrumentErrorBox(error.to_string()))
    }
}

impl From<wasmtime::Error> for PartError {
    fn from(error: wasmtime::Error) -> Self {
        Self::Wasm(error)
    }
}

impl From<ImageError> for PartError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::File { action, path, source } => Self::Cache(CacheError::io(action, &path)(source)),
            error => Self::Image(format!("{:#}", wasmtime::Error::new(error))),
        }
    }
}
