//! The parts that the project's own tasks and its tests share.
//!
//! - [`need`]: what the tests need of the machine beside Rust, how it is found, and what to install.
//!
//! **Invariant:** this package depends on no other, so that `cargo xtask` is built in a moment and builds nothing twice.

pub mod need;
