//! Rules of the repository that a reader relies on: a rule that nothing checks is a wish.
//!
//! Arrows go down, one dependency lives in one room, files stay small, every module says what it owns.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The longest file, in lines.
const MAX_LINES: usize = 500;

/// The rooms of `src/`, from the top down, and which rooms each may import.
const ARROWS: [(&str, &[&str]); 22] = [
    ("main", &["cli"]),
    (
        "cli",
        &[
            "mcp", "wire", "service", "config", "file", "health", "lockdown", "limits", "run", "runtime", "outcome",
            "job", "spec", "backend",
        ],
    ),
    ("mcp", &["wire", "service", "config", "file", "limits", "run", "runtime", "outcome", "job", "spec"]),
    ("wire", &["file", "limits", "outcome", "usage", "run", "runtime", "job", "spec", "store"]),
    (
        "service",
        &[
            "backend", "store", "spec", "job", "config", "file", "health", "limits", "outcome", "package", "usage",
            "run", "runtime",
        ],
    ),
    ("backend", &["file", "health", "limits", "outcome", "package", "usage", "run", "runtime"]),
    ("config", &["limits", "job", "package"]),
    ("package", &[]),
    ("outcome", &["file", "limits", "usage"]),
    ("run", &["file", "limits", "runtime"]),
    ("runtime", &[]),
    ("usage", &[]),
    ("health", &[]),
    ("lockdown", &[]),
    ("file", &[]),
    ("limits", &[]),
    ("lib", &[]),
    ("fuzzing", &[]),
    ("spec", &[]),
    ("job", &[]),
    ("store", &["file", "job", "spec"]),
    ("http", &[]),
];

/// Dependencies and the one room of each, or the few that share one (`a|b`).
const ROOMS: [(&str, &str); 31] = [
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("indicatif", "cli"),
    ("etcetera", "cli"),
    ("cap_std", "cli|store|service/job"),
    ("rmcp", "mcp"),
    ("schemars", "wire|mcp"),
    ("serde_path_to_error", "mcp"),
    ("base64", "wire"),
    ("wasmtime", "backend/wasm"),
    ("wasmparser", "backend/wasm/instrument|backend/wasm/library|backend/wasm/meter"),
    ("wasm_encoder", "backend/wasm/instrument|backend/wasm/library|backend/wasm/meter"),
    ("postcard", "backend/wasm/worker"),
    ("sha2", "backend/wasm|backend/docker|store"),
    ("tar", "backend/wasm|backend/docker"),
    ("zip", "backend/wasm|store"),
    ("flate2", "backend/wasm"),
    ("getrandom", "backend/wasm/wasi|backend/docker|store"),
    ("rustix", "backend/wasm|backend/docker|lockdown|mcp/stdio|cli|store"),
    ("globset", "file"),
    ("landlock", "lockdown"),
    ("seccompiler", "lockdown"),
    ("libc", "lockdown"),
    ("tempfile", "backend/wasm"),
    ("toml", "*"),
    ("tracing_subscriber", "main"),
    ("bollard", "backend/docker"),
    ("sqlx", "store"),
    ("serde_saphyr", "spec"),
    ("indexmap", "spec"),
    ("futures_util", "backend/docker"),
];

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            rust_files(&entry, files);
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            files.push(entry);
        }
    }
}

fn sources(folders: &[&str]) -> BTreeMap<String, String> {
    let mut files = Vec::new();
    for folder in folders.iter().map(|folder| project().join(folder)).filter(|folder| folder.is_dir()) {
        rust_files(&folder, &mut files);
    }
    let name = |path: &Path| path.strip_prefix(project()).unwrap().display().to_string();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// What a file says before its tests begin.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

/// The room of a file of `src/`: its first folder, or its own name.
fn room(path: &str) -> &str {
    let path = path.trim_start_matches("src/");
    path.split(['/', '.']).next().unwrap()
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn imports_go_down() {
    let mut problems = Vec::new();
    for (path, text) in sources(&["src"]) {
        let from = room(&path);
        let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| *room == from) else {
            problems.push(format!("{path}: the room {from} is not in the map"));
            continue;
        };
        for line in code(&text).lines().filter(|line| !line.trim_start().starts_with("//")) {
            for import in line.match_indices("crate::").map(|(at, _)| &line[at + 7..]) {
                let to = import.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                if to != from
                    && !to.is_empty()
                    && !allowed.contains(&to)
                    && ![from, to].iter().any(|room| ["lib", "fuzzing"].contains(room))
                {
                    problems.push(format!("{path}: {from} must not import {to}: {}", line.trim()));
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn one_dependency_lives_in_one_room() {
    let mut problems = Vec::new();
    for (path, text) in sources(&["src"]) {
        let place = path.trim_start_matches("src/").trim_end_matches(".rs").to_owned();
        for (name, home) in ROOMS.iter().filter(|(_, home)| *home != "*") {
            let inside = home.split('|').any(|home| place == home || place.starts_with(&format!("{home}/")));
            let used = |line: &&str| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && (line.contains(&format!(" {name}::")) || line.contains(&format!("({name}::")))
            };
            if !inside && let Some(line) = code(&text).lines().find(used) {
                problems.push(format!("{path}: {name} belongs to {home}: {}", line.trim()));
            }
        }
    }
    report(&problems);
}

#[test]
fn files_are_small_and_say_what_they_own() {
    let mut problems = Vec::new();
    for (path, text) in sources(&["src", "tests", "xtask", "benches"]) {
        let lines = text.lines().count();
        if lines > MAX_LINES {
            problems.push(format!("{path}: {lines} lines; at most {MAX_LINES}"));
        }
        if !text.starts_with("//!") {
            problems.push(format!("{path}: does not begin by saying what it owns"));
        }
        if path.ends_with("/mod.rs") {
            problems.push(format!("{path}: `foo.rs` and `foo/`, no mod.rs"));
        }
    }
    report(&problems);
}

#[test]
fn unsafe_code_stays_in_its_homes() {
    let homes = ["src/backend/wasm/module.rs", "src/backend/wasm/slot/", "src/lockdown/descriptor.rs"];
    let problems: Vec<String> = sources(&["src", "xtask"])
        .into_iter()
        .filter(|(path, text)| {
            (text.contains("unsafe {") || text.contains("unsafe impl"))
                && !homes.iter().any(|home| path.starts_with(home))
        })
        .map(|(path, _)| format!("{path}: unsafe code"))
        .collect();
    report(&problems);
}

#[test]
fn no_duration_is_taken_from_a_clock_that_can_jump() {
    // Only what guests see of the time of day.
    let homes = ["src/backend/wasm/execute.rs", "src/backend/wasm/wasi/clock.rs"];
    let problems: Vec<String> = sources(&["src"])
        .into_iter()
        .filter(|(path, text)| code(text).contains("SystemTime") && !homes.contains(&path.as_str()))
        .map(|(path, _)| format!("{path}: uses SystemTime"))
        .collect();
    report(&problems);
}

#[test]
fn nothing_names_a_registry_or_a_path_of_a_machine() {
    // Spelled in two parts, so that this file does not name them either.
    let banned = [
        ("npm", "js.org"),
        ("crates", ".io"),
        ("python", "hosted"),
        ("pypi", ".org"),
        ("deb", "ian.org"),
        ("/wo", "rk/main"),
    ];
    let mut problems = Vec::new();
    let mut files = Vec::new();
    all_files(project(), &mut files);
    for path in files.iter().filter(|path| path.file_name().is_some_and(|name| name != "Cargo.lock")) {
        let Ok(text) = fs::read_to_string(path) else { continue };
        for (first, second) in banned {
            if text.contains(&format!("{first}{second}"))
                && !path.ends_with("tests/tidy.rs")
                && !guest_path(path, first)
            {
                problems.push(format!("{}: {first}{second}", path.display()));
            }
        }
    }
    report(&problems);
}

/// `/work` followed by `main.` is the guest's own path, which is fine.
fn guest_path(path: &Path, first: &str) -> bool {
    first == "/wo"
        && fs::read_to_string(path).unwrap().matches("/work/main").count()
            == fs::read_to_string(path).unwrap().matches("/work/main.").count()
}

fn all_files(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if name == ".git" || (entry.is_dir() && name == "target") {
            // Not ours: in a worktree `.git` is a file that names the folder of the repository.
        } else if entry.is_dir() {
            all_files(&entry, files);
        } else if entry.is_file() && name != ".git" {
            // In a worktree `.git` is a file that names the machine's path of the repository.
            files.push(entry);
        }
    }
}

#[test]
fn the_threat_model_names_tests_that_exist() {
    let model = fs::read_to_string(project().join("docs/threat-model.md")).unwrap();
    let mut problems = Vec::new();
    let names = model.split('`').filter(|text| text.starts_with("escape::") || text.starts_with("lockdown::"));
    for name in names.filter(|name| !name.ends_with("::") && !name.ends_with("...")) {
        let (file, test) = name.rsplit_once("::").unwrap();
        let path = project().join("tests/it").join(file.replace("::", "/")).with_extension("rs");
        let there = fs::read_to_string(&path).is_ok_and(|text| text.contains(&format!("\nfn {test}() {{\n")));
        if !there {
            problems.push(format!("docs/threat-model.md: {name} is not in {}", path.display()));
        }
    }
    report(&problems);
}

#[test]
fn the_readme_has_its_two_commands() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let commands: Vec<&str> = readme.lines().filter(|line| line.starts_with("cargo ")).take(2).collect();
    assert_eq!(commands.len(), 2, "the first run and the tests");
    assert!(commands[0].starts_with("cargo run -- run-code") && commands[1].starts_with("cargo test"), "{commands:?}");
    let script = fs::read_to_string(project().join(".ci/run")).unwrap();
    assert!(script.contains(commands[1]), ".ci/run calls the second command");
}
