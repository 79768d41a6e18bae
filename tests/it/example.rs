//! The examples do what they say.

use crate::docker::harness::{BUSYBOX, docker_out};
use crate::harness::{cache_dir, prepare, project};
use crate::job::harness::Place;
use crate::need::needs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_embedding_program_runs() {
    prepare("python");
    // `cargo test` builds it; where only one test program was asked for, it may be missing.
    let program = Path::new(env!("CARGO_BIN_EXE_runcell")).with_file_name("examples").join("embed");
    assert!(program.is_file(), "{} is missing: cargo build --example embed", program.display());
    let output = Command::new(program).env("RUNCELL_CACHE_DIR", cache_dir()).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && stdout.contains("exit code 0\nhello from the host\n"), "{stdout}\n{stderr}");
    assert!(stdout.contains("total.txt: 42\n") && stdout.contains("units of fuel"), "{stdout}");
}

#[test]
fn an_assistant_without_a_library_gets_its_answer() {
    prepare("python");
    let mut command = Command::new("python3");
    command.arg(project().join("examples/mcp/client.py")).arg(env!("CARGO_BIN_EXE_runcell"));
    let output = command.env("RUNCELL_CACHE_DIR", cache_dir()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "45\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_image_with_a_tool_counts_words() {
    needs!(ENGINE);
    let folder = project().join("examples/tool").display().to_string();
    let base = format!("BASE={BUSYBOX}");
    docker_out(&["build", "--quiet", "--tag", "runcell-test/word-count:1", "--build-arg", &base, &folder]);
    let place = Place::new();
    let text = format!("text={}", place.file("text.txt", "one two two three three three"));
    let arguments = ["job", "submit", "word_count", "--image", "runcell-test/word-count:1", "-p", "top=2"];
    let (stdout, _) = place.expect(&[&arguments[..], &["--data", &text, "--follow"]].concat(), 0);
    let words: Vec<&str> = stdout.split_whitespace().collect();
    assert_eq!(words, ["3", "three", "2", "two"], "{stdout}");
}
