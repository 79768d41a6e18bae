//! The HTTP face: the real `runcell serve`, over real sockets.

mod account;
pub mod client;
mod crash;
mod doctor;
mod document;
mod executor;
mod gorun;
mod hostile;
mod job;
mod key;
mod life;
mod metrics;
mod oidc;
mod problem;
mod property;
mod run;
pub mod server;
mod server_manager;
mod setting;
pub mod tls;
mod trace;
mod upload;
