//! The tools in the images of this machine.
//!
//! Owns the routes. A tool is named by its slug, which holds the image and so slashes and colons.

use crate::admission::Who;
use crate::answer::Answer;
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::axum::routing::get;
use axum::extract::State;
use runcell_model::caller::Operation;
use runcell_wire::{ToolJson, ToolListJson};
use schemars::JsonSchema;
use serde::Deserialize;

const TAG: &str = "tools";

#[derive(Debug, Deserialize, JsonSchema)]
struct ToolPath {
    /// `<image>::<tool>`, or a name that only one tool has.
    slug: String,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ToolQuery {
    /// A text that the name, title or image holds.
    filter: Option<String>,
}

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "/api/specs",
            Operation::ReadTools,
            ("listTools", TAG, "The tools in the images of this machine."),
            get(list),
        ),
        Row::new(
            "/api/specs/{*slug}",
            Operation::ReadTools,
            ("getTool", TAG, "A tool: its inputs, and how to cite it."),
            get(one),
        ),
    ]
}

async fn list(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<ToolQuery>,
) -> Result<Answer<ToolListJson>, Problem> {
    Ok(Answer::new(app.service.tools(&caller).await?.list(query.filter.as_deref()).await?.into()))
}

async fn one(
    State(app): State<App>,
    Who(caller): Who,
    Path(ToolPath { slug }): Path<ToolPath>,
) -> Result<Answer<ToolJson>, Problem> {
    Ok(Answer::new(app.service.tools(&caller).await?.get(None, &slug).await?.into()))
}
