//! The HTTP face: the real `runcell serve`, over real sockets.

mod account;
mod client;
mod crash;
mod document;
mod hostile;
mod job;
mod life;
mod problem;
mod property;
mod run;
mod server;
mod upload;
