//! The table of metrics: names, labels and buckets.
//!
//! Owns nothing of what they count.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

/// The upper bounds of histograms, in seconds: a hello takes a third of a millisecond, a job hours.
const SECONDS: [f64; 18] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0];

type Seconds<L> = Family<L, Histogram, fn() -> Histogram>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RunLabels {
    pub(super) runtime: String,
    pub(super) backend: &'static str,
    pub(super) ending: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RuntimeLabel {
    pub(super) runtime: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct EndingLabel {
    pub(super) ending: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ReasonLabel {
    pub(super) reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct StateLabel {
    pub(super) state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RequestLabels {
    pub(super) method: &'static str,
    pub(super) route: String,
    pub(super) status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct VersionLabel {
    pub(super) version: &'static str,
}

/// Everything that is recorded.
#[derive(Debug)]
pub(super) struct Metrics {
    pub(super) runs: Family<RunLabels, Counter>,
    pub(super) run_seconds: Seconds<RuntimeLabel>,
    pub(super) wait_seconds: Histogram,
    pub(super) prepare_seconds: Histogram,
    pub(super) refused_runs: Family<ReasonLabel, Counter>,
    pub(super) output_bytes: Counter,
    pub(super) jobs: Family<EndingLabel, Counter>,
    pub(super) job_seconds: Histogram,
    pub(super) engine_calls: Counter,
    pub(super) engine_failures: Counter,
    pub(super) auth_failures: Family<ReasonLabel, Counter>,
    pub(super) worker_ends: Counter,
    pub(super) http_requests: Family<RequestLabels, Counter>,
    pub(super) http_seconds: Seconds<RouteLabel>,
    pub(super) http_received: Counter,
    pub(super) http_sent: Counter,
    pub(super) run_places: Gauge,
    pub(super) runs_running: Gauge,
    pub(super) runs_waiting: Gauge,
    pub(super) workers: Gauge,
    pub(super) worker_runs: Gauge,
    pub(super) jobs_now: Family<StateLabel, Gauge>,
    pub(super) mcp_sessions: Gauge,
    pub(super) memory_bytes: Gauge,
    pub(super) cpu_seconds: Counter<f64, AtomicU64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RouteLabel {
    pub(super) route: String,
}

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

impl Metrics {
    fn new() -> Self {
        Self {
            runs: Family::default(),
            run_seconds: Seconds::new_with_constructor(histogram),
            wait_seconds: histogram(),
            prepare_seconds: histogram(),
            refused_runs: Family::default(),
            output_bytes: Counter::default(),
            jobs: Family::default(),
            job_seconds: histogram(),
            engine_calls: Counter::default(),
            engine_failures: Counter::default(),
            auth_failures: Family::default(),
            worker_ends: Counter::default(),
            http_requests: Family::default(),
            http_seconds: Seconds::new_with_constructor(histogram),
            http_received: Counter::default(),
            http_sent: Counter::default(),
            run_places: Gauge::default(),
            runs_running: Gauge::default(),
            runs_waiting: Gauge::default(),
            workers: Gauge::default(),
            worker_runs: Gauge::default(),
            jobs_now: Family::default(),
            mcp_sessions: Gauge::default(),
            memory_bytes: Gauge::default(),
            cpu_seconds: Counter::default(),
        }
    }

    /// The metrics and the registry that names them. Names of counters get `_total`.
    pub(super) fn registered() -> (Self, Registry) {
        let (it, mut all) = (Self::new(), Registry::default());
        let build: Family<VersionLabel, Gauge> = Family::default();
        build.get_or_create(&VersionLabel { version: env!("CARGO_PKG_VERSION") }).set(1);
        all.register("runcell_build_info", "The version that runs; always 1", build);
        it.register_runs(&mut all);
        it.register_jobs(&mut all);
        it.register_http(&mut all);
        all.register("runcell_workers", "Worker processes", it.workers.clone());
        all.register("runcell_worker_runs", "Runs that worker processes hold", it.worker_runs.clone());
        all.register(
            "runcell_worker_ends",
            "Worker processes that ended while the server went on",
            it.worker_ends.clone(),
        );
        all.register("process_resident_memory_bytes", "Memory of the server process", it.memory_bytes.clone());
        all.register("process_cpu_seconds", "Processor time of the server process", it.cpu_seconds.clone());
        (it, all)
    }

    fn register_runs(&self, all: &mut Registry) {
        all.register("runcell_runs", "Runs that ended", self.runs.clone());
        all.register("runcell_run_seconds", "Time of a run, from its start to its end", self.run_seconds.clone());
        all.register("runcell_run_wait_seconds", "Time that a run waited for a place", self.wait_seconds.clone());
        all.register(
            "runcell_prepare_seconds",
            "Time that runs waited for a preparation",
            self.prepare_seconds.clone(),
        );
        all.register("runcell_runs_refused", "Runs that could not be begun", self.refused_runs.clone());
        all.register("runcell_output_bytes", "Bytes that programs wrote", self.output_bytes.clone());
        all.register("runcell_run_places", "Runs that may go on at the same time", self.run_places.clone());
        all.register("runcell_runs_running", "Runs under way", self.runs_running.clone());
        all.register("runcell_runs_waiting", "Runs that wait for a place", self.runs_waiting.clone());
    }

    fn register_jobs(&self, all: &mut Registry) {
        all.register("runcell_jobs_ended", "Attempts at jobs that ended here", self.jobs.clone());
        all.register("runcell_job_seconds", "Time of a job, from its start to its end", self.job_seconds.clone());
        all.register("runcell_jobs", "Recorded jobs", self.jobs_now.clone());
        all.register("runcell_engine_calls", "Calls to the container engine", self.engine_calls.clone());
        all.register(
            "runcell_engine_failures",
            "Calls that the container engine refused or did not answer",
            self.engine_failures.clone(),
        );
    }

    fn register_http(&self, all: &mut Registry) {
        all.register("runcell_http_requests", "Requests that were answered", self.http_requests.clone());
        all.register("runcell_http_seconds", "Time until the answer to a request began", self.http_seconds.clone());
        all.register("runcell_http_received_bytes", "Bytes that clients sent", self.http_received.clone());
        all.register("runcell_http_sent_bytes", "Bytes that clients were sent", self.http_sent.clone());
        all.register(
            "runcell_auth_failures",
            "Requests and logins whose proof was not good",
            self.auth_failures.clone(),
        );
        all.register("runcell_mcp_sessions", "Sessions of MCP clients over HTTP", self.mcp_sessions.clone());
    }
}
