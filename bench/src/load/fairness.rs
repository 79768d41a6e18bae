//! `fairness`: how long a short program takes beside eight that never end.

use super::drive::{self, Stop};
use super::footprint::Watch;
use super::mix::Mix;
use super::report::{Line, Lines};
use super::server::Server;
use super::setting::Load;
use super::throughput::WARM_UP;
use serde_json::json;
use std::io::Write;
use std::time::Duration;

/// Programs that never end.
const HOGS: u64 = 8;

/// The ids of their calls.
const HOG_ID: u64 = 2_000_000_000_000;

const BAR: &str = "p99 100 ms on 2 processors";

/// As configured by default.
pub(crate) fn run(load: &Load) -> anyhow::Result<Lines> {
    let config = "[limits.ceiling]\nwall_ms = 3600000\n";
    let mut servers = [Server::start(&load.binary, config)?];
    let mix = Mix::python();
    drive::drive(&mut servers, &mix, load.clients, Stop::Runs(100), WARM_UP)?;
    let limits = json!({ "timeout_ms": 3_600_000, "fuel": 10_000_000_000_000u64 });
    let hog = json!({ "runtime": "python", "code": "while True: pass", "limits": limits });
    for id in HOG_ID..HOG_ID + HOGS {
        let call = json!({ "name": "run_code", "arguments": hog });
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": call });
        servers[0].stdin.write_all(format!("{request}\n").as_bytes())?;
    }
    std::thread::sleep(Duration::from_millis(300));
    let pids = [servers[0].pid()];
    let (tally, watch) = Watch::during(&pids, || drive::drive(&mut servers, &mix, 1, load.stop(), 1));
    let mut tally = tally?;
    // Hogs may end by their deadline and in no other way.
    for stranger in std::mem::take(&mut tally.strangers) {
        if !stranger.contains("\"status\":\"timed_out\"") {
            tally.fail(&format!("a hog ended: {stranger}"));
        }
    }
    let [server] = servers;
    server.end()?;
    let name = "fairness: hello beside 8 hogs";
    Ok(Lines::of(Line::of(name, &tally.all(), &tally).with(&watch).bar(BAR), &tally))
}
