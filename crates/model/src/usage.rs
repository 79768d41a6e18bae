//! What a run used, in the units of its limits.
//!
//! Owns the numbers only; the backend counts them.

use serde::{Deserialize, Serialize};

/// What one run used. All steps of the run together, but for memory, which is the largest of any one step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Time on the clock, in microseconds, from the start of the first step to the end of the last.
    pub wall_us: u64,
    /// Processor time of the guest's steps, in microseconds; compiling the product of a C or C++ run is included.
    pub cpu_us: u64,
    /// Fuel used. The same for the same program as long as it reads neither clock nor randomness.
    pub fuel: u64,
    /// Largest linear memory of any step, in bytes, the runtime's image included.
    pub memory_bytes: u64,
    /// Bytes written to stdout and stderr.
    pub output_bytes: u64,
    /// Bytes read from stdin.
    pub stdin_bytes: u64,
    /// Largest number of bytes that the files held at one time.
    pub file_bytes: u64,
    /// Largest number of files, directories and symlinks at one time.
    pub files: u64,
}
