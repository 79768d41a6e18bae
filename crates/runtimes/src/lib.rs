//! Languages as data: which runtimes there are, and how one comes to be ready.
//!
//! In reading order: `manifest` and `catalog` (what a runtime is), `asset` (what is fetched), `cache` (what is kept),
//! `prepare` (from the one to the other), `ready` (the runtimes of this process). Does not run snippets.

pub mod asset;
pub mod cache;
pub mod catalog;
mod hex;
pub mod manifest;
pub mod prepare;
pub mod ready;
pub mod template;
