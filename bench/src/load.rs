//! `cargo xtask load`: many clients against a real `runcell mcp`, over stdio, and a real `runcell serve`.
//!
//! Owns the list of scenarios, their arguments and the verdict. Hard demands make it fail: a run that fails, is lost or
//! prints something else than it should, memory that grows, a process left behind. Speed is printed beside its bar and
//! never makes it fail, as machines differ. A stdio server has one client, so the many clients are multiplexed on one
//! connection (or on a few, with `--servers`).

pub(crate) mod drive;
mod fairness;
pub(crate) mod footprint;
mod hostile;
mod http;
mod library;
pub(crate) mod mix;
mod queue;
mod report;
pub(crate) mod server;
mod setting;
mod soak;
mod throughput;

use crate::workspace::{BENCHMARKS, build_binary, cache_dir, eprint_line, print};
use crate::{machine, markdown};
use clap::{Args, ValueEnum};
use mix::Languages;
use report::Report;
use setting::Load;

/// How to load it.
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    /// Which scenarios; none: a short version of all of them, in about 90 seconds.
    scenarios: Vec<Scenario>,
    /// How long `throughput`, `mixed`, `fairness` and `library` go on.
    #[arg(long)]
    seconds: Option<u64>,
    /// Runs to make, instead of a time (`soak`: 50,000).
    #[arg(long)]
    runs: Option<u64>,
    /// Clients: calls in flight at a time on each connection.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=200))]
    clients: u16,
    /// Servers, each with a connection and clients of its own.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    servers: u16,
    /// The languages that `soak` and `mixed` run.
    #[arg(long, value_enum, default_value_t = Languages::All)]
    mix: Languages,
    /// Write the table into docs/benchmarks.md.
    #[arg(long)]
    write: bool,
}

/// One way to load it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// Fresh python hellos, as many as it can.
    Throughput,
    /// The same in this process, through the library: what the server and its protocol cost on top.
    Library,
    /// All languages, C and C++ from the same and from new sources, programs that fail.
    Mixed,
    /// 1,000 runs at once, and more than the queue holds.
    Queue,
    /// A hello beside eight programs that never end.
    Fairness,
    /// 50,000 runs: memory has to stay flat.
    Soak,
    /// Clients that ask for as much as they may and do not read: a table of its own, and only by its name.
    Hostile,
    /// `runcell serve`: hellos, 10,000 idle streams, clients that misbehave; only by its name.
    Http,
}

pub(crate) fn run(args: &LoadArgs) -> anyhow::Result<()> {
    let short = args.scenarios.is_empty();
    let load = Load {
        binary: build_binary()?,
        cache_dir: cache_dir()?,
        clients: usize::from(args.clients),
        servers: usize::from(args.servers),
        languages: args.mix,
        seconds: args.seconds.unwrap_or(if short { 10 } else { 60 }),
        runs: args.runs,
        soak_runs: args.runs.unwrap_or(if short { 10_000 } else { 50_000 }),
    };
    let scenarios = if short { Scenario::value_variants() } else { &args.scenarios };
    let mut report = Report::default();
    if scenarios == [Scenario::Hostile] {
        return attack(args, &load);
    }
    for scenario in scenarios {
        eprint_line(&format!("{scenario:?} ..."));
        let lines = match scenario {
            Scenario::Throughput => throughput::hellos(&load),
            Scenario::Library => library::hellos(&load),
            Scenario::Mixed => throughput::mixed(&load),
            Scenario::Queue => queue::run(&load),
            Scenario::Fairness => fairness::run(&load),
            Scenario::Soak => soak::run(&load),
            Scenario::Http if short => continue,
            Scenario::Http => http::run(&load),
            Scenario::Hostile => continue,
        };
        report.add(lines?);
    }
    let intro = format!(
        "{}; load average at the end {}. {} clients a connection, {} server{}.",
        machine::processors(),
        machine::load_average(),
        load.clients,
        load.servers,
        if load.servers == 1 { "" } else { "s" }
    );
    let text = format!("{intro}\n\n{}", report.text());
    print(&text)?;
    if args.write {
        let command = if scenarios == [Scenario::Http] { "cargo xtask load http" } else { "cargo xtask load" };
        markdown::write(BENCHMARKS.as_ref(), command, &text)?;
    }
    report.verdict()
}

/// The attacks, which have a table of their own.
fn attack(args: &LoadArgs, load: &Load) -> anyhow::Result<()> {
    let (table, problems) = hostile::run(load)?;
    let build = if cfg!(debug_assertions) { "the build of the tests" } else { "a release build" };
    let machine = machine::processors();
    let intro = format!("{machine}; {build}; load average at the end {}.", machine::load_average());
    let text = format!("{intro}\n\n{table}");
    print(&text)?;
    if args.write {
        markdown::write(BENCHMARKS.as_ref(), "cargo xtask load hostile", &text)?;
    }
    anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}
