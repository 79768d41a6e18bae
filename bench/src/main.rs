//! The tasks that need runcell itself: measuring it (`cargo xtask bench`, `cargo xtask load`) and writing the reference of its
//! configuration (`cargo xtask config-docs`). Each verb is a module.

mod bench;
mod config_docs;
mod load;
mod machine;
mod markdown;
mod sample;
mod workspace;

use clap::Parser;

/// The tasks that need runcell itself.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Measure runcell beside the native tools, interleaved in one run, and print medians and ratios.
    Bench(bench::BenchArgs),
    /// Write docs/configuration.md from the types of the configuration.
    ConfigDocs(config_docs::ConfigDocsArgs),
    /// Put a running server under load: throughput, mixed languages, queue, fairness and memory over time.
    Load(load::LoadArgs),
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Bench(args) => bench::run(&args),
        Task::ConfigDocs(args) => config_docs::run(&args),
        Task::Load(args) => load::run(&args),
    }
}
