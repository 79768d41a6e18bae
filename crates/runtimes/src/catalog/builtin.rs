//! The runtimes that come with the program: every file of `runtimes/`, put in by the build script.
//!
//! Owns the table only.

/// The files of one folder: name and contents.
pub(super) type FileTable = &'static [(&'static str, &'static [u8])];

/// Folder name and files of every built-in runtime.
pub(super) const RUNTIMES: &[(&str, FileTable)] = include!(concat!(env!("OUT_DIR"), "/runtimes.rs"));
