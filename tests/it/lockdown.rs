//! The second wall: what a process that runs guests has given up before the first one starts.

use crate::harness::{binary, prepare};
use crate::need::needs;
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn every_attack_on_a_locked_down_process_is_refused() {
    let output = binary().args(["doctor", "--probe"]).output().unwrap();
    let probe: runcell::wasm::lockdown::Probe = serde_json::from_slice(&output.stdout).unwrap();
    assert!(probe.walls.is_some_and(runcell::wasm::lockdown::Walls::hold), "{probe:?}");
    assert!(probe.holes.is_empty() && probe.error.is_none() && probe.refused.len() == 11, "{probe:?}");
}

/// The kernel's view of a process that is running a guest.
#[test]
fn the_shell_command_runs_guests_behind_both_walls() {
    prepare("python");
    let mut command = binary();
    command.args(["run-code", "python", "import time; print('up', flush=True); time.sleep(20)"]);
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(process.stdout.take().unwrap()), &mut line).unwrap();
    assert_eq!(line, "up\n");
    let tasks = fs::read_dir(format!("/proc/{}/task", process.id())).unwrap();
    let states: Vec<String> =
        tasks.map(|task| fs::read_to_string(task.unwrap().path().join("status")).unwrap()).collect();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(states.len() > 1, "threads that run guests");
    for state in states {
        let says =
            |line: &str| state.lines().any(|found| found.split_whitespace().collect::<Vec<_>>().join(" ") == line);
        assert!(says("NoNewPrivs: 1") && says("Seccomp: 2"), "{state}");
    }
}

/// Everything that a run may need works behind the walls: each language, files, compiling, results below a folder.
#[test]
fn all_languages_run_behind_the_walls() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out/of/runs");
    let programs = [
        ("python", "import numpy, os; open('r.txt', 'w').write('python'); os.makedirs('d'); open('d/e', 'w')"),
        ("quickjs", "require('fs').writeFileSync('r.txt', 'quickjs')"),
        ("ruby", "File.write('r.txt', 'ruby')"),
        ("php", "file_put_contents('r.txt', 'php');"),
        ("clang", "#include <stdio.h>\nint main(void) { fputs(\"clang\", fopen(\"r.txt\", \"w\")); }"),
        ("clangpp", "#include <fstream>\nint main() { std::ofstream(\"r.txt\") << \"clangpp\"; }"),
    ];
    for (runtime, code) in programs {
        prepare(runtime);
        let mut command = binary();
        command.args(["run-code", runtime, code, "--out"]).arg(&out).stdin(Stdio::null());
        let output = command.output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{runtime}: {output:?}");
        assert_eq!(fs::read_to_string(out.join("r.txt")).unwrap(), runtime);
    }
    assert!(out.join("d/e").is_file());
}

#[test]
fn a_limit_that_is_lower_already_is_no_obstacle() {
    needs!(NAMESPACES);
    prepare("php");
    let program = binary();
    let mut command = Command::new("unshare");
    // Root of a user namespace of its own: without the privilege to raise a limit.
    let script = "ulimit -n 128; \"$0\" run-code php 'echo 1;' && \"$0\" doctor --probe";
    command.args(["--map-root-user", "sh", "-c", script]).arg(program.get_program());
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.stdin(Stdio::null()).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && output.stderr.is_empty() && stdout.contains("\"holes\":[]"), "{output:?}");
}

#[test]
fn ctrl_c_arrives_behind_the_walls() {
    prepare("python");
    let mut command = binary();
    command.args(["run-code", "python", "import time; print('up', flush=True); time.sleep(20)"]);
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = std::io::BufReader::new(process.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut String::new()).unwrap();
    assert!(Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap().success());
    let output = process.wait_with_output().unwrap();
    assert!(output.status.code() == Some(130) && output.stderr.is_empty(), "{output:?}");
}
