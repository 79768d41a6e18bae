//! A store of a test's own, on one of the two databases, and what tests of it share.

use super::postgres;
use crate::harness::tokio;
use runcell::caller::{Scope, Tenant};
use runcell::job::{JobId, JobRecord, JobRequest};
use runcell::store::{StagedJob, Store, StoreConfig, StoreError, Submitted, View};
use sqlx::Connection as _;
use std::path::PathBuf;
use std::time::Duration;

/// Room for inputs that no test passes by chance.
pub const ROOM: (u64, u64) = (64 << 20, 200_000);

/// A data folder and the address of a database.
pub struct Place {
    pub dir: tempfile::TempDir,
    pub url: Option<String>,
}

impl Place {
    /// One with SQLite.
    pub fn sqlite() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), url: None }
    }

    /// One with SQLite in memory where the machine has such a folder: for very many files.
    pub fn in_memory() -> Self {
        let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        Self { dir, url: None }
    }

    /// One with PostgreSQL, which the test needs.
    pub fn postgres() -> Self {
        Self { url: Some(postgres::database()), ..Self::sqlite() }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn config(&self) -> StoreConfig {
        StoreConfig { url: self.url.clone(), lease: Duration::from_secs(30), ..StoreConfig::new(self.data()) }
    }

    pub async fn open(&self) -> Store {
        Store::open(self.config()).await.expect("opens")
    }

    /// When a server's lease ends, as its row says.
    pub async fn lease_until(&self, server: &str) -> i64 {
        sqlx::any::install_default_drivers();
        let file = || format!("sqlite://{}", self.data().join("runcell.db").display());
        let mut database = sqlx::AnyConnection::connect(&self.url.clone().unwrap_or_else(file)).await.unwrap();
        let row = sqlx::query_scalar("SELECT lease_until_ms FROM servers WHERE id = $1").bind(server);
        row.fetch_one(&mut database).await.unwrap()
    }

    /// The text that a query finds.
    pub async fn text(&self, query: &'static str) -> String {
        sqlx::any::install_default_drivers();
        let file = || format!("sqlite://{}", self.data().join("runcell.db").display());
        let mut database = sqlx::AnyConnection::connect(&self.url.clone().unwrap_or_else(file)).await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut database).await.unwrap()
    }

    pub fn out(&self, id: JobId) -> PathBuf {
        self.data().join("jobs").join(id.to_string()).join("out")
    }
}

/// A tenant by name.
pub fn tenant(name: &str) -> Tenant {
    name.parse().expect("a name")
}

/// The rows of all tenants.
pub fn everything(store: &Store) -> View {
    store.view(&Scope::All)
}

/// The rows of one tenant.
pub fn of(store: &Store, name: &str) -> View {
    store.view(&Scope::Tenant(tenant(name)))
}

/// A request that every test may send.
pub fn request() -> JobRequest {
    JobRequest::new("img:1", "tool", &tenant("me"))
}

/// A folder with the input JSON in it.
pub async fn staged(store: &Store) -> StagedJob {
    let mut staged = store.stage(ROOM.0, ROOM.1).await.expect("stages");
    staged.put_inputs("tool", &serde_json::Map::new()).await.expect("writes");
    staged
}

/// Submits a request.
pub async fn try_submit(store: &Store, request: JobRequest) -> Result<Submitted, StoreError> {
    let staged = staged(store).await;
    store.submit(request, staged).await
}

/// Submits a request that is taken.
pub async fn submit(store: &Store, request: JobRequest) -> JobRecord {
    try_submit(store, request).await.expect("is taken").job
}

/// Runs a test on the shared tokio runtime.
pub fn run(test: impl Future<Output = ()>) {
    tokio().block_on(test);
}

/// A test on each database: `both!(name, |place| async { ... })` with `place: Place`.
macro_rules! both {
    ($name:ident, $test:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                $crate::store::place::run($test($crate::store::place::Place::sqlite()));
            }

            #[test]
            fn postgres() {
                $crate::need::needs!(POSTGRES);
                $crate::store::place::run($test($crate::store::place::Place::postgres()));
            }
        }
    };
}
pub(crate) use both;

/// Quotas of uploads that only the length of a file can exceed.
pub fn quotas(file_bytes: u64) -> runcell::config::UploadsConfig {
    runcell::config::UploadsConfig { file_bytes, total_bytes: u64::MAX, files: u64::MAX }
}
