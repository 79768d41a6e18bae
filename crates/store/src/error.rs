//! Why something could not be stored or found.
//!
//! Owns the meaning of the database's own errors: full disks, lost connections, everything else.

use super::account::AccountError;
use super::files::FileError;
use runcell_model::job::{IllegalTransition, InvalidJobRequest, JobId, JobState};

/// The store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such job.
    #[error("there is no job {0}")]
    NoJob(JobId),
    /// The job is not where the caller thinks it is; nothing was changed.
    #[error("job {id} is {found}, not {expected}: it was changed meanwhile")]
    Moved {
        /// Which job.
        id: JobId,
        /// Where it was thought to be.
        expected: JobState,
        /// Where it is.
        found: JobState,
    },
    /// Another server runs the job, or its removal was asked for by one that does not.
    #[error("job {id} is run by another server")]
    NotOurs {
        /// Which job.
        id: JobId,
    },
    /// The job has not ended.
    #[error("job {id} is {state}: only jobs that have ended can be removed; cancel it first")]
    NotEnded {
        /// Which job.
        id: JobId,
        /// Where it is.
        state: JobState,
    },
    /// A transition that is never allowed.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// A request that cannot be taken.
    #[error(transparent)]
    Invalid(#[from] InvalidJobRequest),
    /// Too many jobs wait.
    #[error("{pending} jobs are waiting: {max} may; try again later")]
    Full {
        /// How many wait.
        pending: u64,
        /// How many may.
        max: u64,
    },
    /// The tenant has uploaded as much as it may.
    #[error(
        "{files} uploaded files of {bytes} bytes are kept, {max_files} files of {max_bytes} bytes together are allowed: delete some, or raise [uploads] in the configuration"
    )]
    Quota {
        /// The files that are kept.
        files: u64,
        /// Their bytes.
        bytes: u64,
        /// The most files.
        max_files: u64,
        /// The most bytes of all of them.
        max_bytes: u64,
    },
    /// The same idempotency key with another request.
    #[error("the idempotency key {key:?} was used for another request, which is job {id}: use a new key")]
    Conflict {
        /// The key.
        key: String,
        /// The job that has it.
        id: JobId,
    },
    /// The job's files lie in another installation's folder.
    #[error("the files of job {id} lie in another data folder, of installation {installation}")]
    Elsewhere {
        /// Which job.
        id: JobId,
        /// The id of that installation.
        installation: String,
    },
    /// The address of the database cannot be parsed.
    #[error("{0:?} is no address of a database: sqlite:<path> and postgres://user@host/name are")]
    Address(String),
    /// The database was made by a later version.
    #[error("the database has schema version {found}, this program knows up to {known}: use the newer program")]
    TooNew {
        /// Its version.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
    /// The disk of the database is full.
    #[error("the disk of the database is full: free some space, or remove jobs")]
    DiskFull,
    /// The database cannot be reached or is too busy.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// The database refused something; a fault of ours.
    #[error("the database refused {doing}")]
    Database {
        /// The action.
        doing: &'static str,
        /// The database's message.
        #[source]
        source: sqlx::Error,
    },
    /// A row cannot be read: a bug, or somebody changed it by hand.
    #[error("a row of the database cannot be read: {0}")]
    Row(String),
    /// A task of ours ended early.
    #[error("a task of the store was stopped before it ended")]
    Stopped,
    /// The tenant has as much waiting, or keeps as much, as it may.
    #[error("{used} {what} are there, {allowed} are allowed")]
    Tenant {
        /// The kind of thing that is counted.
        what: &'static str,
        /// How much there is.
        used: u64,
        /// How much may be.
        allowed: u64,
    },
    /// An account, a token or a record.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The files.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The error codes for a full disk: SQLite, PostgreSQL. Below, those of SQLite for a lock that is not released.
const FULL: [&str; 2] = ["13", "53100"];
const BUSY: [&str; 3] = ["5", "517", "261"];

impl StoreError {
    /// The meaning of the database's error while `doing` something.
    pub(super) fn of(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| {
            let code = source.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
            match (&source, code.as_deref()) {
                (_, Some(code)) if FULL.contains(&code) => Self::DiskFull,
                (_, Some(code)) if BUSY.contains(&code) || code.starts_with("57") || code.starts_with("08") => {
                    Self::Unavailable(source)
                }
                (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_), _) => {
                    Self::Unavailable(source)
                }
                _ => Self::Database { doing, source },
            }
        }
    }
}
