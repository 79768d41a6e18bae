//! The store, on both databases: what is acknowledged is kept, what is handed out is handed out once, and what a tool or
//! a caller makes up leads nowhere.

mod crash;
mod folder;
mod hostile;
mod life;
pub mod place;
pub mod postgres;
mod queue;
mod upload;
