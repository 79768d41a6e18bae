//! `/metrics`: what the server has counted, for Prometheus.
//!
//! Owns who may read it, as the configuration says. What is counted is the service's business.

use crate::admission::{Access, Who};
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::get_with;
use aide::transform::TransformOperation;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use runcell_model::caller::Operation;
use runcell_model::config::MetricsAccess;
use runcell_telemetry::metric::MEDIA_TYPE;

pub(crate) fn rows(app: &App) -> Vec<Row> {
    let words = ("getMetrics", "system", "What the server has counted, as Prometheus reads it.");
    match app.config.metrics {
        MetricsAccess::Off => Vec::new(),
        MetricsAccess::Admin => {
            vec![Row::new("/metrics", Operation::ReadMetrics, words, get_with(of_caller, describe))]
        }
        MetricsAccess::Open => {
            let row = Row::new("/metrics", Operation::ReadMetrics, words, get_with(of_server, describe));
            vec![row.access(Access::Always)]
        }
    }
}

fn describe(mut operation: TransformOperation<'_>) -> TransformOperation<'_> {
    crate::document::also(operation.inner_mut(), 200, MEDIA_TYPE, "The metrics.");
    operation
}

async fn of_caller(State(app): State<App>, Who(caller): Who) -> Result<NoApi<Response>, Problem> {
    Ok(NoApi(text(app.service.system(&caller).metrics().await?)))
}

/// Nobody is asked who it is: the server asks itself.
async fn of_server(State(app): State<App>) -> Result<NoApi<Response>, Problem> {
    Ok(NoApi(text(app.service.system(&app.server).metrics().await?)))
}

fn text(text: String) -> Response {
    ([(CONTENT_TYPE, MEDIA_TYPE)], text).into_response()
}
