//! Why a container came to its end.
//!
//! Owns the decision from the exit code, the output, the reason of a stop and the engine's records.

use super::super::Docker;
use super::super::confinement::Confinement;
use super::super::limit::Exceeded;
use super::end::Exit;
use super::output::OutputEnd;
use super::shape::ContainerEnding;
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use runcell_model::limits::LimitKind;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::timeout;

/// How long the engine may take to report that memory ran out, after the end.
const REPORT_WITHIN: Duration = Duration::from_secs(2);
/// The exit code of a program that SIGKILL ended.
const KILLED: i64 = 137;
/// The part of its memory from which on a container may have run out of it.
const NEARLY_ALL: f64 = 0.98;

/// The reason why runcell stopped a container.
pub(super) enum StopReason {
    Limit(Exceeded),
    TimedOut,
    Cancelled,
}

/// Observations of a container's end.
pub(super) struct Observed {
    /// `None` if the container did not end although it was killed.
    pub(super) exit: Option<Exit>,
    /// `None` if the program ended by itself.
    pub(super) reason: Option<StopReason>,
    pub(super) output: OutputEnd,
}

impl Observed {
    /// How the run ended. `peak` is the largest memory of the container in bytes, if it is known, and whether it is exact.
    pub(super) async fn ending(
        self,
        (docker, id): (&Docker, &str),
        confinement: &Confinement,
        peak: (Option<u64>, bool),
    ) -> ContainerEnding {
        match self.reason {
            Some(StopReason::Limit(exceeded)) => return ContainerEnding::Exceeded(exceeded),
            Some(StopReason::TimedOut) => {
                let allowed_ms = u64::try_from(confinement.wall.as_millis()).unwrap_or(u64::MAX);
                return ContainerEnding::TimedOut { allowed_ms };
            }
            Some(StopReason::Cancelled) => return ContainerEnding::Cancelled,
            None => {}
        }
        let code = match self.exit {
            Some(Exit::Code(code)) => code,
            Some(Exit::Lost(message)) => return ContainerEnding::EngineLost { message },
            None => return ContainerEnding::EngineLost { message: "the container did not end".to_owned() },
        };
        if let OutputEnd::Over(used) = self.output {
            let allowed = confinement.output_bytes;
            return ContainerEnding::Exceeded(Exceeded { limit: LimitKind::Output, allowed, used });
        }
        let allowed = confinement.memory_bytes;
        if code != 0 && ran_out_of_memory((docker, id), code, peak, allowed).await {
            let used = peak.0.unwrap_or(allowed).max(allowed);
            return ContainerEnding::Exceeded(Exceeded { limit: LimitKind::Memory, allowed, used });
        }
        // An engine that is being shut down stops its containers with these two signals.
        if [KILLED, 143].contains(&code) && !docker.answers().await {
            return ContainerEnding::EngineLost { message: "the engine was stopped in mid-run".to_owned() };
        }
        ContainerEnding::Exited { code }
    }
}

/// Whether the kernel killed a process of the container for lack of memory. The engine notes that in the container's state, or,
/// if it learned of it only after the end, in its list of events.
async fn ran_out_of_memory(
    (docker, id): (&Docker, &str),
    code: i64,
    (peak, exact): (Option<u64>, bool),
    allowed: u64,
) -> bool {
    let found = docker.api().inspect_container(id, None).await;
    if found.ok().and_then(|found| found.state).and_then(|state| state.oom_killed) == Some(true) {
        return true;
    }
    #[expect(clippy::cast_precision_loss, reason = "a ratio of sizes")]
    let full = peak.is_some_and(|peak| peak as f64 >= allowed as f64 * NEARLY_ALL);
    // Between two samples a program can take all of its memory and be gone.
    let unseen = code == KILLED && !exact;
    (full && code == KILLED) || ((full || unseen) && engine_reports_no_memory(docker, id).await)
}

/// Whether the engine reports, now or within a moment, that memory ran out in a container.
async fn engine_reports_no_memory(docker: &Docker, id: &str) -> bool {
    let filters = HashMap::from([("container", vec![id]), ("event", vec!["oom"])]);
    // From the beginning of time, as the engine's clock may differ from ours.
    let options = EventsOptionsBuilder::default().since("0").filters(&filters).build();
    let mut events = docker.api().events(Some(options));
    matches!(timeout(REPORT_WITHIN, events.next()).await, Ok(Some(Ok(_))))
}
