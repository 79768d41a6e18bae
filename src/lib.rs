//! runcell runs code that nobody has vetted, in WebAssembly cells that start in under a millisecond.
//!
//! A program embeds it in a few lines:
//!
//! ```no_run
//! use runcell::caller::{Caller, Face};
//! use runcell::config::Config;
//! use runcell::service::{RunRequest, Service};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let service = Service::start(Config::default(), "/var/cache/runcell".into(), None)?;
//!     let me = Caller::operator(Face::Library);
//!     let outcome = service.runs(&me).run(RunRequest::new("python".parse()?, "print(6 * 7)")).await?;
//!     assert_eq!(outcome.output.stdout, b"42\n");
//!     Ok(())
//! }
//! ```
//!
//! This package is the program and its shell face; the rest lies in crates of its own, in the order of their dependency:
//!
//! - `crates/model`: the vocabulary, no I/O, no async: [`caller`], [`runtime`], [`limits`], [`quantity`], [`mod@file`], [`run`],
//!   [`outcome`], [`usage`], [`health`], [`spec`], [`job`], [`package`], [`config`]
//! - `crates/cell`: cells. `crates/runtimes`: languages as data. `crates/wasm` ([`wasm`]): the door of cells, in this process
//!   or in locked-down workers.
//! - `crates/folder`: walking, copying and removing folders that a stranger has written to, through descriptors.
//! - `crates/docker` ([`docker`]): containers.
//! - `crates/store` ([`store`]): remembers jobs and their files, in SQLite or PostgreSQL and a data folder.
//! - `crates/telemetry`: what the process counts, and where its spans go.
//! - `crates/service` ([`service`]): the one door; owns permits and policy.
//! - `crates/wire`, `crates/mcp`, `crates/http`, [`cli`]: the faces and the shapes they share. `crates/client`: a server from afar, for the
//!   shell.
//!
//! **Invariant:** imports go down only: faces -> service -> backends, store -> vocabulary. Cargo enforces it between crates,
//! `tests/tidy.rs` inside them.
//!
//! **Invariant:** a guest that fails is not an error. `Err` means only that something could not be run.
//!
//! **Invariant:** nothing of the host is reachable from a guest: its files are a tree in memory, and no host function
//! opens a path, a socket or a process.

pub mod cli;

pub use runcell_docker as docker;
pub use runcell_model::{
    account, caller, config, execution, file, health, job, limits, outcome, package, page, quantity, run, runtime,
    spec, usage,
};
pub use runcell_service as service;
pub use runcell_store as store;
pub use runcell_wasm as wasm;
