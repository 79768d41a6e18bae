//! The paths of the systems that this one replaces, so that a script of theirs needs only another address.
//!
//! Owns which old path is which of ours. Where only the path differs, the request goes to the new one as if it had been sent there, since
//! not every client follows a redirect with a body; where the shapes differ, the old shape is read and answered by a handler
//! below. None of it is in the description of the API.

mod executor;
mod gorun;

use crate::state::App;
use axum::Router;
use axum::http::Uri;

/// Adds the old paths whose shapes are their own.
pub(crate) fn add(router: Router<App>, app: &App) -> Router<App> {
    let rows = executor::rows(app).into_iter().chain(gorun::rows(app));
    rows.fold(router, |router, row| row.add_hidden(router, app))
}

/// The address of a request as ours.
pub(crate) fn renamed(uri: &Uri) -> Option<Uri> {
    let path = ours(uri.path())?;
    let path = uri.query().map_or(path.clone(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// Our path for an old one that differs in nothing else.
fn ours(path: &str) -> Option<String> {
    let rest = path.strip_prefix('/')?;
    let parts: Vec<&str> = rest.split('/').collect();
    match parts[..] {
        // gorun and the executor
        ["specs" | "auth" | "images" | "packages", ..] | ["files", _] if rest != "files/upload" => {
            Some(format!("/api/{rest}"))
        }
        ["files", "upload"] => Some("/api/files".to_owned()),
        ["executions"] | ["executions", _, "progress" | "stream"] => Some(format!("/api/{rest}")),
        ["runs", id, "results", _, ..] | ["runs", id, "logs" | "cancel" | "results.zip"] if !id.is_empty() => {
            Some(format!("/api/jobs/{}", rest.strip_prefix("runs/")?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ours, renamed};

    #[test]
    fn old_paths_are_ours_and_nothing_else_is() {
        for (old, new) in [
            ("/runs/7/results/a/b.csv/preview", Some("/api/jobs/7/results/a/b.csv/preview")),
            ("/runs/7/logs", Some("/api/jobs/7/logs")),
            ("/specs/a:1::t", Some("/api/specs/a:1::t")),
            ("/specs", Some("/api/specs")),
            ("/auth/login", Some("/api/auth/login")),
            ("/files/upload", Some("/api/files")),
            ("/files/stats", Some("/api/files/stats")),
            ("/executions/a/stream", Some("/api/executions/a/stream")),
            ("/images/create", Some("/api/images/create")),
            // They have handlers of their own.
            ("/runs", None),
            ("/runs/7", None),
            ("/runs/7/results", None),
            ("/files", None),
            ("/files/a/execute", None),
            ("/execute/stream", None),
            ("/executions/a", None),
            ("/runsx", None),
            ("//specs", None),
            ("/api/specs", None),
        ] {
            assert_eq!(ours(old).as_deref(), new, "{old}");
        }
        let uri = "/specs?filter=a%20b".parse().expect("good");
        assert_eq!(renamed(&uri).map(|uri| uri.to_string()).as_deref(), Some("/api/specs?filter=a%20b"));
    }
}
