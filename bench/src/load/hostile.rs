//! `hostile`: clients that ask for as much as they may, and read as little as they can. What the server takes at its peak, and
//! how long others wait meanwhile.
//!
//! Owns the attacks and their table. Each attack has a server of its own, whose peak is the kernel's (`VmHWM`); others are the
//! client of a second server on the same machine. A peak above its bar fails.

use super::drive::{self, Stop};
use super::footprint;
use super::mix::Mix;
use super::server::Server;
use super::setting::Load;
use super::throughput::WARM_UP;
use crate::markdown;
use crate::sample::{Samples, ms};
use anyhow::Context;
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};

/// The server may take so many times the bytes of output and files that are under way, beside what it takes at rest.
const BAR: u64 = 3;

/// Memory that allocators keep and messages need, in MiB.
const SLACK_MIB: u64 = 64;

/// How long a server may be busy after its client has stopped to read.
const DEAF: Duration = Duration::from_secs(120);

/// One attack.
struct Attack {
    name: &'static str,
    /// Bytes of output and files that are under way at the same time, in MiB.
    under_way_mib: u64,
    run: fn(&mut Server) -> anyhow::Result<()>,
}

const ATTACKS: [Attack; 8] = [
    Attack { name: "64 MiB of \\x01 as output", under_way_mib: 64, run: escapes },
    Attack { name: "a text of 100 MiB in `outputs`", under_way_mib: 100, run: large_file },
    Attack { name: "a file of 64 MiB as base64", under_way_mib: 64, run: large_input },
    Attack { name: "12 calls of 60 MiB, nobody reads", under_way_mib: 12 * 60, run: deaf },
    Attack { name: "the same, with progress", under_way_mib: 12 * 60, run: deaf_told },
    Attack { name: "200 reads of 4 MiB, nobody reads", under_way_mib: 60, run: deaf_reads },
    Attack { name: "300 sleepers", under_way_mib: 0, run: sleepers },
    Attack { name: "a flood of errors, nobody reads the log", under_way_mib: 0, run: errors },
];

/// Runs all attacks; the table, and what was wrong.
pub(super) fn run(load: &Load) -> anyhow::Result<(String, Vec<String>)> {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for attack in &ATTACKS {
        crate::workspace::eprint_line(&format!("  {} ...", attack.name));
        let mut server = Server::start_unread(&load.binary, "")?;
        warm(&mut server)?;
        let rest = footprint::peak_kib(server.pid())? >> 10;
        let others = beside(load, || (attack.run)(&mut server)).with_context(|| attack.name)?;
        let peak = footprint::peak_kib(server.pid())? >> 10;
        let bar = rest + BAR * attack.under_way_mib + SLACK_MIB;
        if peak > bar {
            problems.push(format!("{}: the server took {peak} MiB, and {bar} are allowed", attack.name));
        }
        let p99 = ms(others.quantile(0.99));
        let numbers = [attack.under_way_mib, rest, peak, bar].map(|mib| mib.to_string());
        rows.push([vec![attack.name.to_owned()], numbers.to_vec(), vec![p99]].concat());
    }
    let head = ["attack", "under way, MiB", "server at rest, MiB", "peak, MiB", "bar, MiB", "others' p99, ms"];
    Ok((markdown::table(&head, &rows), problems))
}

/// Lets the client of another server run hellos, one after the other, while an attack goes on.
fn beside(load: &Load, attack: impl FnOnce() -> anyhow::Result<()> + Send) -> anyhow::Result<Samples> {
    let mut servers = [Server::start(&load.binary, "")?];
    let mix = Mix::python();
    drive::drive(&mut servers, &mix, 1, Stop::Runs(20), WARM_UP)?;
    let all = std::thread::scope(|scope| {
        let (mut all, mut first) = (Samples::default(), 1);
        let attack = scope.spawn(attack);
        loop {
            let tally = drive::drive(&mut servers, &mix, 1, Stop::Runs(10), first)?;
            anyhow::ensure!(tally.failed == 0, "another client's run failed: {:?}", tally.complaints);
            (all, first) = (all.with(&tally.all()), first + 10);
            if attack.is_finished() {
                break;
            }
        }
        attack.join().map_err(|_| anyhow::anyhow!("the attack panicked"))??;
        anyhow::Ok(all)
    })?;
    let [server] = servers;
    server.end()?;
    Ok(all)
}

fn call(id: u64, tool: &str, arguments: &Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params })
}

/// A call of `run_code` that may write and keep as much as anybody may.
fn php(id: u64, code: &str, outputs: &[&str]) -> Value {
    let limits = json!({ "output_bytes": 64 << 20, "file_bytes": 1_u64 << 30, "memory_mib": 1024, "timeout_ms": 600_000,
        "fuel": 1_000_000_000_000_u64 });
    call(id, "run_code", &json!({ "runtime": "php", "code": code, "outputs": outputs, "limits": limits }))
}

fn say(server: &mut Server, message: &Value) -> anyhow::Result<()> {
    Ok(server.stdin.write_all(format!("{message}\n").as_bytes())?)
}

/// Reads until so many answers came; returns the last.
fn answers(server: &mut Server, mut count: usize) -> anyhow::Result<Value> {
    let mut last = Vec::new();
    while count > 0 {
        server.lines.next(|line| {
            if drive::id_of(line).is_some() {
                (last, count) = (line.to_vec(), count.saturating_sub(1));
            }
        })?;
    }
    Ok(serde_json::from_slice(&last)?)
}

/// A call that has to end as it should.
fn ask(server: &mut Server, message: &Value) -> anyhow::Result<Value> {
    say(server, message)?;
    let answer = answers(server, 1)?;
    let status = &answer["result"]["structuredContent"]["status"];
    anyhow::ensure!(status == "completed", "{}", answer.to_string().chars().take(600).collect::<String>());
    Ok(answer)
}

fn warm(server: &mut Server) -> anyhow::Result<()> {
    ask(server, &php(1, "echo 1;", &[])).map(drop)
}

const FULL: &str = "for ($i = 0; $i < 60; $i++) echo str_repeat('x', 1 << 20);";

fn escapes(server: &mut Server) -> anyhow::Result<()> {
    ask(server, &php(2, "for ($i = 0; $i < 1023; $i++) echo str_repeat(\"\\x01\", 65536);", &[])).map(drop)
}

fn large_file(server: &mut Server) -> anyhow::Result<()> {
    let code = "$f = fopen('big.txt', 'w'); for ($i = 0; $i < 100; $i++) fwrite($f, str_repeat('y', 1 << 20));";
    let answer = ask(server, &php(2, code, &["big.txt"]))?;
    anyhow::ensure!(answer["result"]["structuredContent"]["files"][0]["bytes"] == 100 << 20, "the file came back");
    Ok(())
}

fn large_input(server: &mut Server) -> anyhow::Result<()> {
    let limits = json!({ "memory_mib": 512, "file_bytes": 1 << 30 });
    let file = json!({ "path": "in", "encoding": "base64", "content": "AAAA".repeat((64 << 20) / 3) });
    let code = "echo filesize('in');";
    ask(server, &call(2, "run_code", &json!({ "runtime": "php", "code": code, "files": [file], "limits": limits })))
        .map(drop)
}

fn deaf(server: &mut Server) -> anyhow::Result<()> {
    (2..14).try_for_each(|id| say(server, &php(id, FULL, &[])))?;
    until_still(server.pid())?;
    answers(server, 12).map(drop)
}

fn deaf_told(server: &mut Server) -> anyhow::Result<()> {
    for id in 2..14 {
        let mut message = php(id, FULL, &[]);
        message["params"]["_meta"] = json!({ "progressToken": id });
        say(server, &message)?;
    }
    until_still(server.pid())?;
    answers(server, 12).map(drop)
}

fn deaf_reads(server: &mut Server) -> anyhow::Result<()> {
    let answer = ask(server, &php(2, FULL, &[]))?;
    let uri = &answer["result"]["structuredContent"]["more"][0]["uri"];
    let mut writer = std::io::BufWriter::new(&server.stdin);
    for id in 3..203 {
        let read = json!({ "jsonrpc": "2.0", "id": id, "method": "resources/read", "params": { "uri": uri } });
        writer.write_all(format!("{read}\n").as_bytes())?;
    }
    writer.flush()?;
    drop(writer);
    until_still(server.pid())?;
    answers(server, 200).map(drop)
}

fn sleepers(server: &mut Server) -> anyhow::Result<()> {
    let sleeper =
        json!({ "runtime": "python", "code": "import time; time.sleep(1)", "limits": { "timeout_ms": 60_000 } });
    (2..302).try_for_each(|id| say(server, &call(id, "run_code", &sleeper)))?;
    answers(server, 300).map(drop)
}

fn errors(server: &mut Server) -> anyhow::Result<()> {
    for id in 2..502 {
        let method = "m".repeat(if id == 5 { 1 << 20 } else { 2000 });
        say(server, &json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": {} }))?;
        answers(server, 1)?;
    }
    Ok(())
}

/// Waits until a server and its workers have nothing more to do.
fn until_still(pid: u32) -> anyhow::Result<()> {
    let busy = || -> Duration { footprint::tree(pid).into_iter().map(footprint::cpu).sum() };
    let (began, mut before, mut still) = (Instant::now(), busy(), 0);
    while still < 4 {
        anyhow::ensure!(began.elapsed() < DEAF, "the server works on for {DEAF:?}, and nobody reads");
        std::thread::sleep(Duration::from_millis(500));
        let now = busy();
        still = if now.saturating_sub(before) < Duration::from_millis(20) { still + 1 } else { 0 };
        before = now;
    }
    Ok(())
}
