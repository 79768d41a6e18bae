//! The shell face as a shell sees it: exit codes, pipes, signals, help.

use crate::harness::{binary, cache_dir, me, prepare, tokio};
use runcell::config::Config;
use runcell::service::Service;
use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The program, with the runtimes that these tests use ready, so that nothing is said about preparing them.
fn ready() -> Command {
    for runtime in ["php", "python", "clang"] {
        prepare(runtime);
    }
    binary()
}

fn run(args: &[&str]) -> Output {
    ready().args(args).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn expect(args: &[&str], code: i32, out: &str, err: &str) {
    let output = run(args);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    let good = output.status.code() == Some(code) && stdout.contains(out) && stderr.contains(err);
    assert!(good, "{args:?}: expected {code} {out:?} {err:?}, not {:?}\n{stdout}\n{stderr}", output.status);
}

#[test]
fn exit_codes_are_those_that_are_documented() {
    expect(&["run-code", "php", "echo 6*7;"], 0, "42", "");
    expect(&["run-code", "php", "exit(9);"], 9, "", "");
    expect(&["run-code", "php", "while(1);", "--timeout", "100ms"], 124, "", "timed out after 100 ms");
    expect(&["run-code", "php", "while(1);", "--fuel", "50M"], 137, "", "limit fuel: 50000000 used, 50000000 allowed");
    expect(&["run-code", "clang", "int main(){__builtin_trap();}"], 134, "", "crashed: unreachable");
    expect(&["run-code", "php"], 2, "", "no snippet was given");
    expect(&["run-code", "perl", "1"], 2, "", "there is no runtime \"perl\"");
    expect(&["run-code", "php", "1", "--fuel", "many"], 2, "", "many");
    expect(&["run-code", "php", "1", "--memory", "100TiB"], 2, "", "memory_bytes");
    expect(&["run-code", "php", "1", "--limit", "colour=3"], 2, "", "there is no limit \"colour\"");
    expect(&["run-code", "php", "1", "--wrong"], 2, "", "--wrong");
    expect(&["run-code", "php", "-f", "no-such-file.php"], 125, "", "no-such-file.php");
    expect(&["run-code", "php", "1", "--file", "no-such-file"], 125, "", "no-such-file");
}

#[test]
fn what_a_program_shows_is_named_or_written() {
    let code = "from PIL import Image; Image.new('L', (2, 2)).show()";
    expect(&["run-code", "python", code], 0, "", " bytes) is kept with --out DIR\n");
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    expect(&["run-code", "python", code, "--out", folder, "--output", "other.txt"], 0, "", "no file matches other.txt");
    assert!(std::fs::read(out.path().join("figure-1.png")).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn stdin_passes_through_and_only_if_it_is_read() {
    let mut child = ready()
        .args(["run-code", "python", "print(input()[::-1], end='')"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"olleh\n").unwrap();
    assert_eq!(text(&child.wait_with_output().unwrap().stdout), "hello");
    let mut shell = Command::new("sh");
    let script = format!(
        "printf 'one\\ntwo\\n' | while read line; do {} run-code php \"echo '$line.';\"; done",
        env!("CARGO_BIN_EXE_runcell")
    );
    let output = shell.args(["-c", &script]).env("RUNCELL_CACHE_DIR", cache_dir()).output().unwrap();
    assert_eq!(text(&output.stdout), "one.two.", "{}", text(&output.stderr));
}

#[test]
fn output_streams_while_the_program_runs() {
    let mut child = ready()
        .args(["run-code", "php", "echo \"first\\n\"; sleep(30);"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"first\n");
    let asked = Instant::now();
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "Ctrl-C");
    assert_eq!(text(&output.stderr), "", "Ctrl-C ends quietly");
    assert!(asked.elapsed() < Duration::from_secs(25));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = ready()
        .args([
            "run-code",
            "php",
            "while (true) echo \"line\\n\";",
            "--limit",
            "output_bytes=64MiB",
            "--timeout",
            "60s",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 5];
    child.stdout.as_mut().unwrap().read_exact(&mut some).unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(141), String::new()));
}

#[test]
fn host_files_go_in_and_results_come_out() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir_all(data.join("inner")).unwrap();
    std::fs::write(data.join("a.txt"), "A").unwrap();
    std::fs::write(data.join("inner/b.txt"), "B").unwrap();
    let out = dir.path().join("out");
    let code = "file_put_contents('r/s.txt', file_get_contents('d/a.txt').file_get_contents('d/inner/b.txt'));";
    let code = format!("mkdir('r'); {code}");
    let folder = format!("{}:d", data.display());
    expect(&["run-code", "php", &code, "--file", &folder, "--out", out.to_str().unwrap()], 0, "", "");
    assert_eq!(std::fs::read_to_string(out.join("r/s.txt")).unwrap(), "AB");
    assert!(!out.join("main.php").exists() && !out.join("d").exists(), "only what is new");
}

#[test]
fn json_holds_the_whole_outcome() {
    let output = run(&[
        "run-code",
        "php",
        "file_put_contents('a.bin', \"\\xff\"); exit(3);",
        "--json",
        "--output",
        "a.bin",
        "--output",
        "b",
    ]);
    assert_eq!(output.status.code(), Some(3));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["exit_code"], 3);
    assert_eq!((&json["files"][0]["encoding"], &json["files"][0]["content"]), (&"base64".into(), &"/w==".into()));
    assert_eq!(json["missing_files"][0], "b");
}

#[test]
fn code_and_files_come_from_what_is_no_file() {
    let bash = |script: &str| {
        ready();
        let script = script.replace("RUNCELL", env!("CARGO_BIN_EXE_runcell"));
        let mut shell = Command::new("bash");
        let output = shell.args(["-c", &script]).env("RUNCELL_CACHE_DIR", cache_dir()).output().unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    for script in [
        "printf 'print(3)' | RUNCELL run-code python -f /dev/stdin",
        "printf 'print(3)' | RUNCELL run-code python -f -",
        "RUNCELL run-code python -f <(printf 'print(3)')",
        "RUNCELL run-code python 'print(open(\"in.txt\").read())' --file <(printf 3):in.txt",
        "printf 3 | RUNCELL run-code python 'print(open(\"in.txt\").read())' --file /dev/stdin:in.txt",
    ] {
        assert_eq!(bash(script), (Some(0), "3\n".to_owned(), String::new()), "{script}");
    }
}

#[test]
fn host_files_are_read_under_the_limits() {
    ready();
    let dir = tempfile::tempdir().unwrap();
    let sparse = dir.path().join("sparse");
    std::fs::File::create(&sparse).unwrap().set_len(10 << 40).unwrap();
    let fifo = dir.path().join("folder/fifo");
    std::fs::create_dir(dir.path().join("folder")).unwrap();
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    std::fs::write(dir.path().join("folder/a.txt"), "a").unwrap();
    let sparse = sparse.to_str().unwrap();
    let folder = format!("{}:in", dir.path().join("folder").display());
    for (args, code, expected) in [
        (vec!["-f", "/dev/zero"], 137, "limit code_bytes"),
        (vec!["-f", sparse], 137, "limit code_bytes"),
        (vec!["", "--file", "/dev/zero:zero"], 137, "limit file_bytes"),
        (vec!["", "--file", sparse], 137, "limit file_bytes"),
        (vec!["import sys; sys.stdin.buffer.read()", "--stdin", "/dev/zero"], 137, "limit stdin_bytes"),
        (vec!["", "--stdin", "/dev/zero"], 0, ""),
        (vec!["import os; print(os.listdir('in'))", "--file", &folder], 0, ""),
    ] {
        let mut command = binary();
        // More than the limits, and less than what an endless file would take.
        let script = "ulimit -v 16000000; exec \"$0\" run-code python \"$@\"";
        let mut shell = Command::new("bash");
        shell.args(["-c", script]).arg(command.get_program()).args(&args).stdin(Stdio::null());
        shell.envs(command.env("X", "").get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = shell.output().unwrap();
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(code) && said.contains(expected), "{args:?}: {output:?}");
    }
}

#[test]
fn a_broken_folder_does_not_hide_the_others() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("broken")).unwrap();
    std::fs::write(dir.path().join("broken/runtime.toml"), "title = 3").unwrap();
    let output = binary().args(["runtimes", "list"]).env("RUNCELL_RUNTIMES_DIR", dir.path()).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success() && out.contains("python") && out.contains("wasm"), "{out}{err}");
    assert!(err.starts_with("runcell: the runtime broken is left out: "), "{err}");
    let output =
        binary().args(["runtimes", "list", "--json"]).env("RUNCELL_RUNTIMES_DIR", dir.path()).output().unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(listed.as_array().unwrap().iter().any(|info| info["name"] == "php"));
}

#[test]
fn lists_and_help_teach() {
    expect(&["runtimes", "list"], 0, "php", "");
    expect(&["runtimes", "list"], 0, "IN CONTAINERS", "");
    expect(&["runtimes", "info", "php-cgi"], 0, "aliases: php-cgi", "");
    expect(&["runtimes", "info", "ruby@3.3"], 0, "ruby 3.3", "");
    expect(&["run-code", "--help"], 0, "Exit code:", "");
    expect(&["--version"], 0, "runcell ", "");
    expect(&["completions", "bash"], 0, "_runcell", "");
}

#[test]
fn a_wrong_configuration_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, "[limits.default]\nfuel = 0\n").unwrap();
    let path = path.to_str().unwrap();
    expect(&["--config", path, "run-code", "php", "1"], 125, "", "fuel");
    expect(&["--config", "/nowhere.toml", "run-code", "php", "1"], 125, "", "/nowhere.toml");
}

/// A program in each language that prints a line, by the runtime's name.
const HELLO: [(&str, &str); 6] = [
    ("python", "print('hello')"),
    ("quickjs", "console.log('hello')"),
    ("clang", "#include <stdio.h>\nint main(void) { puts(\"hello\"); }"),
    ("clangpp", "#include <iostream>\nint main() { std::cout << \"hello\\n\"; }"),
    ("ruby", "puts 'hello'"),
    ("php", "echo \"hello\\n\";"),
];

#[test]
fn every_name_of_a_runtime_runs_and_says_nothing_else() {
    let listed: serde_json::Value = serde_json::from_slice(&run(&["runtimes", "list", "--json"]).stdout).unwrap();
    let readme = std::fs::read_to_string(crate::harness::project().join("README.md")).unwrap();
    let mut names = 0;
    for (runtime, code) in HELLO {
        prepare(runtime);
        let info = listed.as_array().unwrap().iter().find(|info| info["name"] == runtime && info["default"] == true);
        let aliases = info.unwrap()["aliases"].as_array().unwrap().iter().map(|alias| alias.as_str().unwrap());
        // The first column of README's table of languages.
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{runtime}`"))).unwrap();
        let column = row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2);
        let all: std::collections::BTreeSet<&str> = [runtime].into_iter().chain(aliases).chain(column).collect();
        for name in all {
            let output = binary().args(["run-code", name, code]).stdin(Stdio::null()).output().unwrap();
            let got = (output.status.code(), text(&output.stdout), text(&output.stderr));
            assert_eq!(got, (Some(0), "hello\n".to_owned(), String::new()), "{name}");
            names += 1;
        }
    }
    assert!(names >= 18, "{names}");
}

#[test]
fn what_the_data_folder_takes_is_told_and_can_be_cleared() {
    let data = tempfile::tempdir().unwrap();
    let config = Config { data_dir: Some(data.path().to_owned()), ..Config::default() };
    let service = Service::start(config, cache_dir(), None).unwrap();
    tokio().block_on(async {
        service.uploads(me()).await.unwrap().add("a\u{1b}[2J.bin", "text/plain", &[7; 3_000_000]).await.unwrap();
        service.close().await;
    });
    let said = |args: &[&str]| {
        let output = binary().env("RUNCELL_DATA_DIR", data.path()).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(said(&["doctor"]).contains("jobs take 0 MB, uploads 3 MB"), "{}", said(&["doctor"]));
    let prune = |more: &[&str]| said(&[&["job", "prune", "--uploads", "--older-than"], more].concat());
    assert_eq!(prune(&["1h"]), "", "it is younger");
    assert!(prune(&["1ms", "--dry-run"]).contains("[2J.bin\" (3000000 bytes) would be removed"));
    let removed = prune(&["1ms"]);
    assert!(removed.contains("(3000000 bytes) removed") && !removed.contains('\u{1b}'), "{removed:?}");
    assert!(said(&["doctor"]).contains("uploads 0 MB"));
}
