//! The HTTP face: the real `runcell serve`, over real sockets.

mod account;
mod client;
mod doctor;
mod document;
mod executor;
mod gorun;
mod hostile;
mod job;
mod key;
mod life;
mod metrics;
mod problem;
mod run;
mod server;
mod server_manager;
mod trace;
mod upload;
