//! Why something could not be done, grouped by what the caller can do about it.
//!
//! Owns the grouping, and what the errors of the backends and of the store mean for a caller, whatever was asked for: the
//! same missing image is the same error everywhere. Each face has one exhaustive match from these to its own: exit codes,
//! protocol errors, statuses.

use super::account::{InvalidAccount, Limited, Unauthenticated};
use super::job::InvalidJob;
use super::mount::MountFault;
use super::request::InvalidRequest;
use runcell_docker::DockerError;
use runcell_model::caller::{Forbidden, Role};
use runcell_model::execution::ExecutionId;
use runcell_model::job::{FileId, JobId};
use runcell_model::limits::LimitOutOfRange;
use runcell_store::{AccountError, FileError, StoreError};
use runcell_wasm::{CacheError, CatalogError, PlanError, PrepareError, WasmError, WorkerError};
use std::sync::Arc;

/// When a full queue is worth another try, in milliseconds: of runs, and of jobs.
const RETRY_RUN_MS: u64 = 1000;
const RETRY_JOB_MS: u64 = 5000;
/// When a tenant with as many jobs as it may have is worth another try, in milliseconds.
const RETRY_QUOTA_MS: u64 = 10_000;

/// Something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The request is wrong; a corrected one can succeed.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    /// The caller may not ask for it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such thing, or it belongs to another tenant.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// Too much is going on; the same request can succeed later.
    #[error("busy: {queued} are waiting already; try again in {retry_after_ms} ms")]
    Busy {
        /// How many are waiting.
        queued: usize,
        /// When to try again, in milliseconds.
        retry_after_ms: u64,
    },
    /// The caller has not proved who it is.
    #[error(transparent)]
    Unauthenticated(Unauthenticated),
    /// A tenant, a token or an address has as much as it may; the same request can succeed later.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// Something outside is missing or broken; the message says what to do.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// A fault of ours.
    #[error("an internal fault: {0}")]
    Internal(String),
}

/// A thing that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// A runtime, or a version of one.
    #[error("{0}")]
    Runtime(String),
    /// A job.
    #[error("there is no job {0}")]
    Job(JobId),
    /// The folder of a job.
    #[error("the files of job {0} are gone from the data folder")]
    JobFiles(JobId),
    /// A result of a job.
    #[error("there is no result {0:?}")]
    Result(String),
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
    /// A mount, or one that the caller's role may not have.
    #[error("there is no mount {name:?} for the role {role}; there are: {known}")]
    Mount {
        /// The name.
        name: String,
        /// The caller's role.
        role: Role,
        /// Those that it may have.
        known: String,
    },
    /// An uploaded file.
    #[error("there is no uploaded file {0}; upload it first")]
    Upload(FileId),
    /// A user.
    #[error("there is no user {0}")]
    User(String),
    /// A token.
    #[error("there is no token {0}")]
    Token(String),
    /// A recorded run.
    #[error("there is no recorded run {0}")]
    Execution(ExecutionId),
    /// An uploaded file that a job names as a dataset.
    #[error("dataset {dataset:?}: there is no uploaded file {id}; upload it first")]
    Dataset {
        /// The dataset.
        dataset: String,
        /// The file.
        id: FileId,
    },
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// A part that is missing or broken.
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
    /// There is no container engine, it cannot be used, or it cannot make an image.
    #[error(transparent)]
    Engine(Arc<DockerError>),
    /// Jobs and files cannot be kept.
    #[error(transparent)]
    Store(StoreError),
    /// The folder of a mount is not what the configuration says.
    #[error(transparent)]
    Mount(#[from] MountFault),
    /// Nobody says where jobs and files are to be kept.
    #[error("there is no folder to keep jobs and files in: set RUNCELL_DATA_DIR, or data_dir in the configuration")]
    NoDataDir,
    /// The issuer that the configuration names does not answer.
    #[error("the issuer that says who somebody is cannot be asked now: try again, or see the server's log")]
    Issuer,
    /// A part of the configuration cannot be used on this machine.
    #[error("{0}")]
    Setup(String),
}

impl From<Unauthenticated> for ServiceError {
    fn from(error: Unauthenticated) -> Self {
        Self::Unauthenticated(error.counted())
    }
}

impl From<CatalogError> for ServiceError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Unknown { .. } | CatalogError::UnknownVersion { .. } => {
                NotFound::Runtime(error.to_string()).into()
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

impl From<PrepareError> for ServiceError {
    fn from(error: PrepareError) -> Self {
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
            WasmError::Worker(WorkerError::Crowded(queued)) => Self::Busy { queued, retry_after_ms: RETRY_RUN_MS },
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

impl From<InvalidAccount> for ServiceError {
    fn from(error: InvalidAccount) -> Self {
        Self::Invalid(InvalidRequest::Account(error))
    }
}

impl From<AccountError> for ServiceError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NoUser(id) => NotFound::User(id).into(),
            AccountError::NoToken(id) => NotFound::Token(id).into(),
            AccountError::NoExecution(id) => NotFound::Execution(id).into(),
            AccountError::Taken(_)
            | AccountError::LastAdmin(_)
            | AccountError::LastAdminToken
            | AccountError::Changed(_)
            | AccountError::GoesOn(_)
            | AccountError::KeyReused(_)
            | AccountError::KeyHeld(_)
            | AccountError::Cursor(_) => InvalidAccount::Clash(error).into(),
        }
    }
}

impl From<DockerError> for ServiceError {
    fn from(error: DockerError) -> Self {
        Arc::new(error).into()
    }
}

impl From<Arc<DockerError>> for ServiceError {
    fn from(error: Arc<DockerError>) -> Self {
        match &*error {
            DockerError::NoImage { image } => NotFound::Image(image.clone()).into(),
            DockerError::BadName { .. } | DockerError::BadField { .. } => InvalidRequest::Name(error).into(),
            _ => Unavailable::Engine(error).into(),
        }
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoJob(id) => NotFound::Job(id).into(),
            StoreError::Invalid(error) => InvalidJob::Request(error).into(),
            StoreError::Full { pending, .. } => {
                Self::Busy { queued: usize::try_from(pending).unwrap_or(usize::MAX), retry_after_ms: RETRY_JOB_MS }
            }
            StoreError::Conflict { .. }
            | StoreError::Quota { .. }
            | StoreError::NotEnded { .. }
            | StoreError::Elsewhere { .. } => InvalidJob::State(error).into(),
            StoreError::Tenant { what, used, allowed } => {
                Limited { what, used, allowed, retry_after_ms: RETRY_QUOTA_MS }.into()
            }
            StoreError::Account(error) => error.into(),
            StoreError::File(error) => error.into(),
            StoreError::Address(_) | StoreError::TooNew { .. } | StoreError::DiskFull | StoreError::Unavailable(_) => {
                Self::Unavailable(Unavailable::Store(error))
            }
            StoreError::Moved { .. }
            | StoreError::NotOurs { .. }
            | StoreError::Illegal(_)
            | StoreError::Database { .. }
            | StoreError::Row(_)
            | StoreError::Stopped => Self::Internal(with_cause(&error)),
        }
    }
}

impl From<FileError> for ServiceError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NoFolder(id) => NotFound::JobFiles(id).into(),
            FileError::NoResult(name) => NotFound::Result(name).into(),
            FileError::NoUpload(id) => NotFound::Upload(id).into(),
            FileError::BadName { .. }
            | FileError::NotPlain { .. }
            | FileError::NotText(_)
            | FileError::TooLarge { .. }
            | FileError::TooMany { .. }
            | FileError::TooDeep { .. } => InvalidRequest::File(error).into(),
            FileError::DiskFull { .. } | FileError::Io { .. } | FileError::Archive(_) | FileError::NoRandom => {
                Self::Unavailable(Unavailable::Store(StoreError::File(error)))
            }
            FileError::Stopped => Self::Internal(error.to_string()),
        }
    }
}

impl ServiceError {
    /// A full queue of runs.
    pub(super) fn busy(queued: usize) -> Self {
        Self::Busy { queued, retry_after_ms: RETRY_RUN_MS }
    }

    /// The name of the group that it belongs to, in metrics.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound(_) => "not_found",
            Self::Busy { .. } => "busy",
            Self::Unauthenticated(_) => "unauthenticated",
            Self::Limited(_) => "limited",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// The error and its causes in one line, for people and models.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            let words = cause.to_string();
            if !text.contains(&words) {
                text = format!("{text}: {words}");
            }
            source = cause.source();
        }
        text
    }
}

/// An error with its cause.
fn with_cause(error: &dyn std::error::Error) -> String {
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
    }

    #[test]
    fn a_missing_image_is_the_same_whoever_needed_it() {
        let missing = || DockerError::NoImage { image: "x:1".into() };
        for error in [ServiceError::from(missing()), ServiceError::from(Arc::new(missing()))] {
            assert!(matches!(&error, ServiceError::NotFound(NotFound::Image(image)) if image == "x:1"), "{error}");
        }
    }
}
