//! The limits of runs, as this site has set them.
//!
//! Owns the answer. What a limit means and what is granted is the policy's business.

use crate::admission::Who;
use crate::answer::Answer;
use crate::row::Row;
use crate::state::App;
use aide::axum::routing::get;
use axum::extract::State;
use runcell_model::caller::Operation;
use runcell_model::limits::{Kind, LimitKind};
use schemars::JsonSchema;
use serde::Serialize;

/// The limits of runs.
#[derive(Debug, Serialize, JsonSchema)]
struct LimitListJson {
    /// One for each limit that a run may name.
    limits: Vec<LimitJson>,
}

/// A limit of runs.
#[derive(Debug, Serialize, JsonSchema)]
struct LimitJson {
    /// Its name in `limits` of a run.
    name: &'static str,
    /// The unit of its values.
    unit: String,
    /// The smallest value that is granted.
    minimum: u64,
    /// The value of a run that does not name it.
    default: u64,
    /// The largest value that is granted.
    ceiling: u64,
}

pub(crate) fn rows() -> Vec<Row> {
    let words = ("listLimits", "runs", "The limits of runs: their units, defaults and ceilings.");
    vec![Row::new("/api/limits", Operation::ReadRuntimes, words, get(list))]
}

async fn list(State(app): State<App>, Who(_): Who) -> Answer<LimitListJson> {
    let policy = app.service.policy();
    let limit = |kind: LimitKind| LimitJson {
        name: kind.name(),
        unit: kind.unit().to_string(),
        minimum: kind.minimum(),
        default: policy.default_of(kind),
        ceiling: policy.ceiling(kind),
    };
    Answer::new(LimitListJson { limits: LimitKind::ALL.iter().copied().map(limit).collect() })
}
