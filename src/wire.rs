//! The JSON shapes that the faces share.
//!
//! Owns how an outcome looks outside: bytes become text (or base64 where they are none), durations and sizes keep their
//! units in their names. Does not know any protocol.

mod outcome;

pub use outcome::{FileJson, OutcomeJson, StatusJson, UsageJson};
