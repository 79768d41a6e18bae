//! Snippets in containers on a real engine, one file a topic.
//!
//! The images of the languages are made here: a small Debian with Python, Node.js and Mono, once a machine.

mod executor;
mod face;
pub mod harness;
mod limits;
mod manager;
mod mount;
mod own_image;
mod package;
mod progress;
mod run;
mod several;
mod wall;
