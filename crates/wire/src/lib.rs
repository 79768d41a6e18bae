//! The JSON shapes that the faces share.
//!
//! Owns how an outcome, a runtime, a tool and a job look outside: bytes become text (or base64 where they are none), durations and sizes keep their
//! units in their names. Does not know any protocol.

mod input_file;
mod job;
mod outcome;
mod result;
mod runtime;
mod time;
mod tool;

pub use input_file::{EncodingJson, InputFileError, InputFileJson};
pub use job::{JobEndJson, JobJson, JobListJson};
pub use outcome::{FileJson, OutcomeJson, PlaceJson, StatusJson};
pub use result::{ResultJson, ResultListJson, ResultSummaryJson};
pub use runtime::RuntimeJson;
pub use time::rfc3339;
pub use tool::{BrokenToolJson, ToolJson, ToolListJson};
