//! The paths of the systems that this one replaces, so that a script of theirs needs only another address.
//!
//! Owns which old path is which of ours. Where only the path differs, the answer says where it is now (308, which keeps method
//! and body); where the shapes differ, the old shape is read and answered here. None of it is in the description of the API.

mod executor;

use crate::state::App;
use axum::Router;

use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

/// The old path's beginning, and ours. What comes after it is the same.
const MOVED: [(&str, &str); 8] = [
    // gorun
    ("/specs", "/api/specs"),
    ("/runs", "/api/jobs"),
    ("/auth", "/api/auth"),
    // gorun and the executor
    ("/files", "/api/files"),
    // the executor
    ("/executions", "/api/executions"),
    ("/images", "/api/images"),
    ("/packages", "/api/packages"),
    ("/execute/stream", "/api/execute/stream"),
];

/// Adds the old paths.
pub(crate) fn add(router: Router<App>, app: &App) -> Router<App> {
    let router = executor::rows().into_iter().fold(router, |router, row| row.add_hidden(router, app));
    MOVED
        .iter()
        .fold(router, |router, (old, _)| router.route(old, any(moved)).route(&format!("{old}/{{*rest}}"), any(moved)))
}

async fn moved(uri: Uri) -> Response {
    let text = uri.path_and_query().map_or("/", |text| text.as_str());
    match ours(text) {
        Some(location) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response(),
        None => crate::problem::unknown_path(uri).await.into_response(),
    }
}

/// Our path for an old one, its query included.
fn ours(text: &str) -> Option<String> {
    // The executor uploads to a path of its own.
    if let Some(query) = text.strip_prefix("/files/upload").filter(|rest| rest.is_empty() || rest.starts_with('?')) {
        return Some(format!("/api/files{query}"));
    }
    MOVED.iter().find_map(|(old, new)| {
        let rest = text.strip_prefix(old).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']))?;
        Some(format!("{new}{rest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::ours;

    #[test]
    fn old_paths_are_ours_and_nothing_leaves_this_server() {
        for (old, new) in [
            ("/runs", Some("/api/jobs")),
            ("/runs/7/results/a/b.csv/preview", Some("/api/jobs/7/results/a/b.csv/preview")),
            ("/runs?status=finished", Some("/api/jobs?status=finished")),
            ("/specs/a:1::t", Some("/api/specs/a:1::t")),
            ("/files/upload", Some("/api/files")),
            ("/files/stats", Some("/api/files/stats")),
            ("/execute/stream", Some("/api/execute/stream")),
            ("/runsx", None),
            ("//evil.example", None),
        ] {
            assert_eq!(ours(old).as_deref(), new, "{old}");
        }
    }
}
