//! Clients that are not ours, installed once below cargo's target folder by the ordinary package clients.
//!
//! A missing package client or network makes the test fail and says so.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

const NODE: &str = "node@22";
const INSPECTOR: &str = "@modelcontextprotocol/inspector@2.12.0";
const CONFORMANCE: &str = "@modelcontextprotocol/conformance@0.2.0-alpha.12";

/// A python that has a package: each has a virtual environment of its own, as they want different versions of the same.
pub fn python(name: &str, package: &str) -> PathBuf {
    let dir = installed(name, package, |dir| {
        run(Command::new("python3").args(["-m", "venv"]).arg(dir.join("venv")));
        let pip = dir.join("venv/bin/pip");
        run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check", package]));
    });
    dir.join("venv/bin/python")
}

/// The command that runs a script of JavaScript's library, of a version, with the folder in which the script can import it.
pub fn sdk(version: &str) -> (Command, PathBuf) {
    let package = format!("@modelcontextprotocol/sdk@{version}");
    let dir = installed(&format!("sdk-{version}"), &format!("{NODE} {package}"), |dir| npm(dir, &package));
    let mut command = Command::new("node");
    command.env("PATH", node_path(&dir));
    (command, dir)
}

/// Installs a package of npm's, with the version of node that all of them get.
fn npm(dir: &Path, package: &str) {
    fs::write(dir.join("package.json"), "{\"private\":true}").expect("the folder is ours");
    run(Command::new("npm").args(["install", "--silent", NODE]).current_dir(dir));
    // By the new node itself: npm looks at the version of the one that runs it.
    let mut npm = Command::new("npm");
    run(npm.args(["install", "--silent", package]).current_dir(dir).env("PATH", node_path(dir)));
}

/// The command that starts the MCP inspector without its window.
pub fn inspector() -> Command {
    let dir = node_package("inspector", INSPECTOR);
    let mut command = Command::new(dir.join("node_modules/.bin/mcp-inspector"));
    command.arg("--cli").env("PATH", node_path(&dir)).env("MCP_CATALOG_PATH", dir.join("catalog.json"));
    command
}

/// The official conformance suite.
pub fn conformance() -> Command {
    let dir = node_package("conformance", CONFORMANCE);
    let mut command = Command::new(dir.join("node_modules/.bin/conformance"));
    command.env("PATH", node_path(&dir));
    command
}

/// A folder with a package of npm and a node that is new enough for it.
fn node_package(name: &str, package: &str) -> PathBuf {
    installed(name, &format!("{NODE} {package}"), |dir| npm(dir, package))
}

fn node_path(dir: &Path) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", dir.join("node_modules/node/bin").display())
}

/// A folder in which `install` did its work for exactly `what`, now or in an earlier run.
fn installed(name: &str, what: &str, install: impl FnOnce(&Path)) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder");
    let dir = target.join("it-tools").join(name);
    fs::create_dir_all(target.join("it-tools")).expect("the target folder is ours");
    let lock = File::create(target.join("it-tools").join(format!("{name}.lock"))).expect("the target folder is ours");
    lock.lock().expect("locks work here");
    let stamp = dir.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == what) {
        return dir;
    }
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("the target folder is ours");
    install(&dir);
    fs::write(stamp, what).expect("the folder is ours");
    dir
}

fn run(command: &mut Command) {
    let shown = format!("{command:?}");
    let output = command.output().unwrap_or_else(|error| panic!("this test needs {shown}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "this test needs {shown}, which failed:\n{out}{err}");
}
