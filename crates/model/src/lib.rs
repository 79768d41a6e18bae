//! The words of runcell: what is asked for, what comes of it, and what is allowed. Plain data.
//!
//! Owns the vocabulary that every other crate shares, and the checks that need nothing but the value itself. Does no I/O and
//! knows no async, no database, no engine and no protocol.

pub mod account;
pub mod caller;
pub mod config;
pub mod execution;
pub mod file;
pub mod health;
pub mod job;
pub mod limits;
pub mod outcome;
pub mod package;
pub mod page;
pub mod quantity;
pub mod run;
pub mod runtime;
pub mod spec;
pub mod terminal;
pub mod usage;
