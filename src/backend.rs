//! The parts that run things.
//!
//! Owns nothing itself: each backend is a room of its own, and they do not know each other.

pub mod docker;
pub mod wasm;
