//! The integration tests: one binary, one module a topic.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(unreachable_pub, reason = "a test binary has no users")]

mod accounts;
mod browser;
mod cli;
mod container;
mod docker;
mod escape;
mod example;
mod fair;
mod files;
mod harness;
mod http;
mod job;
mod limits;
mod lockdown;
mod mcp;
mod mcp_http;
mod need;
mod own_program;
mod prepare;
mod programs;
mod remote;
mod rights;
mod snapshot;
mod store;
mod terminal;
mod upload;
mod user_runtime;

mod worker;
