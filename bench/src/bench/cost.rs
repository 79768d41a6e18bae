//! `cargo xtask bench cost`: where the time of programs that only compute goes.
//!
//! The same php, compiled in each way that [`Codegen`] knows, runs the same kernels in turn, and each kernel counts with
//! its best time: what metering and bounds cost is the difference. C kernels in a cell and from gcc say what the compiler
//! of cells costs without an interpreter in between. Owns the four ways and their table.

use super::driver::me;
use super::kernel::{geometric_mean, parse};
use super::native;
use crate::workspace::{BENCHMARKS, cache_dir, eprint_line, print};
use crate::{machine, markdown};
use anyhow::Context;
use clap::Args;
use runcell::config::Config;
use runcell::limits::{LimitKind, LimitsRequest};
use runcell::outcome::Ending;
use runcell::run::RunSpec;
use runcell::runtime::RuntimeRef;
use runcell::service::{RunRequest, Service};
use runcell::wasm::{Codegen, GuestThreads, ReadyRuntime, Stdin, WasmBackend, WasmConfig};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Both print `name milliseconds` of each kernel: the best of three.
const PHP: &str = include_str!("kernels.php");
const C: &str = include_str!("kernels.c");

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct CostArgs {
    /// How often each kernel is run in each way; the best counts.
    #[arg(long, default_value_t = 5)]
    turns: usize,
    /// Write the table into docs/benchmarks.md.
    #[arg(long)]
    write: bool,
}

/// Milliseconds of kernels, by name.
type Times = BTreeMap<String, f64>;

/// One way to make machine code, and what was measured of it.
struct Way {
    name: &'static str,
    backend: WasmBackend,
    php: ReadyRuntime,
    compiling: Duration,
    code_bytes: u64,
    best: Times,
}

pub(crate) fn run(args: &CostArgs) -> anyhow::Result<()> {
    let tokio = tokio::runtime::Runtime::new()?;
    let cache = tempfile::tempdir()?;
    let mut ways = Vec::new();
    for (name, codegen) in [
        ("as it is", Codegen::Standard),
        ("work is not charged", Codegen::Uncharged),
        ("charged by the engine alone, everywhere", Codegen::ChargedEverywhere),
        ("each access to memory is checked", Codegen::CheckedBounds),
    ] {
        eprint_line(&format!("compiling php: {name} ..."));
        ways.push(Way::new(&tokio, cache.path(), name, codegen)?);
    }
    for turn in 1..=args.turns {
        eprint_line(&format!("turn {turn} of {} ...", args.turns));
        for way in &mut ways {
            way.turn(&tokio)?;
        }
    }
    let (cell, gcc) = c_kernels(&tokio, args.turns)?;
    let text = format!("{}\n\n{}\n{}", machine::sentence(), table(&ways), c_sentence(&cell, gcc.as_ref()));
    print(&text)?;
    if args.write { markdown::write(BENCHMARKS.as_ref(), "cargo xtask bench cost", &text) } else { Ok(()) }
}

impl Way {
    fn new(
        tokio: &tokio::runtime::Runtime,
        cache: &Path,
        name: &'static str,
        codegen: Codegen,
    ) -> anyhow::Result<Self> {
        let backend = WasmBackend::start(WasmConfig {
            cache_dir: cache.to_owned(),
            runtimes_dir: None,
            stack_bytes: Config::default().limits.default_of(LimitKind::Stack),
            codegen,
            guests: GuestThreads::Own(1),
            workers: None,
        })?;
        let before = code_bytes(cache)?;
        let mut preparation = backend.prepare(&backend.resolve(&php()?)?);
        let php = tokio.block_on(preparation.ready())?;
        let compiled = preparation.finished(0).into_iter().find(|step| step.step.starts_with("compiling"));
        let compiling = Duration::from_millis(compiled.context("nothing was compiled")?.ms);
        let code_bytes = code_bytes(cache)? - before;
        Ok(Self { name, backend, php, compiling, code_bytes, best: Times::new() })
    }

    /// Runs all kernels once more.
    fn turn(&mut self, tokio: &tokio::runtime::Runtime) -> anyhow::Result<()> {
        let most = LimitsRequest::default().with(LimitKind::Fuel, Config::default().limits.ceiling(LimitKind::Fuel));
        let spec = RunSpec {
            runtime: php()?,
            code: PHP.into(),
            code_name: None,
            args: Vec::new(),
            env: BTreeMap::new(),
            options: BTreeMap::new(),
            files: Vec::new(),
            outputs: Vec::new(),
            limits: Config::default().limits.resolve(&most)?,
        };
        let running = self.backend.run(&self.php, spec, Stdin::default(), None)?;
        let outcome = tokio.block_on(running.outcome())?;
        anyhow::ensure!(outcome.ending == Ending::Completed { exit_code: 0 }, "{}: {outcome:?}", self.name);
        keep_best(&mut self.best, parse(&outcome.output.stdout));
        Ok(())
    }
}

fn php() -> anyhow::Result<RuntimeRef> {
    Ok("php".parse()?)
}

/// The machine code that lies in a cache, in bytes.
fn code_bytes(cache: &Path) -> anyhow::Result<u64> {
    let entries = cache.join("entries");
    let mut sum = 0;
    for entry in entries.read_dir().into_iter().flatten() {
        let code = entry?.path().join("code.cwasm");
        sum += code.metadata().map_or(0, |metadata| metadata.len());
    }
    Ok(sum)
}

fn keep_best(best: &mut Times, times: Vec<(String, f64)>) {
    for (name, ms) in times {
        let known = best.entry(name).or_insert(ms);
        *known = known.min(ms);
    }
}

/// How much longer `times` are than `others`: the geometric mean over the kernels.
fn ratio(times: &Times, others: &Times) -> f64 {
    geometric_mean(times.iter().filter_map(|(name, ms)| Some(ms / others.get(name)?)))
}

/// The best times of the C kernels in a cell, and natively where gcc is there; both with -O2.
fn c_kernels(tokio: &tokio::runtime::Runtime, turns: usize) -> anyhow::Result<(Times, Option<Times>)> {
    let (mut cell, mut native) = (Times::new(), Times::new());
    let dir = tempfile::tempdir()?;
    let (source, program) = (dir.path().join("kernels.c"), dir.path().join("kernels"));
    std::fs::write(&source, C)?;
    let gcc = native::is_there("gcc");
    if gcc {
        let built = Command::new("gcc").arg("-O2").arg(&source).arg("-o").arg(&program).status()?;
        anyhow::ensure!(built.success(), "gcc does not compile the kernels");
    }
    let service = Service::start(Config::default(), cache_dir()?, None)?;
    for turn in 1..=turns {
        eprint_line(&format!("turn {turn} of {turns}, in C ..."));
        let mut request = RunRequest::new("clang".parse()?, C);
        request.options.insert("opt".to_owned(), "2".to_owned());
        let outcome = tokio.block_on(service.runs(&me()).run(request))?;
        anyhow::ensure!(outcome.ending == Ending::Completed { exit_code: 0 }, "C kernels: {outcome:?}");
        keep_best(&mut cell, parse(&outcome.output.stdout));
        if gcc {
            keep_best(&mut native, parse(&Command::new(&program).output()?.stdout));
        }
    }
    Ok((cell, gcc.then_some(native)))
}

fn table(ways: &[Way]) -> String {
    let standard = &ways[0];
    let rows = ways.iter().map(|way| {
        vec![
            way.name.to_owned(),
            format!("{:.2}", ratio(&way.best, &standard.best)),
            format!("{:.1}", way.code_bytes as f64 / 1e6),
            format!("{:.1}", way.compiling.as_secs_f64()),
        ]
    });
    markdown::table(
        &["php's machine code", "time of nine kernels", "size, MB", "compiling, s"],
        &rows.collect::<Vec<_>>(),
    )
}

fn c_sentence(cell: &Times, gcc: Option<&Times>) -> String {
    let Some(gcc) = gcc else { return "C kernels were not compared: no gcc here.\n".to_owned() };
    let each = cell.iter().map(|(name, ms)| format!("{name} {:.1}", ms / gcc.get(name).copied().unwrap_or(f64::NAN)));
    let each = each.collect::<Vec<_>>().join(", ");
    format!("C kernels in a cell, compared with gcc, both -O2: {:.2} x slower ({each}).\n", ratio(cell, gcc))
}
