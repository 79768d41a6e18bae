//! `[jobs]`: how tools in containers are queued, bounded and kept.
//!
//! Owns the shape and the defaults. The limits of one job are `job`'s, their enforcement the container backend's.

use crate::job::{JobLimitPolicy, RetentionRules};
use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How jobs are queued, bounded and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JobsConfig {
    /// The database of records: `sqlite:PATH` or `postgres://...`, instead of `runcell.db` in the data folder.
    pub database: Option<String>,
    /// Jobs that a process runs at the same time; 0 for one per processor.
    pub parallel: usize,
    /// Jobs that wait for their turn; one more is refused as busy.
    pub max_pending: u64,
    /// Size of all inputs of a job together.
    #[serde(deserialize_with = "quantity::bytes")]
    pub max_input_bytes: u64,
    /// How often a job is tried again after a fault of the infrastructure, such as an engine that went away; at most 10.
    pub retries: u32,
    /// Whether tools run as the user that their image names, also where that is root (without capabilities).
    pub keep_image_user: bool,
    /// Whether a job may ask for a network.
    pub allow_network: bool,
    /// Defaults and ceilings of the limits of a job. The reference lists them by kind.
    #[serde(skip_serializing)]
    #[schemars(skip)]
    pub limits: JobLimitPolicy,
    /// Which ended jobs a server removes by itself; with nothing set it keeps all.
    pub retention: RetentionRules,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self {
            database: None,
            parallel: 0,
            max_pending: 1000,
            max_input_bytes: 16 << 30,
            retries: 3,
            keep_image_user: false,
            allow_network: true,
            limits: JobLimitPolicy::default(),
            retention: RetentionRules::default(),
        }
    }
}

impl JobsConfig {
    /// Jobs that a process runs at the same time.
    #[must_use]
    pub fn parallel(&self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        if self.parallel == 0 { processors } else { self.parallel }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::job::JobLimitKind;

    #[test]
    fn keys_are_strict_and_named_as_documented() {
        let text = "[jobs]\nparallel = 2\nmax_pending = 3\ndatabase = \"sqlite:/x\"\nkeep_image_user = true\n\
                    [jobs.limits.ceiling]\nwall_ms = 1000\n[jobs.retention]\nmax_age_ms = 5\nmax_jobs = 7";
        let jobs = Config::parse(text).expect("parses").jobs;
        assert_eq!((jobs.parallel(), jobs.max_pending, jobs.retention.max_jobs), (2, 3, Some(7)));
        assert_eq!(jobs.limits.ceiling(JobLimitKind::WallMs), 1000);
        let text = "[jobs]\nmax_input_bytes = \"1 GiB\"\n[jobs.limits.default]\nwall_ms = \"1h\"\n\
                    [jobs.retention]\nmax_age_ms = \"30d\"\nmax_total_bytes = \"100 GB\"";
        let jobs = Config::parse(text).expect("parses").jobs;
        assert_eq!((jobs.max_input_bytes, jobs.limits.default_of(JobLimitKind::WallMs)), (1 << 30, 3_600_000));
        let (age, bytes) = (jobs.retention.max_age_ms, jobs.retention.max_total_bytes);
        assert_eq!((age, bytes), (Some(30 * 86_400_000), Some(100_000_000_000)));
        for text in [
            "[jobs]\nparalell = 1",
            "[jobs.retention]\nage = 1",
            "[jobs.limits.default]\nwall = 1",
            "[jobs]\nmax_input_bytes = \"1h\"",
        ] {
            Config::parse(text).expect_err(text);
        }
        assert!(Config::default().jobs.parallel() > 0);
    }
}
