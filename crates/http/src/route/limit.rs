//! The limits of runs, as this site has set them.
//!
//! Owns the route. Their names and units are in `crates/wire`.

use crate::admission::Who;
use crate::answer::Answer;
use crate::row::Row;
use crate::state::App;
use aide::axum::routing::get;
use axum::extract::State;
use runcell_model::caller::Operation;
use runcell_wire::limit::LimitListJson;

pub(crate) fn rows() -> Vec<Row> {
    let words = ("listLimits", "runs", "The limits of runs: defaults, and the most that is granted.");
    vec![Row::new("/api/limits", Operation::ReadRuntimes, words, get(list))]
}

async fn list(State(app): State<App>, Who(_): Who) -> Answer<LimitListJson> {
    Answer::new(LimitListJson::new(app.service.policy()))
}
