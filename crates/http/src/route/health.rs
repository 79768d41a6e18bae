//! How the server is, for load balancers and people.
//!
//! Owns the answer. It is open to everybody, so it says whether parts answer and nothing of what they are or hold.

use crate::admission::Access;
use crate::answer::Answer;
use crate::row::Row;
use crate::state::App;
use aide::axum::routing::get;
use axum::extract::State;
use runcell_model::caller::Operation;
use runcell_service::{Part, Vitals};
use schemars::JsonSchema;
use serde::Serialize;

/// How the server is.
#[derive(Debug, Serialize, JsonSchema)]
struct HealthJson {
    /// `ok`; `degraded` where a part does not answer; `draining` while the server is being stopped.
    status: &'static str,
    /// The version of runcell.
    version: &'static str,
    /// Whether the server is being stopped: it takes no new work.
    draining: bool,
    /// The database of records: `ok`, `failing`, or `absent` where the server has none.
    database: &'static str,
    /// The container engine: `ok`, `failing`, or `absent` where there is none.
    engine: &'static str,
    /// Worker processes that run snippets.
    workers: usize,
}

pub(crate) fn rows() -> Vec<Row> {
    let words = (
        "getHealth",
        "system",
        "How the server is; 503 while it is being stopped or its database does not answer. The answer takes 2 s at most.",
    );
    vec![Row::new("/health", Operation::ReadSystem, words, get(health)).access(Access::Always)]
}

async fn health(State(app): State<App>) -> Result<Answer<HealthJson>, Answer<HealthJson, 503>> {
    let draining = app.gate.is_draining();
    let unknown = Vitals { database: Part::Failing, engine: Part::Absent, workers: 0 };
    let Vitals { database, engine, workers } = app.service.system(&app.server).vitals().await.unwrap_or(unknown);
    let failing = database == Part::Failing || engine == Part::Failing || workers == 0;
    let status = match (draining, failing) {
        (true, _) => "draining",
        (false, true) => "degraded",
        (false, false) => "ok",
    };
    let (version, serves) = (env!("CARGO_PKG_VERSION"), !draining && database != Part::Failing);
    let (database, engine) = (word(database), word(engine));
    let health = HealthJson { status, version, draining, database, engine, workers };
    if serves { Ok(Answer::new(health)) } else { Err(Answer::new(health)) }
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Good => "ok",
        Part::Absent => "absent",
        Part::Failing => "failing",
    }
}
