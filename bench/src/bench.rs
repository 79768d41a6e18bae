//! `cargo xtask bench`: what runcell costs, beside the native tool in the same run.
//!
//! Owns the list of rows and their order. Every row takes turns with its native counterpart, so that a noisy moment
//! hits both; what is reported is the median, the 99th percentile and the ratio of the medians. Nothing here passes or
//! fails: the bars are printed beside the figures.

mod cell;
mod cost;
mod driver;
mod interrupt;
mod job;
mod kernel;
mod memory;
mod native;
mod peers;
mod prepare;
mod roundtrip;
mod table;
mod worker;

use crate::workspace::{BENCHMARKS, build_binary, cache_dir, eprint_line, print};
use crate::{machine, markdown};
use anyhow::Context;
use clap::{Args, Subcommand};
use driver::Bench;
use runcell::config::Config;
use runcell::service::Service;
use table::{Row, Table};

/// The things to measure.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    other: Option<Other>,
    /// Rows whose name contains one of these texts; none: all but the preparation of runtimes, which takes minutes.
    only: Vec<String>,
    /// Turns of each row; a turn is one native run and ten of runcell's.
    #[arg(long, default_value_t = 30)]
    turns: usize,
    /// Also measure how long runtimes take to prepare, in an empty cache (downloads are made, but not counted).
    #[arg(long)]
    prepare: bool,
    /// Write the table into docs/benchmarks.md.
    #[arg(long)]
    write: bool,
}

impl BenchArgs {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|text| name.contains(text.as_str()))
    }
}

/// Another group of rows, measured instead of these.
#[derive(Debug, Subcommand)]
enum Other {
    /// runcell beside other sandboxes, which are installed below the target folder, and beside none.
    Peers(peers::PeersArgs),
    /// Where the time of programs that only compute goes: metering, bounds, the compiler.
    Cost(cost::CostArgs),
}

pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    match &args.other {
        Some(Other::Peers(args)) => return peers::run(args),
        Some(Other::Cost(args)) => return cost::run(args),
        None => {}
    }
    let tokio = tokio::runtime::Runtime::new()?;
    let service = Service::start(Config::default(), cache_dir()?, None)?;
    let bench = Bench { service, binary: build_binary()?, turns: args.turns, tokio };
    let mut table = Table::new(machine::sentence());
    for (name, measure) in ROWS {
        if args.wants(name) {
            eprint_line(&format!("measuring {name} ..."));
            for row in measure(&bench, name).with_context(|| format!("while measuring {name}"))? {
                table.push(row);
            }
        }
    }
    if args.prepare {
        for row in prepare::rows()? {
            table.push(row);
        }
    }
    print(&table.text())?;
    if args.write { markdown::write(BENCHMARKS.as_ref(), "cargo xtask bench", &table.text()) } else { Ok(()) }
}

type Measure = fn(&Bench, &str) -> anyhow::Result<Vec<Row>>;

const ROWS: [(&str, Measure); 17] = [
    // First: what earlier cells have left would be counted to the later ones' credit.
    ("memory of a python cell", memory::python_cell),
    ("python hello", |bench, name| cell::interpreted(bench, name, &cell::PYTHON_HELLO)),
    ("python numpy", |bench, name| cell::interpreted(bench, name, &cell::PYTHON_NUMPY)),
    ("python pandas", |bench, name| cell::interpreted(bench, name, &cell::PYTHON_PANDAS)),
    ("ruby hello", |bench, name| cell::interpreted(bench, name, &cell::RUBY_HELLO)),
    ("quickjs hello", |bench, name| cell::interpreted(bench, name, &cell::QUICKJS_HELLO)),
    ("php hello", |bench, name| cell::interpreted(bench, name, &cell::PHP_HELLO)),
    ("C hello, new source", |bench, name| cell::compiled(bench, name, &cell::C_HELLO, cell::Source::New)),
    ("C hello, same source", |bench, name| cell::compiled(bench, name, &cell::C_HELLO, cell::Source::Same)),
    ("C++ containers, new source", |bench, name| cell::compiled(bench, name, &cell::CPP_MAP, cell::Source::New)),
    ("C++ containers, same source", |bench, name| cell::compiled(bench, name, &cell::CPP_MAP, cell::Source::Same)),
    ("process: run-code python", roundtrip::process),
    ("MCP: run_code python", roundtrip::mcp),
    ("python hello in a worker", worker::rows),
    ("cancel and deadline", interrupt::rows),
    ("python kernels", kernel::rows),
    ("job in a container", job::rows),
];
