//! `/mcp`: the Model Context Protocol over HTTP.
//!
//! Owns the nesting of that face's service: who may reach it. The protocol is `crates/mcp`'s.

use crate::state::App;
use axum::Router;

/// Adds the paths of the protocol.
pub(crate) fn add(router: Router<App>, _app: &App) -> Router<App> {
    router
}
