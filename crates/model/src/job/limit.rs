//! The limits of jobs.
//!
//! Owns what each means. The container backend enforces them and says in the job's end which one stopped it.

use crate::limits::{LimitPolicy, Limits, LimitsRequest, limit_kinds};

limit_kinds! {
    /// A limit of a job.
    JobLimitKind in "jobs.limits" {
        /// Memory of all processes, without swap. Not the page cache of files on disk.
        MemoryBytes: "memory_bytes", Bytes, 6 << 20, 2 << 30, 64 << 30;
        /// Processor time that it may take a second.
        CpuMillis: "cpu_millis", CpuMillis, 10, 1000, 64_000;
        /// Processes and threads at a time.
        Pids: "pids", Count, 1, 512, 32_768;
        /// Wall-clock time from its start to its end. Not the time in the queue.
        WallMs: "wall_ms", Milliseconds, 1, 3_600_000, 7 * 24 * 3_600_000;
        /// Its output on stdout and stderr together.
        OutputBytes: "output_bytes", Bytes, 0, 64 << 20, 1 << 30;
        /// Size of all results. Seen at intervals, so that a fast writer can pass it by a moment's worth.
        OutBytes: "out_bytes", Bytes, 0, 4 << 30, 256 << 30;
        /// Files and folders of results. Seen at intervals as well.
        OutFiles: "out_files", Count, 0, 100_000, 1_000_000;
    }
}

/// The limits that the submitter of a job asks for.
pub type JobLimitsRequest = LimitsRequest<JobLimitKind>;
/// The limits of a job, checked against a policy.
pub type JobLimits = Limits<JobLimitKind>;
/// Defaults and ceilings of a site.
pub type JobLimitPolicy = LimitPolicy<JobLimitKind>;
