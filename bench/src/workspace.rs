//! The workspace that the tasks work in: its builds, its caches, and what is said to whoever waits.

use anyhow::Context;
use runcell::config::Config;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the tables are kept.
pub(crate) const BENCHMARKS: &str = "docs/benchmarks.md";

/// The command in the profile of this program; a release build is made.
pub(crate) fn build_binary() -> anyhow::Result<PathBuf> {
    if cfg!(debug_assertions) {
        // Built beside this program.
        return Ok(std::env::current_exe()?.with_file_name("runcell"));
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "runcell", "--bin", "runcell", "--message-format=json"])
        .output()?;
    anyhow::ensure!(built.status.success(), "the build failed: {}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8_lossy(&built.stdout).into_owned();
    let mut paths = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message["executable"].as_str()?))
    });
    paths.next_back().context("cargo named no executable")
}

/// The cache that the command itself would use.
pub(crate) fn cache_dir() -> anyhow::Result<PathBuf> {
    runcell::cli::cache_dir(&Config::default()).context("there is no home folder; set RUNCELL_CACHE_DIR")
}

/// A folder of the tasks below cargo's target folder, made if it is not there.
pub(crate) fn target_dir(name: &str) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let profile = program.parent().and_then(Path::parent).context("the task lies in the target folder")?;
    let dir = profile.join(name);
    std::fs::create_dir_all(&dir)?;
    Ok(dir)
}

/// Says something to whoever waits.
pub(crate) fn eprint_line(text: &str) {
    use std::io::Write;
    // Progress is nothing to fail for.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints a result.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
