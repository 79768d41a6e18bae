//! The protocol over HTTP: the official conformance suite, clients that are not ours, and attacks of raw bytes.

mod attack;
mod client;
mod command;
mod conformance;
mod fixture;
mod fixture_data;
mod fixture_input;
mod harness;
mod life;
mod tenant;
