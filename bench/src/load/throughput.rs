//! `throughput` and `mixed`: as many runs as the server can do.

use super::drive::{self, Stop, Tally};
use super::footprint::Watch;
use super::mix::{Languages, Mix};
use super::report::{Line, Lines};
use super::server::Server;
use super::setting::Load;

/// The aim.
const HELLOS_BAR: &str = "1500 runs/s on 2 processors";

/// Numbers of the runs before those that count.
pub(crate) const WARM_UP: u64 = 1_000_000_000_000;

/// Fresh python hellos.
pub(crate) fn hellos(load: &Load) -> anyhow::Result<Lines> {
    let (tally, watch) = closed_loop(load, &Mix::python(), 200, load.stop())?;
    let line = Line::of("throughput: python hello over MCP", &tally.all(), &tally).with(&watch).bar(HELLOS_BAR);
    Ok(Lines::of(line, &tally))
}

/// All languages; a line for all, and one for each kind.
pub(crate) fn mixed(load: &Load) -> anyhow::Result<Lines> {
    let mix = Mix::of(load.languages);
    let (tally, watch) = closed_loop(load, &mix, 200, load.stop())?;
    let mut lines = Lines::of(Line::of("mixed: all languages over MCP", &tally.all(), &tally).with(&watch), &tally);
    if load.languages == Languages::All {
        for (kind, samples) in mix.kinds.iter().zip(&tally.kinds) {
            lines.push(Line::part(&format!("mixed: of these, {}", kind.name), samples));
        }
    }
    Ok(lines)
}

/// Starts the servers, warms them up, lets the clients run, and ends the servers.
pub(crate) fn closed_loop(load: &Load, mix: &Mix, warm_up: u64, stop: Stop) -> anyhow::Result<(Tally, Watch)> {
    let servers: anyhow::Result<Vec<_>> = (0..load.servers).map(|_| Server::start(&load.binary, "")).collect();
    let mut servers = servers?;
    let warm = drive::drive(&mut servers, mix, load.clients, Stop::Runs(warm_up * load.servers as u64), WARM_UP)?;
    let roots: Vec<u32> = servers.iter().map(Server::pid).collect();
    let (tally, watch) = Watch::during(&roots, || drive::drive(&mut servers, mix, load.clients, stop, 1));
    let mut tally = tally?;
    for complaint in warm.complaints.iter().chain(&warm.strangers) {
        tally.fail(&format!("in the warm-up: {complaint}"));
    }
    for stranger in std::mem::take(&mut tally.strangers) {
        tally.fail(&format!("nobody asked for: {stranger}"));
    }
    for server in servers {
        server.end()?;
    }
    Ok((tally, watch))
}
