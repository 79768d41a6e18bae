//! `http`: `runcell serve` under load: hellos beside the same over MCP, streams that wait, and clients that misbehave.
//!
//! Owns the list of its parts and their bars. Hard demands: no hello fails, streams stay open and cheap, and the server's memory
//! stays below its bar while others misbehave.

mod client;
mod hello;
mod misbehave;
mod server;
mod streams;

use super::drive::Stop;
use super::footprint::Watch;
use super::mix::Mix;
use super::report::{Line, Lines};
use super::setting::Load;
use super::throughput;
use hello::drive;
use server::HttpServer;
use std::sync::atomic::AtomicBool;

/// Clients of the hellos, each with a connection of its own.
const CLIENTS: usize = 32;
const HELLOS_BAR: &str = "2000 runs/s and p99 40 ms on 2 processors";
/// Runs before those that count.
const WARM_UP: u64 = 200;

/// All parts, in one run.
pub(super) fn run(load: &Load) -> anyhow::Result<Lines> {
    let (tally, watch) = throughput::closed_loop(&load.with_clients(CLIENTS), &Mix::python(), WARM_UP, load.stop())?;
    let line = Line::of("http: the same hello over MCP, 32 calls at a time", &tally.all(), &tally).with(&watch);
    let mut lines = Lines::of(line, &tally);
    lines.join(hellos(load)?);
    lines.join(streams::idle(load)?);
    lines.join(misbehave::all(load)?);
    Ok(lines)
}

/// Python hellos, as many as 32 clients get answered.
fn hellos(load: &Load) -> anyhow::Result<Lines> {
    let server = HttpServer::start(&load.binary)?;
    drive(&server, CLIENTS, Stop::Runs(WARM_UP), &AtomicBool::new(false))?;
    let (tally, watch) =
        Watch::during(&[server.pid()], || drive(&server, CLIENTS, load.stop(), &AtomicBool::new(false)));
    let tally = tally?;
    server.end()?;
    let line = Line::of("http: python hello, 32 clients", &tally.all(), &tally).with(&watch).bar(HELLOS_BAR);
    Ok(Lines::of(line, &tally))
}
