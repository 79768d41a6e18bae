//! The web page: its address and its files.
//!
//! Owns the routes, which are not of the API. The files are `crate::web`'s.

use crate::admission::Access;
use crate::row::Row;
use crate::state::App;
use crate::web;
use aide::NoApi;
use aide::axum::routing::get;
use axum::Router;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use runcell_model::caller::Operation;

/// Adds the page.
pub(crate) fn add(router: Router<App>, app: &App) -> Router<App> {
    let row = |path, router| {
        Row::new(path, Operation::ReadProfile, ("page", "page", "The web page."), router).access(Access::Always)
    };
    let rows = [row("/", get(index)), row("/assets/{name}", get(asset))];
    rows.into_iter().fold(router, |router, row| row.add_hidden(router, app))
}

async fn index(NoApi(headers): NoApi<HeaderMap>) -> NoApi<Response> {
    NoApi(web::index(&headers))
}

async fn asset(NoApi(uri): NoApi<Uri>, NoApi(headers): NoApi<HeaderMap>) -> NoApi<Response> {
    NoApi(web::asset(uri, &headers).await)
}
