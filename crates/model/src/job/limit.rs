//! What a job may use, its defaults and ceilings, and the one place where a request is checked against them.
//!
//! Owns the numbers. The container backend enforces them and tells in the job's end which one it was.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A limit of a job. The doc of each says its unit, its default and ceiling where nothing is configured, and what it does
/// not bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobLimitKind {
    /// Memory of all processes, in bytes, without swap: 2 GiB, at most 64 GiB. Not the page cache of files on disk.
    MemoryBytes,
    /// Processor time that it may take a second, in thousandths of a processor: 1000, at most 64,000.
    CpuMillis,
    /// Processes and threads at a time: 512, at most 32,768.
    Pids,
    /// Wall-clock time from its start to its end, in milliseconds: 1 hour, at most 7 days. Not the time in the queue.
    WallMs,
    /// Bytes on stdout and stderr together: 64 MiB, at most 1 GiB.
    OutputBytes,
    /// Bytes of results: 4 GiB, at most 256 GiB. Seen at intervals, so that a fast writer can pass it by a moment's worth.
    OutBytes,
    /// Files and folders of results: 100,000, at most 1,000,000. Seen at intervals as well.
    OutFiles,
}

impl JobLimitKind {
    /// Every limit.
    pub const ALL: [Self; 7] = [
        Self::MemoryBytes,
        Self::CpuMillis,
        Self::Pids,
        Self::WallMs,
        Self::OutputBytes,
        Self::OutBytes,
        Self::OutFiles,
    ];

    /// Its name, which ends with its unit where that is not a count.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The smallest value with which something can run.
    #[must_use]
    pub fn minimum(self) -> u64 {
        self.row().1
    }

    /// The value where neither the caller nor the configuration names one.
    #[must_use]
    pub fn default_value(self) -> u64 {
        self.row().2
    }

    /// The largest value where the configuration names none.
    #[must_use]
    pub fn default_ceiling(self) -> u64 {
        self.row().3
    }

    /// Name, minimum, default, ceiling.
    fn row(self) -> (&'static str, u64, u64, u64) {
        match self {
            Self::MemoryBytes => ("memory_bytes", 6 << 20, 2 << 30, 64 << 30),
            Self::CpuMillis => ("cpu_millis", 10, 1000, 64_000),
            Self::Pids => ("pids", 1, 512, 32_768),
            Self::WallMs => ("wall_ms", 1, 3_600_000, 7 * 24 * 3_600_000),
            Self::OutputBytes => ("output_bytes", 0, 64 << 20, 1 << 30),
            Self::OutBytes => ("out_bytes", 0, 4 << 30, 256 << 30),
            Self::OutFiles => ("out_files", 0, 100_000, 1_000_000),
        }
    }
}

impl fmt::Display for JobLimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a caller asks for. A limit that is not named gets the policy's default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobLimitsRequest(BTreeMap<JobLimitKind, u64>);

impl JobLimitsRequest {
    /// Asks for `value`, in the unit of `kind`.
    #[must_use]
    pub fn with(mut self, kind: JobLimitKind, value: u64) -> Self {
        self.0.insert(kind, value);
        self
    }
}

/// Limits that were checked against a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<JobLimitKind, u64>", into = "BTreeMap<JobLimitKind, u64>")]
pub struct JobLimits([u64; JobLimitKind::ALL.len()]);

impl JobLimits {
    /// The allowed amount, in the unit of `kind`.
    #[must_use]
    pub fn get(&self, kind: JobLimitKind) -> u64 {
        self.0[kind as usize]
    }
}

impl Default for JobLimits {
    fn default() -> Self {
        Self(JobLimitKind::ALL.map(JobLimitKind::default_value))
    }
}

impl From<BTreeMap<JobLimitKind, u64>> for JobLimits {
    /// A record of an earlier version may lack a limit; it then had the default.
    fn from(map: BTreeMap<JobLimitKind, u64>) -> Self {
        Self(JobLimitKind::ALL.map(|kind| map.get(&kind).copied().unwrap_or_else(|| kind.default_value())))
    }
}

impl From<JobLimits> for BTreeMap<JobLimitKind, u64> {
    fn from(limits: JobLimits) -> Self {
        JobLimitKind::ALL.into_iter().map(|kind| (kind, limits.get(kind))).collect()
    }
}

/// Defaults and ceilings of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JobLimitPolicy {
    /// Values for limits that a caller does not name.
    pub default: BTreeMap<JobLimitKind, u64>,
    /// The largest values that are granted.
    pub ceiling: BTreeMap<JobLimitKind, u64>,
}

/// A limit that was asked for and that the policy does not grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limit {kind} = {asked} is out of range: {minimum} to {ceiling} are allowed")]
pub struct JobLimitOutOfRange {
    /// The limit.
    pub kind: JobLimitKind,
    /// What was asked for.
    pub asked: u64,
    /// The smallest value with which something can run.
    pub minimum: u64,
    /// The largest value that the policy grants.
    pub ceiling: u64,
}

impl JobLimitPolicy {
    /// The largest value that is granted.
    #[must_use]
    pub fn ceiling(&self, kind: JobLimitKind) -> u64 {
        self.ceiling.get(&kind).copied().unwrap_or_else(|| kind.default_ceiling())
    }

    /// Fills a request up with defaults (cut at the ceilings) and checks it.
    ///
    /// # Errors
    /// [`JobLimitOutOfRange`] names the first limit that is not granted.
    pub fn resolve(&self, request: &JobLimitsRequest) -> Result<JobLimits, JobLimitOutOfRange> {
        let mut limits = JobLimits::default();
        for kind in JobLimitKind::ALL {
            let (minimum, ceiling) = (kind.minimum(), self.ceiling(kind));
            let default = self.default.get(&kind).copied().unwrap_or_else(|| kind.default_value()).min(ceiling);
            let asked = request.0.get(&kind).copied().unwrap_or(default);
            if !(minimum..=ceiling).contains(&asked) {
                return Err(JobLimitOutOfRange { kind, asked, minimum, ceiling });
            }
            limits.0[kind as usize] = asked;
        }
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_filled_up_and_stop_at_ceilings() {
        for kind in JobLimitKind::ALL {
            let policy = JobLimitPolicy { ceiling: [(kind, 500 << 30)].into(), ..JobLimitPolicy::default() };
            let most = JobLimitPolicy::default().ceiling(kind);
            let ask = |value| JobLimitsRequest::default().with(kind, value);
            assert_eq!(policy.resolve(&ask(most + 1)).map(|limits| limits.get(kind)), Ok(most + 1));
            let error = JobLimitPolicy::default().resolve(&ask(most + 1)).expect_err("over the ceiling");
            assert!(
                error.to_string().contains(kind.name()) && error.to_string().contains(&most.to_string()),
                "{error}"
            );
            assert!(kind.minimum() <= kind.default_value() && kind.default_value() <= most);
            if kind.minimum() > 0 {
                JobLimitPolicy::default().resolve(&ask(kind.minimum() - 1)).expect_err("too small");
            }
            assert_eq!(serde_json::to_value(kind).expect("serialises"), kind.name());
        }
        let low = JobLimitPolicy { ceiling: [(JobLimitKind::Pids, 9)].into(), ..JobLimitPolicy::default() };
        assert_eq!(low.resolve(&JobLimitsRequest::default()).map(|limits| limits.get(JobLimitKind::Pids)), Ok(9));
    }

    #[test]
    fn limits_travel_by_name() {
        let json = serde_json::to_string(&JobLimits::default()).expect("serialises");
        assert!(json.contains(r#""wall_ms":3600000"#), "{json}");
        assert_eq!(serde_json::from_str::<JobLimits>(&json).expect("parses"), JobLimits::default());
        assert_eq!(serde_json::from_str::<JobLimits>("{}").expect("parses"), JobLimits::default());
    }
}
