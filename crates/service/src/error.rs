//! Why something could not be run, grouped by what the caller can do about it.
//!
//! Owns the grouping. Each face has one exhaustive match from these to its own: exit codes, protocol errors, statuses.

use super::job::{InvalidJob, Missing};
use super::request::InvalidRequest;
use runcell_docker::DockerError;
use runcell_model::limits::LimitOutOfRange;
use runcell_store::StoreError;
use runcell_wasm::{CacheError, CatalogError, PlanError, PrepareError, WasmError, WorkerError};
use std::sync::Arc;

/// Something could not be run.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The request is wrong; a corrected one can succeed.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    /// There is no such thing.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// Too much is going on; the same request can succeed later.
    #[error("busy: {queued} runs are waiting already; try again in {retry_after_ms} ms")]
    Busy {
        /// How many are waiting.
        queued: usize,
        /// When to try again, in milliseconds.
        retry_after_ms: u64,
    },
    /// Something outside is missing or broken; the message says what to do.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// A fault of ours.
    #[error("an internal fault: {0}")]
    Internal(String),
}

/// What there is not.
#[derive(Debug, thiserror::Error)]
pub enum NotFound {
    /// A runtime.
    #[error(transparent)]
    Runtime(CatalogError),
    /// Something of jobs.
    #[error(transparent)]
    Job(Missing),
}

/// What is missing or broken.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// A runtime cannot be prepared.
    #[error(transparent)]
    Prepare(Arc<PrepareError>),
    /// The cache folder cannot be used.
    #[error(transparent)]
    Cache(CacheError),
    /// A runtime of the user cannot be read.
    #[error(transparent)]
    Catalog(CatalogError),
    /// Cells cannot be run here.
    #[error(transparent)]
    Cells(WasmError),
    /// There is no container engine, or it cannot be used.
    #[error(transparent)]
    Engine(DockerError),
    /// An image cannot be made ready.
    #[error(transparent)]
    Image(Arc<DockerError>),
    /// Jobs and files cannot be kept.
    #[error(transparent)]
    Store(StoreError),
    /// Nobody says where jobs and files are to be kept.
    #[error("there is no folder to keep jobs and files in: set RUNCELL_DATA_DIR, or data_dir in the configuration")]
    NoDataDir,
}

impl From<CatalogError> for ServiceError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Unknown { .. } | CatalogError::UnknownVersion { .. } => {
                Self::NotFound(NotFound::Runtime(error))
            }
            error => Self::Unavailable(Unavailable::Catalog(error)),
        }
    }
}

impl From<Arc<PrepareError>> for ServiceError {
    fn from(error: Arc<PrepareError>) -> Self {
        Self::Unavailable(Unavailable::Prepare(error))
    }
}

impl ServiceError {
    /// The error of something that could not be prepared or loaded.
    pub(super) fn of_preparing(error: PrepareError) -> Self {
        match error {
            PrepareError::Plan(PlanError::Catalog(error)) => error.into(),
            error => Arc::new(error).into(),
        }
    }
}

impl From<CacheError> for ServiceError {
    fn from(error: CacheError) -> Self {
        Self::Unavailable(Unavailable::Cache(error))
    }
}

impl From<WasmError> for ServiceError {
    fn from(error: WasmError) -> Self {
        match error {
            WasmError::Fault(text) => Self::Internal(text),
            WasmError::Worker(WorkerError::Crowded(queued)) => Self::Busy { queued, retry_after_ms: 1000 },
            error => Self::Unavailable(Unavailable::Cells(error)),
        }
    }
}

impl From<LimitOutOfRange> for ServiceError {
    fn from(error: LimitOutOfRange) -> Self {
        Self::Invalid(InvalidRequest::Limit(error))
    }
}

impl From<InvalidJob> for ServiceError {
    fn from(error: InvalidJob) -> Self {
        Self::Invalid(InvalidRequest::Job(Box::new(error)))
    }
}

impl From<Missing> for ServiceError {
    fn from(error: Missing) -> Self {
        Self::NotFound(NotFound::Job(error))
    }
}
