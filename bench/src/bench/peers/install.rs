//! The peers' packages, installed by their ordinary clients (npm and pip) below cargo's target folder, once.
//!
//! Owns the versions. What cannot be installed makes its peer absent, with the reason.

use crate::workspace::target_dir;
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NODE: &str = "node@22";
const RUNNO: (&str, &str) = ("@runno/sandbox", "0.10.2");
const ERYX: (&str, &str) = ("pyeryx", "0.11.0");
const MONTY: (&str, &str) = ("pydantic-monty", "1.4.0");

const DRIVERS: [(&str, &str); 4] = [
    ("serve.py", include_str!("serve.py")),
    ("eryx_driver.py", include_str!("eryx_driver.py")),
    ("monty_driver.py", include_str!("monty_driver.py")),
    ("runno_driver.mjs", include_str!("runno_driver.mjs")),
];

/// A peer that is ready to be driven.
#[derive(Clone)]
pub(crate) struct Installed {
    pub(crate) version: &'static str,
    /// The interpreter of the driver, and the driver.
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
    /// The program that is started anew for each cold run.
    pub(crate) cold: PathBuf,
    /// The process that the peer lives in, in words.
    pub(crate) host: String,
}

/// A node of the major version that runno asks for, and runno.
pub(crate) fn runno() -> anyhow::Result<Installed> {
    let (name, version) = RUNNO;
    let package = format!("{name}@{version}");
    let dir = installed("runno", &format!("{NODE} {package}"), |dir| {
        std::fs::write(dir.join("package.json"), "{\"private\":true}")?;
        run(Command::new("npm").args(["install", "--silent", NODE, &package]).current_dir(dir))
    })?;
    let program = dir.join("node_modules/node/bin/node");
    let driver = dir.join("runno_driver.mjs");
    let host = format!("node {} process", said(Command::new(&program).arg("--version"))?.trim_start_matches('v'));
    Ok(Installed { version, cold: program.clone(), program, driver, host })
}

/// pyeryx needs a Python of 3.12 or newer.
pub(crate) fn eryx() -> anyhow::Result<Installed> {
    in_python("eryx", ERYX, "eryx_driver.py", None)
}

pub(crate) fn monty() -> anyhow::Result<Installed> {
    in_python("monty", MONTY, "monty_driver.py", Some("monty"))
}

/// A virtual environment with one package. `cold` is the package's own program, if it has one.
fn in_python(
    folder: &str,
    (name, version): (&str, &'static str),
    driver: &str,
    cold: Option<&str>,
) -> anyhow::Result<Installed> {
    let python = python()?;
    let package = format!("{name}=={version}");
    let dir = installed(folder, &format!("{} {package}", python.display()), |dir| {
        run(Command::new(&python).args(["-m", "venv", "venv"]).current_dir(dir))?;
        let mut pip = Command::new(dir.join("venv/bin/python"));
        let quietly = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
        run(pip.args(quietly).arg(&package))
    })?;
    let bin = dir.join("venv/bin");
    let program = bin.join("python");
    let said = said(Command::new(&program).arg("--version"))?;
    let host = format!("{said} process");
    let cold = cold.map_or_else(|| program.clone(), |cold| bin.join(cold));
    Ok(Installed { version, program, driver: dir.join(driver), cold, host })
}

/// A Python that is new enough: on the path by its name, or one of pyenv's.
fn python() -> anyhow::Result<PathBuf> {
    let named = ["python3.13", "python3.12", "python3.14", "python3"].map(PathBuf::from);
    let versions = said(Command::new("pyenv").args(["versions", "--bare"])).unwrap_or_default();
    let of_pyenv = versions.lines().filter(|version| version.starts_with("3.")).filter_map(|version| {
        Some(Path::new(&said(Command::new("pyenv").args(["prefix", version.trim()])).ok()?).join("bin/python"))
    });
    let of_pyenv: Vec<PathBuf> = of_pyenv.collect();
    let code = "import sys, venv; assert (3, 12) <= sys.version_info; print(sys.executable)";
    // The newest of pyenv's first.
    let mut candidates = named.into_iter().chain(of_pyenv.into_iter().rev());
    let found = candidates.find_map(|python| said(Command::new(python).args(["-c", code])).ok());
    found.map(PathBuf::from).context("no Python of 3.12 or newer is installed (looked for on the path and with pyenv)")
}

/// A folder in which `install` did its work for exactly `what`, now or in an earlier run; the drivers lie there too.
fn installed(name: &str, what: &str, install: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<PathBuf> {
    let dir = target_dir("bench-peers")?.join(name);
    let stamp = dir.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == what) {
        return lay_drivers(dir);
    }
    // It may not be there.
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir)?;
    install(&dir)?;
    std::fs::write(stamp, what)?;
    lay_drivers(dir)
}

fn lay_drivers(dir: PathBuf) -> anyhow::Result<PathBuf> {
    for (name, text) in DRIVERS {
        std::fs::write(dir.join(name), text)?;
    }
    Ok(dir)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    said(command).map(drop)
}

/// The output of a command, which has to succeed.
fn said(command: &mut Command) -> anyhow::Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
    anyhow::ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
