//! The parts that every row of the benchmark needs: a service, the release build, a caller.
//!
//! Owns how a row starts a run. Which rows there are, `bench` knows.

use runcell::caller::{Caller, Face};
use runcell::service::{Ready, Run, RunRequest, Service};
use std::path::PathBuf;

/// The parts that every row needs.
pub(super) struct Bench {
    pub(super) service: Service,
    /// The release build of the command.
    pub(super) binary: PathBuf,
    pub(super) turns: usize,
    pub(super) tokio: tokio::runtime::Runtime,
}

/// The caller of measurements.
pub(crate) fn me() -> Caller {
    Caller::operator(Face::Library)
}

/// Starts a run in what is ready already.
pub(super) async fn start(service: &Service, ready: &Ready, request: RunRequest) -> anyhow::Result<Run> {
    let caller = me();
    let runs = service.runs(&caller);
    Ok(runs.start(runs.plan(request)?, ready.clone()).await?)
}
