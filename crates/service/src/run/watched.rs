//! Metrics and traces of a run.
//!
//! Owns that each run is counted once, also one that is dropped. Its span lasts from the wait for a place to its end.

use crate::error::ServiceError;
use runcell_model::outcome::{BackendKind, Outcome};
use runcell_telemetry::metric;
use std::time::Instant;
use tracing::Span;
use tracing::field::Empty;

/// A run that is watched.
pub(super) struct Watched {
    runtime: String,
    backend: &'static str,
    /// When it got its place; `None` where it has not begun, or was counted.
    began: Option<Instant>,
    span: Span,
}

impl Watched {
    /// A run that is about to begin.
    pub(super) fn new(runtime: &str, backend: BackendKind) -> Self {
        let backend = match backend {
            BackendKind::Wasm => "cell",
            BackendKind::Container => "container",
        };
        let span = tracing::info_span!("run", runtime, backend, ending = Empty);
        Self { runtime: runtime.to_owned(), backend, began: None, span }
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// It has a place.
    pub(super) fn begin(&mut self) {
        self.began = Some(Instant::now());
    }

    /// It ended.
    pub(super) fn end(mut self, outcome: &Outcome) {
        let written = outcome.output.stdout.len() + outcome.output.stderr.len();
        self.count(outcome.ending.name(), written as u64);
    }

    /// It could not be begun, or was lost to a fault of ours.
    pub(super) fn refused(mut self, error: &ServiceError) {
        self.began = None;
        self.span.record("ending", error.name());
        refused(error);
    }

    fn count(&mut self, ending: &'static str, written: u64) {
        if let Some(began) = self.began.take() {
            let took = began.elapsed();
            self.span.record("ending", ending);
            self.span.in_scope(|| tracing::debug!(ms = took.as_millis(), "a run ended"));
            metric::run(&self.runtime, self.backend, ending, took, written);
        }
    }
}

impl Drop for Watched {
    /// Dropping a run cancels it.
    fn drop(&mut self) {
        self.count("cancelled", 0);
    }
}

/// A run that could not be begun.
pub(super) fn refused(error: &ServiceError) {
    metric::refused_run(error.name());
}
