//! A row of the table of routes: a path, a method, what it is, who may use it and within which bounds.
//!
//! Owns the shape and its defaults. The rows are with their handlers.

use crate::admission::{Access, Rule, admit};
use crate::document;
use crate::keyed::{Unkept, keyed};
use crate::state::App;
use aide::axum::ApiRouter;
use aide::axum::routing::ApiMethodRouter;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use runcell_model::caller::Operation;
use std::time::Duration;

/// A route with one method.
pub(crate) struct Row {
    path: &'static str,
    /// Its name in clients, its group, and a sentence.
    words: (&'static str, &'static str, &'static str),
    access: Access,
    /// The longest body that it takes, in bytes; that of a route that takes a few values if nothing is said.
    body: Option<u64>,
    hurried: bool,
    keyed: Option<Unkept>,
    router: ApiMethodRouter<App>,
}

impl Row {
    /// A route for those who may do an operation.
    pub(crate) fn new(
        path: &'static str,
        operation: Operation,
        words: (&'static str, &'static str, &'static str),
        router: ApiMethodRouter<App>,
    ) -> Self {
        Self { path, words, access: Access::May(operation), body: None, hurried: true, keyed: None, router }
    }

    /// The same for others.
    pub(crate) fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// The longest body that it takes, in bytes.
    pub(crate) fn body(mut self, bytes: u64) -> Self {
        self.body = Some(bytes);
        self
    }

    /// The same request with the same `Idempotency-Key` gets the same answer.
    pub(crate) fn keyed(mut self, secret: Unkept) -> Self {
        self.keyed = Some(secret);
        self
    }

    /// Its answer may take as long as it takes: it has bounds of its own.
    pub(crate) fn unhurried(mut self) -> Self {
        self.hurried = false;
        self
    }

    /// Adds the route to a router.
    pub(crate) fn add(self, to: ApiRouter<App>, app: &App) -> ApiRouter<App> {
        // A route that answers events only refuses a key.
        let keyed = self.keyed.is_some() && !self.path.ends_with("/stream");
        let (path, words, access) = (self.path, self.words, self.access);
        to.api_route_with(path, self.guarded(app), |mut path| {
            document::complete(path.inner_mut(), words, access);
            if keyed {
                document::takes_key(path.inner_mut());
            }
            path
        })
    }

    /// Adds the route without describing it.
    pub(crate) fn add_hidden(self, to: Router<App>, app: &App) -> Router<App> {
        to.route(self.path, self.guarded(app).into())
    }

    /// The handler behind what goes before it.
    fn guarded(self, app: &App) -> ApiMethodRouter<App> {
        let deadline = self.hurried.then(|| Duration::from_secs(app.config.request_seconds));
        let rule = Rule { access: self.access, deadline };
        let router = match self.keyed {
            Some(secret) => self.router.layer(from_fn_with_state((app.clone(), self.path, secret), keyed)),
            None => self.router,
        };
        let body = self.body.unwrap_or(app.config.max_small_body_bytes);
        let router = router.layer(DefaultBodyLimit::max(usize::try_from(body).unwrap_or(usize::MAX)));
        router.layer(from_fn_with_state((app.clone(), rule), admit))
    }
}
