//! The metrics of this process.
//!
//! Owns what can be recorded, and the text of Prometheus. Names and labels are in `table`. Counters and histograms are recorded where
//! things happen; gauges are set when somebody asks ([`Gauges`]).

mod process;
mod table;

use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;
use std::sync::LazyLock;
use std::time::Duration;
use table::{EndingLabel, Metrics, ReasonLabel, RequestLabels, RouteLabel, RunLabels, RuntimeLabel, StateLabel};

/// The media type of [`text`].
pub const MEDIA_TYPE: &str = prometheus_text::CONTENT_TYPE;

static METRICS: LazyLock<(Metrics, Registry)> = LazyLock::new(Metrics::registered);

/// Values of the moment, as the one who asks for the text has found them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Runs that may go on at the same time.
    pub run_places: usize,
    /// Runs under way.
    pub runs_running: usize,
    /// Runs that wait for a place.
    pub runs_waiting: usize,
    /// Worker processes.
    pub workers: usize,
    /// Runs that they hold.
    pub worker_runs: usize,
    /// Jobs in each state; of states that are not named there are none.
    pub jobs: Vec<(&'static str, u64)>,
}

fn metrics() -> &'static Metrics {
    &METRICS.0
}

/// A run that ended: its runtime, what ran it, its ending, its time, and what it wrote.
pub fn run(runtime: &str, backend: &'static str, ending: &'static str, took: Duration, output: u64) {
    let all = metrics();
    all.runs.get_or_create(&RunLabels { runtime: runtime.to_owned(), backend, ending }).inc();
    all.run_seconds.get_or_create(&RuntimeLabel { runtime: runtime.to_owned() }).observe(took.as_secs_f64());
    all.output_bytes.inc_by(output);
}

/// A run that could not be begun.
pub fn refused_run(reason: &'static str) {
    metrics().refused_runs.get_or_create(&ReasonLabel { reason }).inc();
}

/// The time that a run waited for a place.
pub fn waited(time: Duration) {
    metrics().wait_seconds.observe(time.as_secs_f64());
}

/// The time that a run waited for a preparation.
pub fn prepared(time: Duration) {
    metrics().prepare_seconds.observe(time.as_secs_f64());
}

/// An attempt at a job that ended.
pub fn job(ending: &'static str, took: Duration) {
    metrics().jobs.get_or_create(&EndingLabel { ending }).inc();
    metrics().job_seconds.observe(took.as_secs_f64());
}

/// A call to the container engine.
pub fn engine_call() {
    metrics().engine_calls.inc();
}

/// A call that the container engine refused or did not answer.
pub fn engine_failure() {
    metrics().engine_failures.inc();
}

/// A proof of who somebody is that was not good.
pub fn auth_failure(reason: &'static str) {
    metrics().auth_failures.get_or_create(&ReasonLabel { reason }).inc();
}

/// A worker process that ended while the server went on.
pub fn worker_end() {
    metrics().worker_ends.inc();
}

/// A request that was answered. `route` is the pattern of a route and not a path.
pub fn http_request(method: &'static str, route: &str, status: u16, took: Duration) {
    let all = metrics();
    all.http_requests.get_or_create(&RequestLabels { method, route: route.to_owned(), status }).inc();
    all.http_seconds.get_or_create(&RouteLabel { route: route.to_owned() }).observe(took.as_secs_f64());
}

/// Bytes that came from clients.
pub fn http_received(bytes: usize) {
    metrics().http_received.inc_by(bytes as u64);
}

/// Bytes that went to clients.
pub fn http_sent(bytes: usize) {
    metrics().http_sent.inc_by(bytes as u64);
}

/// Sessions of MCP clients over HTTP that there are now.
pub fn mcp_sessions(count: usize) {
    metrics().mcp_sessions.set(signed(count as u64));
}

/// All metrics as Prometheus reads them.
#[must_use]
pub fn text(now: &Gauges) -> String {
    let (all, registry) = &*METRICS;
    let sizes = [
        (&all.run_places, now.run_places),
        (&all.runs_running, now.runs_running),
        (&all.runs_waiting, now.runs_waiting),
        (&all.workers, now.workers),
        (&all.worker_runs, now.worker_runs),
    ];
    for (gauge, value) in sizes {
        gauge.set(signed(value as u64));
    }
    all.jobs_now.clear();
    for (state, count) in &now.jobs {
        all.jobs_now.get_or_create(&StateLabel { state }).set(signed(*count));
    }
    let (memory, cpu) = process::usage();
    all.memory_bytes.set(signed(memory));
    all.cpu_seconds.inc_by((cpu - all.cpu_seconds.get()).max(0.0));
    let mut text = String::new();
    // A string takes everything that is written to it.
    let _ = prometheus_text::encode(&mut text, registry);
    text
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_in_the_text() {
        run("ruby", "cell", "completed", Duration::from_millis(2), 7);
        auth_failure("token");
        let now = Gauges { run_places: 32, jobs: vec![("pending", 3)], ..Gauges::default() };
        let text = text(&now);
        for line in [
            "runcell_runs_total{runtime=\"ruby\",backend=\"cell\",ending=\"completed\"} 1",
            "runcell_run_seconds_bucket{runtime=\"ruby\",le=\"0.001\"} 0",
            "runcell_run_seconds_bucket{runtime=\"ruby\",le=\"0.0025\"} 1",
            "runcell_output_bytes_total 7",
            "runcell_auth_failures_total{reason=\"token\"} 1",
            "runcell_run_places 32",
            "runcell_jobs{state=\"pending\"} 3",
            "# TYPE process_resident_memory_bytes gauge",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}:\n{text}");
        }
    }
}
