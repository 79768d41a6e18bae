//! `cargo xtask bench peers`: runcell beside other ways to run code that nobody has vetted, and beside none.
//!
//! Owns what is measured and in which order. Everybody does the same work, is warmed up by the same number of runs, and
//! takes turns in one run, so that a noisy moment hits all. What each figure includes is said with it.

mod driver;
mod install;
mod language;
mod peer;
mod process;
mod report;
mod runcell;

use crate::workspace::{BENCHMARKS, eprint_line, print};
use crate::{machine, markdown};
use clap::Args;
use language::{LANGUAGES, Language};
use peer::{Measured, Peer};
use report::Report;
use std::time::Duration;

/// How long to measure.
#[derive(Debug, Args)]
pub(crate) struct PeersArgs {
    /// Turns of each figure; in a turn, each peer makes one cold start and a few warm runs.
    #[arg(long, default_value_t = 10)]
    turns: usize,
    /// How long the throughput of each is measured.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Only peers whose name contains one of these texts, runcell always among them.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The image that `docker run` uses, with a python3 in it; pulled if it is not there.
    #[arg(long, default_value = "python:3.13-slim", value_name = "IMAGE")]
    docker_image: String,
    /// Write the tables into docs/benchmarks.md.
    #[arg(long)]
    write: bool,
}

/// Runs before those that count, of each peer and program.
const WARM_UP: usize = 3;

/// Rounds of the kernels; each is the best of three of its own.
const KERNEL_ROUNDS: usize = 2;

pub(crate) fn run(args: &PeersArgs) -> anyhow::Result<()> {
    let (mut peers, absent) = gather(args)?;
    let mut all: Vec<Measured> = peers.iter().map(|peer| Measured::of(peer.as_ref())).collect();
    eprint_line("cold starts and warm hellos ...");
    hellos(&mut peers, &mut all, args.turns)?;
    eprint_line("memory ...");
    for (peer, measured) in peers.iter_mut().zip(&mut all) {
        measured.memory = peer.memory()?;
    }
    eprint_line("throughput ...");
    for (peer, measured) in peers.iter_mut().zip(&mut all) {
        measured.throughput = Some(peer.throughput(Duration::from_secs(args.seconds))?);
    }
    eprint_line("other languages ...");
    for language in &LANGUAGES[1..] {
        warm(&mut peers, &mut all, language, args.turns)?;
    }
    eprint_line("kernels ...");
    for _ in 0..KERNEL_ROUNDS {
        for (peer, measured) in peers.iter_mut().zip(&mut all) {
            if let Some(kernels) = peer.kernels()? {
                measured.add_kernels(&kernels);
            }
        }
    }
    let text = format!(
        "{} Load average at the end {}.\n\n{}",
        machine::sentence(),
        machine::load_average(),
        Report { measured: &all, absent: &absent }.text()
    );
    print(&text)?;
    if args.write { markdown::write(BENCHMARKS.as_ref(), "cargo xtask bench peers", &text) } else { Ok(()) }
}

/// Somebody who is not here, and why.
type Absent = (String, String);

/// Somebody who is.
type Present = Box<dyn Peer>;

/// Those that are here, and why the others are not.
fn gather(args: &PeersArgs) -> anyhow::Result<(Vec<Present>, Vec<Absent>)> {
    let mut peers: Vec<Present> = runcell::all()?;
    let mut absent = Vec::new();
    for (name, start) in OTHERS {
        if !args.only.is_empty() && !args.only.iter().any(|text| name.contains(text.as_str())) {
            continue;
        }
        eprint_line(&format!("looking for {name} ..."));
        match start(args) {
            Ok(peer) => peers.push(peer),
            Err(why) => absent.push((name.to_owned(), format!("{why:#}"))),
        }
    }
    Ok((peers, absent))
}

type Start = fn(&PeersArgs) -> anyhow::Result<Present>;

const OTHERS: [(&str, Start); 5] = [
    ("native", |_| process::native()),
    ("@runno/sandbox", |_| driver::runno()),
    ("pyeryx", |_| driver::eryx()),
    ("pydantic-monty", |_| driver::monty()),
    ("docker", |args| process::docker(&args.docker_image)),
];

/// Cold starts, and warm runs of python, in turn.
fn hellos(peers: &mut [Present], all: &mut [Measured], turns: usize) -> anyhow::Result<()> {
    for turn in 0..=turns {
        for (peer, measured) in peers.iter_mut().zip(all.iter_mut()) {
            let cold = peer.cold()?;
            // The first of each fills the caches of the machine.
            if turn > 0 {
                cold.into_iter().for_each(|took| measured.cold.push(took));
            }
        }
    }
    warm(peers, all, &LANGUAGES[0], turns)
}

/// Warm runs of a program, in turn.
fn warm(peers: &mut [Present], all: &mut [Measured], language: &Language, turns: usize) -> anyhow::Result<()> {
    for turn in 0..=turns {
        for (peer, measured) in peers.iter_mut().zip(all.iter_mut()) {
            let runs = if turn == 0 { WARM_UP } else { peer.runs_a_turn() };
            let Some(times) = peer.warm(language, runs)? else { continue };
            if turn > 0 {
                measured.warm.entry(language.name).or_default().add(&times);
            }
        }
    }
    Ok(())
}
