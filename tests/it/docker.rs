//! Containers on a real engine, one file a topic.
//!
//! Where no engine answers, the tests are skipped; `cargo xtask test` starts one.

mod discover;
pub mod engine;
pub mod harness;
mod lifecycle;
mod limits;
mod reap;
pub mod registry;
mod run;
mod tool;
mod wall;
