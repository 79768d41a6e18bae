//! Jobs and their files, in SQLite or PostgreSQL and a data folder. They outlive the process.
//!
//! Owns the database (one file, or a server that several share), its schema, the queue, the guarded transitions of jobs, the
//! registration of servers, and [`FileStore`], the folders. Knows nothing of containers: a server claims a job here, runs it
//! elsewhere, records its end here, and finds here the jobs of dead servers.
//!
//! **Invariant:** everything that a call has acknowledged survives `kill -9`. Rows and folders agree once [`Store::open`] has
//! returned.
//!
//! **Invariant:** a transition happens once: every one compares the state (and the server that runs the job) as it sets it.
//!
//! **Invariant:** a call that is dropped half way has happened completely or not at all. Calls that hand something out (`submit`,
//! `claim_next`) go on in a task of their own, and take back a result that nobody waits for.

mod account;
mod audit;
mod change;
mod database;
mod error;
mod execution;
mod files;
mod key;
mod list;
mod orphan;
mod queue;
mod reconcile;
mod retain;
mod row;
mod schedule;
mod server;
mod spec_cache;
mod submit;
mod transition;
mod upload;
mod view;

pub use account::{
    AccountError, GorunError, GorunUser, KnownToken, KnownUser, NewLogin, Refreshed, TokenRow, UserRowChange,
    gorun_users,
};
pub use error::StoreError;
pub use execution::ExecutionNote;
pub use files::{
    DiskUsage, FileError, FileStore, JobFolder, LogTimes, Preview, ResultFile, ResultKind, ResultList, ResultSummary,
    StagedJob, UploadedFile, ZipSummary,
};
pub use key::{Answer, KeyTaken};
pub use orphan::Orphan;
pub use reconcile::Reconciled;
pub use schedule::Scheduling;
pub use submit::Submitted;
pub use transition::CancelOutcome;
pub use view::View;

use database::Database;
use runcell_model::config::QuotasConfig;
use server::Server;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

/// Where the store is and how much it takes.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `sqlite:<path>`, or `postgres://...`; `None` for `runcell.db` in the data folder.
    pub url: Option<String>,
    /// The folder of files. Servers that share a database and this folder can run each other's jobs.
    pub data_dir: PathBuf,
    /// Jobs that wait; one more is refused as [`StoreError::Full`].
    pub max_pending: u64,
    /// How much of it one tenant may have.
    pub quotas: QuotasConfig,
    /// How long a server counts as alive after it last renewed its lease, if its lock cannot be examined.
    pub lease: Duration,
}

impl StoreConfig {
    /// A store in a folder: SQLite, 1000 jobs that wait, a lease of 30 seconds.
    #[must_use]
    pub fn new(data_dir: PathBuf) -> Self {
        Self { url: None, data_dir, max_pending: 1000, quotas: QuotasConfig::default(), lease: Duration::from_secs(30) }
    }
}

/// The store. Clones are the same store.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    files: FileStore,
    server: Server,
    max_pending: u64,
    quotas: QuotasConfig,
    changes: broadcast::Sender<runcell_model::job::JobChange>,
}

impl Store {
    /// Opens a store. Makes it if it does not exist: folders, database, the newest schema. Registers this process as a server,
    /// renews its lease from then on, and removes half-done submits and uploads of dead servers.
    ///
    /// # Errors
    /// [`StoreError`] names the folder or the database that cannot be used.
    pub async fn open(config: StoreConfig) -> Result<Self, StoreError> {
        let files = FileStore::open(config.data_dir.clone()).await?;
        let database = Database::open(config.url.as_deref(), files.root()).await?;
        let server = Server::register(&database, &files, config.lease).await?;
        let (changes, _) = broadcast::channel(1024);
        let (max_pending, quotas) = (config.max_pending, config.quotas);
        let inner = Inner { database, files, server, max_pending, quotas, changes };
        let store = Self { inner: Arc::new(inner) };
        store.reconcile().await?;
        store.lose_executions().await?;
        Ok(store)
    }

    /// The files of jobs and uploads.
    #[must_use]
    pub fn files(&self) -> &FileStore {
        &self.inner.files
    }

    /// The id of this process among the servers that share the store: 32 hexadecimal digits, new at every start.
    #[must_use]
    pub fn server_id(&self) -> &str {
        self.inner.server.id()
    }

    /// This installation: 32 hexadecimal digits that stay with the data folder. Containers are labelled with it.
    #[must_use]
    pub fn installation(&self) -> &str {
        self.inner.files.installation()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError`] where it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.inner.database.now(self.inner.database.pool()).await.map(drop)
    }

    /// The time of the database's clock, in milliseconds since the Unix epoch: that of all records.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn now_ms(&self) -> Result<i64, StoreError> {
        self.inner.database.now(self.inner.database.pool()).await
    }

    /// Removes the registration of this server and closes the database. Other servers find its running jobs as orphans.
    pub async fn close(&self) {
        self.inner.server.leave(&self.inner.database).await;
        self.inner.database.pool().close().await;
    }

    fn database(&self) -> &Database {
        &self.inner.database
    }
}
