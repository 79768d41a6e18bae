//! `runcell mcp`: what a client is told and what it gets.

mod client;
pub mod client_tool;
mod clients;
pub mod connection;
mod hostile;
mod job;
mod life;
mod prepare;
mod result;
mod stream;
mod tool;
