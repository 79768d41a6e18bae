//! The machine and what goes on in it.
//!
//! Owns the answer. Who sees it may read the state of the system; nothing of other tenants' things is in it but counts.

use crate::admission::Who;
use crate::answer::Answer;
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::axum::routing::get;
use axum::extract::State;
use runcell_model::caller::Operation;
use runcell_service::{Machine, SAMPLE_EVERY, Sample};
use runcell_wire::{EngineHealthJson, rfc3339};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The machine and what goes on in it.
#[derive(Debug, Serialize, JsonSchema)]
struct SystemJson {
    /// The version of runcell.
    version: &'static str,
    /// The machine.
    machine: MachineJson,
    /// The container engine.
    engine: EngineHealthJson,
    /// Jobs of the caller's tenant in each state.
    jobs: BTreeMap<String, u64>,
    /// Worker processes that run snippets.
    workers: usize,
}

/// The resources of the machine, and how much of them is free.
#[derive(Debug, Serialize, JsonSchema)]
struct MachineJson {
    /// Processors.
    processors: usize,
    /// Tasks that ran or waited to run on average during the last minute.
    load: f64,
    /// Memory, in bytes.
    memory_bytes: u64,
    /// Memory that is free, in bytes.
    available_bytes: u64,
    /// The disks that data lies on.
    disks: Vec<DiskJson>,
}

/// A disk that data lies on.
#[derive(Debug, Serialize, JsonSchema)]
struct DiskJson {
    /// The things that lie on it.
    purpose: &'static str,
    /// Its size, in bytes.
    bytes: u64,
    /// Free, in bytes.
    free_bytes: u64,
}

/// How the machine was during the last hour.
#[derive(Debug, Serialize, JsonSchema)]
struct HistoryJson {
    /// The time between two samples, in milliseconds.
    every_ms: u64,
    /// The samples, the oldest first. They begin when the server was started.
    samples: Vec<SampleJson>,
}

/// How the machine was at a moment. Counts are of all tenants.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SampleJson {
    /// When.
    at: String,
    /// The part of the processors that was busy since the sample before, from 0 to 1.
    busy: f64,
    /// Tasks that ran or waited to run on average during the last minute.
    load: f64,
    /// Memory that is in use, in bytes.
    memory_bytes: u64,
    /// Snippets that run.
    runs_running: u64,
    /// Snippets that wait for a place.
    runs_waiting: u64,
    /// Jobs that run.
    jobs_running: u64,
    /// Jobs that wait for their turn.
    jobs_pending: u64,
}

pub(crate) fn rows() -> Vec<Row> {
    let words = ("getSystem", "system", "The machine, the container engine, the queue and the workers.");
    let past =
        ("getSystemHistory", "system", "How the machine was during the last hour: processors, memory, runs and jobs.");
    vec![
        Row::new("/api/system", Operation::ReadSystem, words, get(system)),
        Row::new("/api/system/history", Operation::ReadSystem, past, get(history)),
    ]
}

async fn history(State(app): State<App>, Who(caller): Who) -> Result<Answer<HistoryJson>, Problem> {
    let samples = app.service.system(&caller).history()?.into_iter().map(SampleJson::from).collect();
    let every_ms = u64::try_from(SAMPLE_EVERY.as_millis()).unwrap_or(u64::MAX);
    Ok(Answer::new(HistoryJson { every_ms, samples }))
}

async fn system(State(app): State<App>, Who(caller): Who) -> Result<Answer<SystemJson>, Problem> {
    let door = app.service.system(&caller);
    let jobs = app.service.jobs(&caller).await?.counts().await?;
    Ok(Answer::new(SystemJson {
        version: env!("CARGO_PKG_VERSION"),
        machine: door.machine()?.into(),
        engine: door.container_health().await.into(),
        jobs: jobs.into_iter().map(|(state, count)| (state.name().to_owned(), count)).collect(),
        workers: door.workers()?.len(),
    }))
}

impl From<Sample> for SampleJson {
    fn from(sample: Sample) -> Self {
        let Sample { at_ms, busy, load, memory_bytes, runs_running, runs_waiting, jobs_running, jobs_pending } = sample;
        let at = rfc3339(at_ms);
        // Three digits are more than a chart shows.
        let busy = (busy * 1000.0).round() / 1000.0;
        Self { at, busy, load, memory_bytes, runs_running, runs_waiting, jobs_running, jobs_pending }
    }
}

impl From<Machine> for MachineJson {
    fn from(machine: Machine) -> Self {
        let Machine { processors, load, memory_bytes, available_bytes, disks } = machine;
        let disk = |disk: runcell_service::Disk| DiskJson {
            purpose: disk.purpose,
            bytes: disk.bytes,
            free_bytes: disk.free_bytes,
        };
        let disks = disks.into_iter().map(disk).collect();
        Self { processors, load, memory_bytes, available_bytes, disks }
    }
}
