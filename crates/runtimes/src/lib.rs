//! Languages as data: which runtimes there are, and how a runtime is made ready.
//!
//! In reading order: `manifest` and `catalog` (what a runtime is), `asset` (files that are fetched), `cache` (files that are
//! kept), `prepare` (from a manifest to a runtime that can run), `ready` (the runtimes of this process), `template`
//! (placeholders). Does not run snippets.

pub mod asset;
pub mod cache;
pub mod catalog;
mod hex;
pub mod manifest;
pub mod prepare;
pub mod ready;
pub mod template;
