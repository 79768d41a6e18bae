//! The native tools: running them, finding them, and what machine this is.

use super::sample::Samples;
use anyhow::Context;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The program that a name stands for: of python3 the interpreter itself, as the name may be a script that looks for it.
pub(crate) fn program(tool: &str) -> String {
    if tool != "python3" {
        return tool.to_owned();
    }
    let output = Command::new(tool).args(["-c", "import sys; print(sys.executable)"]).output();
    output.map_or_else(|_| tool.to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a tool can be started.
pub(crate) fn is_there(tool: &str) -> bool {
    let mut command = Command::new(tool);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a command to its end and adds how long it took; its output is thrown away.
pub(crate) fn time(command: &mut Command, samples: &mut Samples) -> anyhow::Result<()> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let before = Instant::now();
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    samples.push(before.elapsed());
    anyhow::ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Compiles a source with a native compiler, links it and runs it; adds how long all of it took.
pub(crate) fn time_build(compiler: &str, source: &Path, samples: &mut Samples) -> anyhow::Result<()> {
    let program = source.with_extension("out");
    let before = Instant::now();
    for command in [Command::new(compiler).arg("-O1").arg(source).arg("-o").arg(&program), &mut Command::new(&program)]
    {
        time(command, &mut Samples::default())?;
    }
    samples.push(before.elapsed());
    Ok(())
}

/// The machine in a sentence.
pub(crate) fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let tools = ["python3", "ruby", "node", "php", "gcc", "g++"].iter().filter_map(|tool| version(tool));
    format!("{processors} processors ({model}); {}.", tools.collect::<Vec<_>>().join(", "))
}

fn version(tool: &str) -> Option<String> {
    let output = Command::new(tool).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned();
    let number = text.split([' ', 'v']).find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(format!("{tool} {number}"))
}
