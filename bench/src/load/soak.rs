//! `soak`: very many runs, over which memory has to stay flat.

use super::drive::Stop;
use super::mix::Mix;
use super::report::{Line, Lines};
use super::setting::Load;
use super::throughput::closed_loop;

/// Of all runs, the share that comes before memory is looked at: caches fill, and pages of machine code are touched.
const WARM_UP: u64 = 10;

pub(crate) fn run(load: &Load) -> anyhow::Result<Lines> {
    let mix = Mix::of(load.languages);
    let (tally, watch) = closed_loop(load, &mix, load.soak_runs / WARM_UP, Stop::Runs(load.soak_runs))?;
    let line = Line::of("soak: all languages over MCP", &tally.all(), &tally).with(&watch).bar("memory flat");
    let mut lines = Lines::of(line, &tally);
    if !watch.is_flat() {
        let (first, last) = watch.quarters();
        lines.problem(format!("memory is not flat: {} MiB, then {} MiB", first >> 10, last >> 10));
    }
    Ok(lines)
}
