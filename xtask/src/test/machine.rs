//! Makes the machine ready for the tests, where this user may: root, on a Debian or what is made of one.
//!
//! Nothing here fails: what could not be installed or started is reported, and the tests skip what needs it.

use crate::process::say;
use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use xtask::need::{self, Need};

/// How long an engine may take until it answers, in seconds.
const PATIENCE: u32 = 60;

/// Installs the packages that tests need and this machine lacks, or says which those are.
pub(super) fn install() {
    let packages: BTreeSet<&str> = need::ALL.iter().flat_map(|need| Need::packages(need)).collect();
    if packages.is_empty() {
        return;
    }
    let list = |packages: &BTreeSet<&str>| packages.iter().copied().collect::<Vec<_>>().join(" ");
    if !need::is_root() || need::program("apt-get").is_none() {
        say(&format!("== not installed, as only root on a Debian may: {}\n", list(&packages)));
        return;
    }
    apt(&["update", "-qq"]);
    // Releases name some packages differently; what this one does not know is left out.
    let known = |package: &&str| {
        let show = Command::new("apt-cache").args(["show", package]).stderr(Stdio::null()).output();
        show.is_ok_and(|output| output.status.success())
    };
    let packages: BTreeSet<&str> = packages.into_iter().filter(known).collect();
    say(&format!("== installing {}\n", list(&packages)));
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments);
}

fn apt(arguments: &[&str]) {
    let apt =
        Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()).status();
    if !apt.is_ok_and(|status| status.success()) {
        say(&format!("== apt-get {} failed\n", arguments.join(" ")));
    }
}

/// Starts the engine that is installed, if none answers, and waits until it does. It goes on when the tests have ended.
pub(super) fn start_engine(folder: &Path) {
    let (Some(dockerd), false) = (need::program("dockerd"), answers()) else { return };
    if !need::is_root() {
        say("== no container engine answers this user, and only root may start one\n");
        return;
    }
    let log = folder.join("dockerd.log");
    let started = File::create(&log).and_then(|out| {
        let mut command = Command::new(dockerd);
        command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).process_group(0).spawn()
    });
    let mut engine = match started {
        Ok(engine) => engine,
        Err(error) => return say(&format!("== the container engine cannot be started: {error}\n")),
    };
    for _ in 0..PATIENCE {
        if answers() {
            return say(&format!("== started a container engine, process {}, log in {}\n", engine.id(), log.display()));
        }
        if engine.try_wait().is_ok_and(|ended| ended.is_some()) {
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    // One that hangs is not left behind.
    let _ended = engine.kill();
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(20)..].join("\n");
    say(&format!("{last}\n== the container engine was started and did not answer within {PATIENCE} s\n"));
}

/// Whether an engine answers its client.
fn answers() -> bool {
    let client = Command::new("docker").arg("version").stdin(Stdio::null()).output();
    client.is_ok_and(|output| output.status.success())
}
