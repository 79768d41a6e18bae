//! The tool-spec standard: what a `tool.yml` says, whether inputs fit it, and what the tool then reads.
//!
//! Owns the shapes ([`ToolSpec`] and below), parsing with caps on size, depth and aliases, the check of parameters and
//! datasets with every error at once, typed values from a command line, the names of datasets under `/in`, and the input
//! JSON. Does no I/O: who reads a file out of an image or writes one for a job is the backend's and the store's.
//!
//! A broken tool does not hide the others of its file, and what is odd but harmless is a warning, not an error.

mod citation;
mod datetime;
mod finding;
mod input;
mod parameter;
mod parse;
mod text;
mod tool;
mod validate;
mod value;
mod yaml;

pub use citation::{Citation, CitationAuthor, parse_citation};
pub use input::{DataValue, IN_DIR, InputNames, input_json};
pub use parse::{BrokenTool, ToolFile, parse_tools};
pub use text::from_text;
pub use tool::{Dataset, Parameter, ParameterType, ToolSpec};
pub use validate::{Field, GivenData, ValidInputs, ValidationError, validate};
pub use value::ErrorType;
pub use yaml::SpecError;

/// The largest `tool.yml` or `CITATION.cff` that is read, in bytes.
pub const MAX_SPEC_BYTES: usize = 1 << 20;
