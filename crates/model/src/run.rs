//! One run as plain data: the request ([`RunSpec`]) and its events ([`RunEvent`]).
//!
//! Owns shapes that can travel to another process. Does not run anything.

use crate::file::{GuestPath, InputFile};
use crate::limits::Limits;
use crate::runtime::RuntimeRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A snippet and everything that belongs to it, limits already resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSpec {
    /// The language.
    pub runtime: RuntimeRef,
    /// The source text.
    #[serde(with = "serde_bytes")]
    pub code: Vec<u8>,
    /// The name that the snippet gets in `/work`; without one, the runtime's own (`main.py`).
    pub code_name: Option<GuestPath>,
    /// The program's arguments.
    pub args: Vec<String>,
    /// Environment variables beside the runtime's own.
    pub env: BTreeMap<String, String>,
    /// Options of the runtime, such as `std` of a C compiler.
    pub options: BTreeMap<String, String>,
    /// Files that lie in `/work` at the start.
    pub files: Vec<InputFile>,
    /// Paths and globs, relative to `/work`, of the files wanted back.
    pub outputs: Vec<String>,
    /// Its limits.
    pub limits: Limits,
}

/// Where a guest writes to: one of its two streams, the second of them apart by who wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputStream {
    /// File descriptor 1.
    Stdout,
    /// File descriptor 2 of the program.
    Stderr,
    /// The messages of a compiler. They come before the program's first word, and belong to stderr where nobody tells them apart.
    Compiler,
}

/// Something that happened in a run that is still going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunEvent {
    /// The guest wrote something. Events of one run, put together, are its output up to the limit.
    Output {
        /// Where to.
        stream: OutputStream,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

/// The backend that a caller wants for a snippet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackendChoice {
    /// A cell where one can run it, else a container where the configuration allows that.
    #[default]
    Auto,
    /// A WebAssembly cell.
    Wasm,
    /// A container.
    Container,
}
