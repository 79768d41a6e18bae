//! `queue`: many runs at once, and more than the queue holds.
//!
//! None may be lost; what does not fit has to be refused at once as busy, with a time after which to try again.

use super::drive::{Stop, Tally, drive, id_of};
use super::footprint::Watch;
use super::mix::{Mix, contains};
use super::report::{Line, Lines};
use super::server::Server;
use super::setting::Load;
use super::throughput::WARM_UP;
use crate::sample::Samples;
use serde_json::json;
use std::collections::HashMap;
use std::io::Write;
use std::time::{Duration, Instant};

/// Runs at once; by default 1,000 may wait.
const AT_ONCE: u64 = 1000;

/// The small queue: places, how many may wait, and how many too many there are.
const PLACES: u64 = 2;
const MAY_WAIT: u64 = 100;
const TOO_MANY: u64 = 200;

/// The ids of the runs that hold the places, and of those that are too many.
const HOLDER_ID: u64 = 2_000_000_000_000;
const TOO_MANY_ID: u64 = 3_000_000_000_000;

/// How long it takes until everything sent has its place.
const SETTLE: Duration = Duration::from_millis(400);

pub(crate) fn run(load: &Load) -> anyhow::Result<Lines> {
    let mut lines = burst(load)?;
    lines.join(overflow(load)?);
    Ok(lines)
}

/// All at once; the time of each is counted from the beginning of the burst.
fn burst(load: &Load) -> anyhow::Result<Lines> {
    let mix = Mix::python();
    let mut servers = [Server::start(&load.binary, "")?];
    drive(&mut servers, &mix, load.clients, Stop::Runs(100), WARM_UP)?;
    let [mut server] = servers;
    let mut requests = Vec::new();
    (1..=AT_ONCE).for_each(|id| mix.kinds[0].write(id, &mut requests));
    let mut waited: HashMap<u64, _> = (1..=AT_ONCE).map(|id| (id, mix.kinds[0].job(0, id))).collect();
    let mut tally = Tally::new(&mix);
    let pids = [server.pid()];
    let (result, watch) = Watch::during(&pids, || {
        let Server { stdin, lines, .. } = &mut server;
        let began = Instant::now();
        // More than a pipe holds: one thread writes while this one reads.
        std::thread::scope(|scope| {
            let writing = scope.spawn(move || stdin.write_all(&requests));
            while !waited.is_empty() {
                lines.next(|line| match id_of(line).and_then(|id| waited.remove(&id)) {
                    Some(job) => tally.answered(&job, began.elapsed(), line),
                    None => tally.fail(&format!("nobody asked for: {}", String::from_utf8_lossy(line))),
                })?;
            }
            tally.took = began.elapsed();
            writing.join().map_err(|_| anyhow::anyhow!("the writer panicked"))??;
            anyhow::Ok(())
        })
    });
    result?;
    server.end()?;
    let line = Line::of("queue: 1,000 runs at once", &tally.all(), &tally).with(&watch).bar("none lost");
    Ok(Lines::of(line, &tally))
}

/// Two runs hold both places, a hundred wait, and then come too many.
fn overflow(load: &Load) -> anyhow::Result<Lines> {
    let mix = Mix::python();
    let config = format!("max_running = {PLACES}\nmax_queued = {MAY_WAIT}\n");
    let mut servers = [Server::start(&load.binary, &config)?];
    drive(&mut servers, &mix, 2, Stop::Runs(20), WARM_UP)?;
    let [mut server] = servers;
    for id in HOLDER_ID..HOLDER_ID + PLACES {
        let call =
            json!({ "name": "run_code", "arguments": { "runtime": "python", "code": "import time\ntime.sleep(3)" } });
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": call });
        server.stdin.write_all(format!("{request}\n").as_bytes())?;
    }
    std::thread::sleep(SETTLE);
    let mut send = |ids: std::ops::Range<u64>| {
        let mut requests = Vec::new();
        ids.for_each(|id| mix.kinds[0].write(id, &mut requests));
        server.stdin.write_all(&requests)
    };
    send(1..1 + MAY_WAIT)?;
    std::thread::sleep(SETTLE);
    let began = Instant::now();
    send(TOO_MANY_ID..TOO_MANY_ID + TOO_MANY)?;
    let (mut tally, mut refused, mut answers) = (Tally::new(&mix), Samples::default(), 0);
    while answers < PLACES + MAY_WAIT + TOO_MANY {
        server.lines.next(|line| {
            answers += 1;
            match id_of(line) {
                Some(TOO_MANY_ID..) => {
                    refused.push(began.elapsed());
                    if ["\"reason\":\"busy\"", "\"retry_after_ms\":"]
                        .iter()
                        .any(|part| !contains(line, part.as_bytes()))
                    {
                        tally.fail(&format!("not refused as busy: {}", String::from_utf8_lossy(line)));
                    }
                }
                Some(HOLDER_ID..) if contains(line, b"\"exit_code\":0,") => {}
                Some(id) if id <= MAY_WAIT => tally.answered(&mix.kinds[0].job(0, id), began.elapsed(), line),
                _ => tally.fail(&format!("unexpected: {}", String::from_utf8_lossy(line))),
            }
        })?;
    }
    tally.took = began.elapsed();
    server.end()?;
    let name = format!("queue: {TOO_MANY} too many, each refused as busy");
    let mut lines = Lines::of(Line::part(&name, &refused).bar("at once"), &tally);
    lines.push(Line::part(&format!("queue: the {MAY_WAIT} that waited meanwhile"), &tally.all()));
    Ok(lines)
}
