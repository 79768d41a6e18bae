//! Streams of events that wait: what each costs the server, and whether others are served.
//!
//! Owns the count and the bar.

use super::client::{Client, get, post};
use super::hello::drive;
use super::server::HttpServer;
use crate::load::drive::Stop;
use crate::load::footprint;
use crate::load::report::{Line, Lines};
use crate::load::setting::Load;
use std::sync::atomic::AtomicBool;

/// Streams that are open at the same time, if the system lets this process have so many.
const STREAMS: u64 = 10_000;
/// Memory of the server for each.
const BAR_KIB: u64 = 60;
const BAR: &str = "60 KiB a stream";
/// Descriptors of this process for everything else.
const OTHER: u64 = 200;
/// Hellos of another client meanwhile.
const HELLOS: u64 = 500;

/// Many clients follow one run that says nothing, while another client runs hellos.
pub(super) fn idle(load: &Load) -> anyhow::Result<Lines> {
    let server = HttpServer::start(&load.binary)?;
    drive(&server, 1, Stop::Runs(100), &AtomicBool::new(false))?;
    let stream = sleeper(&server)?;
    let before = footprint::resident_kib(server.pid())?;
    let count = STREAMS.min(footprint::most_files()?.saturating_sub(OTHER));
    let mut open = Vec::new();
    for _ in 0..count {
        let mut client = Client::connect(server.address())?;
        client.send(&get(&stream))?;
        open.push(client);
    }
    for client in &mut open {
        client.read_until(b"event: started")?;
    }
    let tally = drive(&server, 1, Stop::Runs(HELLOS), &AtomicBool::new(false))?;
    let each = footprint::resident_kib(server.pid())?.saturating_sub(before).div_ceil(count.max(1));
    let name = format!("http: hello beside {count} idle streams of {each} KiB");
    let mut lines = Lines::of(Line::of(&name, &tally.all(), &tally).bar(BAR), &tally);
    if each > BAR_KIB {
        lines.problem(format!("{name}: {BAR_KIB} KiB are allowed"));
    }
    if count < STREAMS {
        lines.problem(format!(
            "only {count} of {STREAMS} streams were opened: raise the limit of open files (ulimit -n)"
        ));
    }
    drop(open);
    server.end()?;
    Ok(lines)
}

/// Starts a run that waits, and gives the path of its stream.
fn sleeper(server: &HttpServer) -> anyhow::Result<String> {
    let json = r#"{"runtime":"python","code":"import time; time.sleep(110)","limits":{"timeout_ms":120000}}"#;
    let mut client = Client::connect(server.address())?;
    client.send(&post("/api/execute", "Prefer: respond-async\r\n", json))?;
    let answer: serde_json::Value = serde_json::from_slice(client.answer()?)?;
    let id = answer["execution_id"].as_str().or(answer["id"].as_str());
    Ok(format!("/api/executions/{}/stream", id.ok_or_else(|| anyhow::anyhow!("no id in {answer}"))?))
}
