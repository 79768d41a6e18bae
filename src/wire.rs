//! The JSON shapes that the faces share.
//!
//! Owns how an outcome and a runtime look outside: bytes become text (or base64 where they are none), durations and sizes keep their
//! units in their names. Does not know any protocol.

mod input_file;
mod outcome;
mod runtime;

pub use input_file::{EncodingJson, InputFileError, InputFileJson};
pub use outcome::{FileJson, OutcomeJson, PlaceJson, StatusJson, UsageJson};
pub use runtime::{OptionJson, RuntimeJson, RuntimeStateJson};
