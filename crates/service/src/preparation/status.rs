//! How far a preparation is.
//!
//! Owns the shape. The numbers come from whoever prepares.

use runcell_wasm::PrepareStatus;

/// A moment of a preparation.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparationStatus {
    /// The step under way, for people: "compiling python (99 MB)".
    pub step: String,
    /// The number of that step, from 1; of an image, how many steps it had so far.
    pub step_number: u64,
    /// How many steps there are; `None` where nobody knows, as with images.
    pub step_count: Option<u64>,
    /// The share of the whole that is done, from 0 to 1, partly an estimate; `None` where nobody knows.
    pub fraction: Option<f64>,
    /// Bytes that the step works on; 0 where that is not known.
    pub bytes: u64,
    /// Time since the step began, in milliseconds; 0 where that is not known.
    pub step_ms: u64,
}

impl From<PrepareStatus> for PreparationStatus {
    fn from(status: PrepareStatus) -> Self {
        Self {
            step: status.step,
            step_number: status.step_number as u64,
            step_count: Some(status.step_count as u64),
            fraction: Some(status.fraction),
            bytes: status.bytes,
            step_ms: status.step_ms,
        }
    }
}
