//! runcell runs code that nobody has vetted, in WebAssembly cells that start in under a millisecond.
//!
//! A program embeds it in a few lines:
//!
//! ```no_run
//! use runcell::config::Config;
//! use runcell::service::{RunRequest, Service};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let service = Service::start(Config::default(), "/var/cache/runcell".into(), None)?;
//!     let outcome = service.run(RunRequest::new("python".parse()?, "print(6 * 7)")).await?;
//!     assert_eq!(outcome.output.stdout, b"42\n");
//!     Ok(())
//! }
//! ```
//!
//! The map, in reading order:
//!
//! - vocabulary, no I/O, no async: [`runtime`], [`limits`], [`mod@file`], [`run`], [`outcome`], [`usage`], [`health`],
//!   [`spec`], [`job`], [`package`], [`config`]
//! - [`lockdown`]: what a process that runs guests gives up.
//! - [`backend`]: runs things. [`backend::wasm`] has the cells.
//! - [`store`]: remembers jobs and their files, in SQLite or PostgreSQL and a data folder.
//! - [`service`]: the one door; owns permits and policy.
//! - `wire`, `mcp`, `cli`: the faces and the shapes they share.
//!
//! **Invariant:** imports go down only: faces -> service -> backends, store -> vocabulary. `tests/tidy.rs` checks it.
//!
//! **Invariant:** a guest that fails is not an error. `Err` means only that something could not be run.
//!
//! **Invariant:** nothing of the host is reachable from a guest: its files are a tree in memory, and no host function
//! opens a path, a socket or a process.

pub mod backend;
pub mod cli;
pub mod config;
pub mod file;
#[cfg(test)]
mod fuzzing;
pub mod health;
pub mod job;
pub mod limits;
pub mod lockdown;
pub mod mcp;
pub mod outcome;
pub mod package;
pub mod run;
pub mod runtime;
pub mod service;
pub mod spec;
pub mod store;
pub mod usage;
pub mod wire;
