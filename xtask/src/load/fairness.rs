//! `fairness`: how long a short program takes beside eight that never end.

use super::Load;
use super::drive::{self, Stop};
use super::footprint::Watch;
use super::mix::Mix;
use super::report::{Line, Lines};
use super::server::Server;
use super::throughput::WARM_UP;
use serde_json::json;
use std::io::Write;
use std::time::Duration;

/// Programs that never end.
const HOGS: u64 = 8;

/// The ids of their calls.
const HOG_ID: u64 = 2_000_000_000_000;

const BAR: &str = "p99 100 ms on 2 processors";

/// Once with places to spare, and once as configured by default, where hogs may take every place.
pub(crate) fn run(load: &Load) -> anyhow::Result<Lines> {
    let name = "fairness: hello beside 8 hogs, 32 places";
    let mut lines = beside_hogs(load, "max_running = 32\n", name, 3_600_000, load.stop(), BAR)?;
    // As many places as hogs: a hello waits until one of them has to end.
    let places = 4 * std::thread::available_parallelism().map_or(1, usize::from) as u64;
    if places <= HOGS {
        let name = format!("fairness: one hello beside 8 hogs of 2 s, {places} places (the default)");
        lines.join(beside_hogs(load, "", &name, 2_000, Stop::Runs(1), "")?);
    }
    Ok(lines)
}

fn beside_hogs(
    load: &Load,
    config: &str,
    name: &str,
    hog_ms: u64,
    stop: Stop,
    bar: &'static str,
) -> anyhow::Result<Lines> {
    let config = format!("{config}[limits.ceiling]\nwall_ms = 3600000\n");
    let mut servers = [Server::start(&load.binary, &config)?];
    let mix = Mix::python();
    drive::drive(&mut servers, &mix, load.clients, Stop::Runs(100), WARM_UP)?;
    let limits = json!({ "timeout_ms": hog_ms, "fuel": 10_000_000_000_000u64 });
    let hog = json!({ "runtime": "python", "code": "while True: pass", "limits": limits });
    for id in HOG_ID..HOG_ID + HOGS {
        let call = json!({ "name": "run_code", "arguments": hog });
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": call });
        servers[0].stdin.write_all(format!("{request}\n").as_bytes())?;
    }
    std::thread::sleep(Duration::from_millis(300));
    let pids = [servers[0].pid()];
    let (tally, watch) = Watch::during(&pids, || drive::drive(&mut servers, &mix, 1, stop, 1));
    let mut tally = tally?;
    // Hogs may end by their deadline and in no other way.
    for stranger in std::mem::take(&mut tally.strangers) {
        if !stranger.contains("\"status\":\"timed_out\"") {
            tally.fail(&format!("a hog ended: {stranger}"));
        }
    }
    let [server] = servers;
    server.end()?;
    Ok(Lines::of(Line::of(name, &tally.all(), &tally).with(&watch).bar(bar), &tally))
}
