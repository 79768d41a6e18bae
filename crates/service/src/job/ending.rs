//! The end of a job, read from the end of its container.
//!
//! Owns the translation: which limit it was, what was used, and which ends are faults of the infrastructure.

use runcell_docker::{ContainerEnding, ContainerUsage, DockerError, ToolOutcome};
use runcell_model::job::{JobEnd, JobLimitKind, JobLimits, JobUsage};
use runcell_model::limits::LimitKind;
use serde_json::Value;

/// The end of a job whose container ended.
pub(super) fn end_of(outcome: &ToolOutcome, limits: &JobLimits) -> JobEnd {
    match &outcome.container.ending {
        ContainerEnding::Exited { .. } => match outcome.exit_code {
            Some(exit_code) => JobEnd::Exited { exit_code },
            None => failed("gotap ended without a record of the tool's exit code in _metadata.json", false),
        },
        ContainerEnding::Exceeded(exceeded) => match limit_of(exceeded.limit) {
            Some(limit) => JobEnd::Limit { limit, allowed: exceeded.allowed, used: exceeded.used },
            None => failed(&format!("stopped by {}, which no job has", exceeded.limit), false),
        },
        // The rest of its time may be less, where it was taken over.
        ContainerEnding::TimedOut { .. } => JobEnd::TimedOut { allowed_ms: limits.get(JobLimitKind::WallMs) },
        ContainerEnding::Cancelled => JobEnd::Cancelled,
        ContainerEnding::EngineLost { message } => failed(&format!("the run was lost: {message}"), true),
        ContainerEnding::NeverStarted => failed("the process that ran it died before the tool was started", true),
    }
}

/// The end of a job that could not be started.
pub(super) fn end_of_error(error: &DockerError) -> JobEnd {
    failed(&error.to_string(), error.is_retryable())
}

/// An end that is ours and not the tool's.
pub(super) fn failed(message: &str, infrastructure: bool) -> JobEnd {
    JobEnd::Failed { message: message.to_owned(), infrastructure }
}

fn limit_of(kind: LimitKind) -> Option<JobLimitKind> {
    match kind {
        LimitKind::Output => Some(JobLimitKind::OutputBytes),
        LimitKind::Memory => Some(JobLimitKind::MemoryBytes),
        LimitKind::FileBytes => Some(JobLimitKind::OutBytes),
        LimitKind::Files => Some(JobLimitKind::OutFiles),
        LimitKind::WallTime => Some(JobLimitKind::WallMs),
        LimitKind::Fuel | LimitKind::TableElements | LimitKind::Stack | LimitKind::Stdin | LimitKind::Code => None,
    }
}

/// The resources that a job used. Bytes of devices are known where `gotap` counted them.
pub(super) fn usage_of(outcome: &ToolOutcome, metadata: Option<&Value>) -> JobUsage {
    let counted = |name: &str| metadata.and_then(|found| found.get(name)?.as_u64()).unwrap_or(0);
    JobUsage {
        read_bytes: counted("read_bytes_sum"),
        write_bytes: counted("write_bytes_sum"),
        out_bytes: outcome.out_bytes,
        ..measured(&outcome.container.usage)
    }
}

/// The resources that its container used.
pub(super) fn measured(used: &ContainerUsage) -> JobUsage {
    JobUsage {
        wall_ms: used.wall_us / 1000,
        cpu_ms: used.cpu_us.unwrap_or(0) / 1000,
        peak_memory_bytes: used.memory_bytes.unwrap_or(0),
        output_bytes: used.output_bytes,
        ..JobUsage::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_docker::{ContainerOutcome, Exceeded};

    fn outcome(ending: ContainerEnding, exit_code: Option<i64>) -> ToolOutcome {
        let usage = ContainerUsage { wall_us: 5_000, memory_bytes: Some(7), ..ContainerUsage::default() };
        let container = ContainerOutcome { ending, usage, truncated: false };
        ToolOutcome { container, exit_code, out_bytes: 9, out_files: 1, log_fault: None }
    }

    #[test]
    fn every_ending_has_its_end() {
        let exited = ContainerEnding::Exited { code: 0 };
        let exceeded = |limit| ContainerEnding::Exceeded(Exceeded { limit, allowed: 1, used: 2 });
        let limit = |limit| JobEnd::Limit { limit, allowed: 1, used: 2 };
        let cases = [
            (outcome(exited.clone(), Some(3)), JobEnd::Exited { exit_code: 3 }),
            (outcome(exceeded(LimitKind::Memory), None), limit(JobLimitKind::MemoryBytes)),
            (outcome(exceeded(LimitKind::FileBytes), None), limit(JobLimitKind::OutBytes)),
            (outcome(exceeded(LimitKind::Files), None), limit(JobLimitKind::OutFiles)),
            (outcome(exceeded(LimitKind::Output), None), limit(JobLimitKind::OutputBytes)),
            (outcome(ContainerEnding::TimedOut { allowed_ms: 5 }, None), JobEnd::TimedOut { allowed_ms: 3_600_000 }),
            (outcome(ContainerEnding::Cancelled, None), JobEnd::Cancelled),
        ];
        for (outcome, end) in cases {
            assert_eq!(end_of(&outcome, &JobLimits::default()), end);
        }
        let lost = outcome(ContainerEnding::EngineLost { message: "gone".into() }, None);
        assert!(end_of(&lost, &JobLimits::default()).is_retryable());
        let unrecorded = end_of(&outcome(exited, None), &JobLimits::default());
        assert!(!unrecorded.is_retryable() && unrecorded.to_string().contains("_metadata.json"));
    }

    #[test]
    fn only_faults_of_the_infrastructure_are_tried_again() {
        let lost = DockerError::EngineLost { doing: "start".into(), message: "gone".into() };
        assert!(end_of_error(&lost).is_retryable());
        assert!(!end_of_error(&DockerError::NoImage { image: "x".into() }).is_retryable());
    }

    #[test]
    fn what_gotap_counted_is_used() {
        let metadata = serde_json::json!({ "read_bytes_sum": 11, "write_bytes_sum": "x" });
        let usage = usage_of(&outcome(ContainerEnding::Cancelled, None), Some(&metadata));
        assert_eq!((usage.wall_ms, usage.peak_memory_bytes, usage.out_bytes), (5, 7, 9));
        assert_eq!((usage.read_bytes, usage.write_bytes), (11, 0));
    }
}
