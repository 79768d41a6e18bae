//! The usage of a container, measured as well as this machine allows.
//!
//! Owns the choice between exact counters ([`super::cgroup`]) and samples of the engine's statistics, and reports which it was.

use super::Docker;
use super::cgroup::{Counters, OwnCgroup};
use bollard::query_parameters::StatsOptionsBuilder;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// The usage of a run in a container.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerUsage {
    /// Time on the clock from the start to the end, in microseconds.
    pub wall_us: u64,
    /// Processor time of all its processes, in microseconds; `None` if unknown.
    pub cpu_us: Option<u64>,
    /// Its largest memory, in bytes, including files in memory and the kernel's cache of its files; `None` if unknown.
    pub memory_bytes: Option<u64>,
    /// Whether processor time and memory are exact. If not, processor time is that of the last sample, up to a second before the
    /// end, and memory is the largest sample.
    pub exact: bool,
    /// Bytes written to stdout and stderr.
    pub output_bytes: u64,
    /// Bytes given to stdin.
    pub stdin_bytes: u64,
}

/// Measures one run.
#[derive(Debug)]
pub(super) enum Meter {
    /// Counters that outlive the container.
    Exact(OwnCgroup),
    /// Samples, taken by a task from the start on.
    Samples(Arc<Mutex<Counters>>, Option<JoinHandle<()>>),
}

impl Meter {
    /// The best meter on this machine. To be made before the container.
    pub(super) async fn new(docker: &Docker, owner: &str, token: &str) -> Self {
        let own_groups = docker.0.address.starts_with("unix://")
            && !docker.is_podman()
            && docker.info().await.is_ok_and(|info| info.cgroup_driver == "cgroupfs" && !info.rootless);
        match own_groups.then(|| OwnCgroup::create(owner, token)).flatten() {
            Some(group) => Self::Exact(group),
            None => Self::Samples(Arc::default(), None),
        }
    }

    /// The meter of a container that an earlier runcell made.
    pub(super) async fn again(docker: &Docker, id: &str) -> Self {
        let found = docker.api().inspect_container(id, None).await.ok().and_then(|found| found.host_config);
        match found.and_then(|host| host.cgroup_parent).and_then(|parent| OwnCgroup::again(&parent)) {
            Some(group) => Self::Exact(group),
            None => Self::Samples(Arc::default(), None),
        }
    }

    /// Removes the control group, if there is one. Returns whether it is gone.
    pub(super) fn release(&self) -> bool {
        match self {
            Self::Exact(group) => group.remove(),
            Self::Samples(..) => true,
        }
    }

    /// The control group in which the container must be made, if there is one.
    pub(super) fn parent(&self) -> Option<String> {
        match self {
            Self::Exact(group) => Some(group.parent()),
            Self::Samples(..) => None,
        }
    }

    /// To be called when the container has been started.
    pub(super) fn begin(&mut self, docker: &Docker, id: &str) {
        if let Self::Samples(counters, task) = self {
            *task = Some(tokio::spawn(sample(docker.clone(), id.to_owned(), counters.clone())));
        }
    }

    /// The usage so far, and whether it is exact.
    pub(super) fn read(&self) -> (Counters, bool) {
        match self {
            Self::Exact(group) => {
                let counters = group.read();
                (counters, counters.cpu_us.is_some() && counters.memory_bytes.is_some())
            }
            Self::Samples(counters, _) => (*counters.lock().unwrap_or_else(PoisonError::into_inner), false),
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Self::Samples(_, Some(task)) = self {
            task.abort();
        }
    }
}

/// Takes samples: often at first, as most runs are short, and then once a second.
async fn sample(docker: Docker, id: String, counters: Arc<Mutex<Counters>>) {
    let options = StatsOptionsBuilder::default().stream(false).one_shot(true).build();
    let mut pause = Duration::from_millis(20);
    loop {
        let Some(Ok(stats)) = Box::pin(docker.api().stats(&id, Some(options.clone()))).next().await else { return };
        let cpu = stats.cpu_stats.and_then(|cpu| cpu.cpu_usage).and_then(|usage| usage.total_usage);
        let memory = stats.memory_stats.and_then(|memory| memory.max_usage.or(memory.usage));
        {
            let mut known = counters.lock().unwrap_or_else(PoisonError::into_inner);
            // The engine reports zeros for a container that has ended.
            known.cpu_us = known.cpu_us.max(cpu.map(|ns| ns / 1000).filter(|us| *us > 0));
            known.memory_bytes = known.memory_bytes.max(memory.filter(|bytes| *bytes > 0));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}
