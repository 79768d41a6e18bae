//! The resources that a run used, in the units of its limits.
//!
//! Owns the numbers and their JSON; the backend counts them. Memory and files are the largest of any one step, all else is the
//! sum of the steps: time runs from the start of the first to the end of the last, and compiling counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The resources that a run used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Time on the clock, in microseconds.
    pub wall_us: u64,
    /// Processor time, in microseconds.
    pub cpu_us: u64,
    // The same for the same program as long as it reads neither clock nor randomness.
    /// Fuel, in units.
    pub fuel: u64,
    // The image, which all runs of a runtime share, is not the program's, although the limit counts it: a program that finds
    // room enough in what the interpreter had free there has used 0.
    /// Largest memory of any step beyond what its runtime starts with, in bytes.
    pub memory_bytes: u64,
    /// Bytes written to stdout and stderr.
    pub output_bytes: u64,
    /// Bytes read from stdin.
    pub stdin_bytes: u64,
    /// Largest number of bytes that files held.
    pub file_bytes: u64,
    // Directories and symlinks are included.
    /// Largest number of files.
    pub files: u64,
}
