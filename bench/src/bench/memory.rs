//! Private memory of live cells: what each of them adds to the process while it waits.

use super::driver::{Bench, me};
use super::native;
use super::table::Row;
use anyhow::Context;
use runcell::config::Config;
use runcell::service::{RunRequest, Service};
use std::process::{Command, Stdio};
use std::time::Duration;

const CELLS: usize = 16;
const CODE: &str = "print('hi', flush=True)\nimport time\ntime.sleep(2)";

/// Python cells that have printed a line and sleep.
pub(crate) fn python_cell(bench: &Bench, name: &str) -> anyhow::Result<Vec<Row>> {
    // A service of its own, as cells leave their pages to the next ones.
    let caller = me();
    let service = Service::start(Config::default(), super::cache_dir()?, None)?;
    let used = bench.tokio.block_on(async {
        let ready = service.runtimes(&me()).prepare(&"python".parse()?)?.ready().await?;
        let before = private_kib("self")?;
        let mut runs = Vec::new();
        for _ in 0..CELLS {
            let mut run = {
                let runs = service.runs(&caller);
                runs.start(runs.plan(RunRequest::new("python".parse()?, CODE))?, ready.clone()).await?
            };
            run.next_event().await.context("a cell said nothing")?;
            runs.push(run);
            // A service takes few runs at a time: the permits are as many as 16 a processor.
            if runs.len() == 16 * std::thread::available_parallelism().map_or(1, usize::from) {
                break;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let used = private_kib("self")?.saturating_sub(before) / runs.len() as u64;
        for run in runs {
            run.outcome().await?;
        }
        anyhow::Ok(used)
    })?;
    let mib = |kib: u64| format!("{:.2} MiB", kib as f64 / 1024.0);
    let native = native_kib()?;
    let ratio = format!("{:.1} x less", native as f64 / used.max(1) as f64);
    Ok(vec![Row {
        name: name.to_owned(),
        ours: mib(used),
        native: format!("{} (python3)", mib(native)),
        ratio,
        bar: "3 MiB",
    }])
}

/// The private memory of a native interpreter that does the same.
fn native_kib() -> anyhow::Result<u64> {
    let mut child = Command::new(native::program("python3")).args(["-c", CODE]).stdout(Stdio::null()).spawn()?;
    std::thread::sleep(Duration::from_secs(1));
    let used = private_kib(&child.id().to_string());
    child.kill()?;
    child.wait()?;
    used
}

/// The private memory of a process, in KiB.
fn private_kib(process: &str) -> anyhow::Result<u64> {
    let path = format!("/proc/{process}/smaps_rollup");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let private = text.lines().filter(|line| line.starts_with("Private_"));
    let kib = private.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    Ok(kib.sum())
}
