//! Programs that only compute: nine kernels of Python, timed by themselves, here and natively.

use super::driver::Bench;
use super::native;
use super::table::Row;
use anyhow::Context;
use std::process::Command;

/// Prints `name milliseconds` of each kernel: the best of three.
const KERNELS: &str = include_str!("kernels.py");

pub(crate) fn rows(bench: &Bench, _name: &str) -> anyhow::Result<Vec<Row>> {
    let ready = bench.ready("python")?;
    let (outcome, _) = bench.time(&ready, "python", KERNELS)?;
    let ours = parse(&outcome.output.stdout);
    let output = Command::new(native::program("python3")).args(["-c", KERNELS]).output();
    let native = output.map(|output| parse(&output.stdout)).unwrap_or_default();
    let (mut ratios, mut rows) = (Vec::new(), Vec::new());
    for (name, ms) in &ours {
        let (_, native) = native.iter().find(|(other, _)| other == name).context("python3 did not run the kernels")?;
        ratios.push(ms / native);
        rows.push(row(name, format!("{ms:.1}"), format!("{native:.1} (python3)"), ms / native));
    }
    let mean = geometric_mean(ratios.into_iter());
    rows.push(row("all nine (geometric mean)", String::new(), String::new(), mean));
    Ok(rows)
}

fn row(name: &str, ours: String, native: String, ratio: f64) -> Row {
    Row { name: format!("python kernel: {name}"), ours, native, ratio: format!("{ratio:.2} x slower"), bar: "" }
}

/// Of no ratios: 1.
pub(crate) fn geometric_mean(ratios: impl Iterator<Item = f64>) -> f64 {
    let (count, product) = ratios.fold((0, 1.0), |(count, product), ratio| (count + 1, product * ratio));
    f64::powf(product, 1.0 / f64::from(count.max(1)))
}

/// Reads the output of kernels: their names and milliseconds.
pub(crate) fn parse(text: &[u8]) -> Vec<(String, f64)> {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(name, ms)| Some((name.to_owned(), ms.parse().ok()?))).collect()
}
