//! Jobs on a real engine, one file a topic. Where no engine answers, the tests say so loudly; with `CI=true` they fail.

mod command;
mod crash;
pub mod harness;
mod limit;
mod mount;
mod postgres;
mod queue;
mod result;
mod submit;
