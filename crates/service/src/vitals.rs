//! Whether the parts answer that a server stands on: the database, the container engine, the workers.
//!
//! Owns a look that takes bounded time and is shared by all who ask within a second, so that a stranger who asks without end costs
//! nothing. It says whether parts answer, and nothing else of them.

use runcell_store::Store;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long an answer counts.
const FRESH: Duration = Duration::from_secs(1);
/// The longest time for one part to answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It answers.
    Good,
    /// It is not there, and was not since the server started.
    Absent,
    /// It does not answer.
    Failing,
}

/// Whether the parts answer that a server stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vitals {
    /// The database of records.
    pub database: Part,
    /// The container engine.
    pub engine: Part,
    /// Worker processes that run snippets.
    pub workers: usize,
}

/// The vitals at the last look.
#[derive(Debug, Default)]
pub(crate) struct LastLook(Mutex<Option<(Instant, Vitals)>>);

impl LastLook {
    /// How the parts are, as it was seen a moment ago or is seen now.
    pub(crate) async fn vitals(&self, look: impl Future<Output = Vitals>) -> Vitals {
        let mut last = self.0.lock().await;
        if let Some((_, vitals)) = last.filter(|(since, _)| since.elapsed() < FRESH) {
            return vitals;
        }
        let vitals = look.await;
        *last = Some((Instant::now(), vitals));
        vitals
    }
}

/// How the database is, if it was opened.
pub(crate) async fn database(store: Option<&Store>) -> Part {
    let Some(store) = store else { return Part::Absent };
    match timeout(PATIENCE, store.ping()).await {
        Ok(Ok(())) => Part::Good,
        Ok(Err(_)) | Err(_) => Part::Failing,
    }
}
