//! The HTTP face: the real `runcell serve`, over real sockets.

mod account;
pub mod client;
mod document;
mod hostile;
mod job;
mod life;
mod problem;
mod run;
pub mod server;
mod upload;
