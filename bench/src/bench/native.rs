//! The native tools: finding them and running them.

use crate::sample::Samples;
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
