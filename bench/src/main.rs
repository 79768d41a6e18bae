//! Measures runcell, behind `cargo xtask bench` and `cargo xtask load`. Each verb is a module.

mod bench;
mod load;
mod machine;
mod markdown;
mod sample;
mod workspace;

use clap::Parser;

/// Measures runcell.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Measure runcell beside the native tools, interleaved in one run, and print medians and ratios.
    Bench(bench::BenchArgs),
    /// Put a running server under load: throughput, mixed languages, queue, fairness and memory over time.
    Load(load::LoadArgs),
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Bench(args) => bench::run(&args),
        Task::Load(args) => load::run(&args),
    }
}
