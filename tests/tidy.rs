//! Rules of the repository that a reader relies on: a rule that nothing checks is a wish.
//!
//! Arrows go down, one dependency lives in one room, files stay small, every module says what it owns.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "tidy/circle.rs"]
mod circle;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The longest file, in lines.
const MAX_LINES: usize = 500;

/// The crates, from the top down, and which of ours each may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("bench", &["."]),
    (".", &["client", "http", "mcp", "wire", "service", "wasm", "docker", "store", "folder", "telemetry", "model"]),
    ("xtask", &[]),
    ("http", &["mcp", "wire", "service", "telemetry", "model"]),
    ("client", &["wire", "tls"]),
    ("mcp", &["wire", "service", "telemetry", "model"]),
    ("wire", &["service", "model"]),
    ("service", &["wasm", "docker", "store", "folder", "oidc", "telemetry", "model"]),
    ("wasm", &["runtimes", "component", "cell", "telemetry", "model"]),
    ("runtimes", &["cell", "model"]),
    ("component", &["cell", "model"]),
    ("cell", &["model"]),
    ("docker", &["folder", "telemetry", "model"]),
    ("store", &["folder", "model"]),
    ("oidc", &["tls", "model"]),
    ("folder", &[]),
    ("tls", &[]),
    ("telemetry", &[]),
    ("model", &[]),
    ("fuzzing", &[]),
];

/// Dependencies from elsewhere that live in one crate, or in the few that share one (`a|b`). What is not named may be used anywhere.
const HOMES: &[(&str, &str)] = &[
    ("clap", ".|bench"),
    ("clap_complete", "."),
    ("indicatif", "."),
    ("etcetera", "."),
    ("cap-std", "."),
    ("rmcp", "mcp"),
    ("axum", "http"),
    ("aide", "http"),
    ("hyper", "http|client|oidc"),
    ("hyper-util", "http|client|oidc|telemetry"),
    ("http-body-util", "http|mcp|client|oidc|telemetry"),
    ("tower-http", "http"),
    ("x509-cert", "http"),
    ("tower-service", "http|mcp|client"),
    ("schemars", "model|wire|mcp|http|bench"),
    ("serde_path_to_error", "wire|http"),
    ("base64", "wire|service|oidc"),
    ("percent-encoding", "client"),
    ("rustls", "client|tls"),
    ("rustls-native-certs", "tls"),
    ("tokio-rustls", "tls|http"),
    ("wasmtime", "cell|component|runtimes|wasm"),
    ("wasmtime-wasi", "component"),
    ("bytes", "component|http|mcp|client|oidc|telemetry"),
    ("wasmparser", "cell"),
    ("wasm-encoder", "cell"),
    ("postcard", "wasm"),
    ("sha2", "cell|runtimes|docker|store|service"),
    ("tar", "runtimes|docker"),
    ("zip", "runtimes|store"),
    ("flate2", "runtimes|store"),
    ("getrandom", "cell|docker|store|http"),
    ("globset", "model"),
    ("landlock", "wasm"),
    ("seccompiler", "wasm"),
    ("libc", "cell|wasm"),
    ("tracing-appender", "."),
    ("tracing-opentelemetry", "telemetry"),
    ("opentelemetry", "telemetry"),
    ("opentelemetry_sdk", "telemetry"),
    ("prometheus-client", "telemetry"),
    ("tracing-subscriber", ".|telemetry"),
    ("bollard", "docker"),
    ("sqlx", "store"),
    ("serde-saphyr", "model"),
    ("indexmap", "model"),
    ("futures-util", "docker|mcp|http"),
    ("bolero", "fuzzing"),
    ("anyhow", "cell|bench"),
    ("argon2", "service"),
    ("hmac", "service"),
    ("governor", "service"),
    ("subtle", "service"),
    ("zeroize", "service"),
    ("ring", "oidc"),
    ("bcrypt", "service"),
    ("strsim", "model"),
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

/// The code of a file before its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

/// The packages of the workspace and their manifests: the program's own is `.`.
fn manifests() -> Vec<(String, toml::Table)> {
    let mut folders: Vec<(String, PathBuf)> =
        [".", "bench", "xtask"].map(|name| (name.to_owned(), project().join(name).join("Cargo.toml"))).into();
    for entry in fs::read_dir(project().join("crates")).unwrap().map(|entry| entry.unwrap()) {
        folders.push((entry.file_name().into_string().unwrap(), entry.path().join("Cargo.toml")));
    }
    let read = |path: &Path| fs::read_to_string(path).unwrap().parse().unwrap();
    folders.into_iter().map(|(name, path)| (name, read(&path))).collect()
}

/// The dependencies of a package, but for its tests.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn imports_go_down() {
    let mut problems = Vec::new();
    for (package, manifest) in manifests() {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package) else {
            problems.push(format!("the crate {package} is not in the map"));
            continue;
        };
        for dependency in dependencies(&manifest) {
            let ours = if dependency == "runcell" { Some(".") } else { dependency.strip_prefix("runcell-") };
            if let Some(to) = ours.filter(|to| !allowed.contains(to)) {
                problems.push(format!("{package} must not depend on {to}"));
            }
        }
    }
    report(&problems);
}

#[test]
fn no_files_of_a_crate_go_in_circles() {
    let sources = sources(&["src", "crates", "xtask", "bench"]);
    let roots = sources.keys().filter(|path| path.ends_with("src/lib.rs") || path.ends_with("src/main.rs"));
    let mut problems = Vec::new();
    for root in roots {
        let imports = circle::imports(root, &sources);
        for files in circle::circles(&imports) {
            problems.push(format!("{} files go in a circle:", files.len()));
            let ties = imports.iter().filter(|((from, to), _)| files.contains(from) && files.contains(to));
            let line = |((from, to), names): (&(String, String), &_)| format!("  {from} -> {to}: {names:?}");
            problems.extend(ties.map(line));
        }
    }
    report(&problems);
}

#[test]
fn one_dependency_lives_in_one_crate() {
    let mut problems = Vec::new();
    for (package, manifest) in manifests() {
        for dependency in dependencies(&manifest) {
            let home = HOMES.iter().find(|(name, _)| *name == dependency);
            if let Some((_, home)) = home.filter(|(_, home)| !home.split('|').any(|home| home == package)) {
                problems.push(format!("{package}: {dependency} belongs to {home}"));
            }
        }
    }
    report(&problems);
}

#[test]
fn files_are_small_and_say_what_they_own() {
    let mut problems = Vec::new();
    for (path, text) in sources(&["src", "crates", "tests", "bench", "xtask"]) {
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
    let homes = ["crates/cell/src/module.rs", "crates/cell/src/slot/", "crates/wasm/src/lockdown/descriptor.rs"];
    let problems: Vec<String> = sources(&["src", "crates", "bench", "xtask"])
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
    // Only what guests see of the time of day, what spans are sent with, and the time of a file.
    let homes = [
        "crates/wasm/src/execution.rs",
        "crates/cell/src/wasi/clock.rs",
        "crates/telemetry/src/trace/encode.rs",
        "crates/http/build.rs",
    ];
    let problems: Vec<String> = sources(&["src", "crates"])
        .into_iter()
        .filter(|(path, text)| code(text).contains("SystemTime") && !homes.contains(&path.as_str()))
        .map(|(path, _)| format!("{path}: uses SystemTime"))
        .collect();
    report(&problems);
}

#[test]
fn changes_pass_through_the_trail() {
    let table = fs::read_to_string(project().join("crates/model/src/caller.rs")).unwrap();
    let rows = table.lines().filter_map(|line| {
        let (variant, rest) = line.strip_prefix("    ")?.split_once(", \"")?;
        Some((variant.to_owned(), rest.split_once('"')?.0.to_owned()))
    });
    let changing: Vec<String> = rows
        .filter(|(_, name)| name.contains('.') && !name.ends_with(".read") && name != "tenants.all")
        .map(|row| row.0)
        .collect();
    assert!(changing.len() > 10, "the table was not read: {changing:?}");
    // Recording what a run did is a part of the run, which left a line when it began.
    let homes = ["crates/service/src/trail.rs", "crates/service/src/execution.rs"];
    let mut problems = Vec::new();
    for (path, text) in sources(&["crates/service/src"]) {
        let asked = |variant: &&String| code(&text).contains(&format!(".may(Operation::{variant})"));
        for variant in changing.iter().filter(asked).filter(|_| !homes.contains(&path.as_str())) {
            problems.push(format!("{path}: Operation::{variant} changes something: begin it with the trail"));
        }
    }
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
        let made = ["target", "node_modules", "dist"].contains(&&*name);
        if name == ".git" || (entry.is_dir() && made) {
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
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte));
    let names = model.split('`').filter(|text| text.contains("::") && text.split("::").all(plain));
    let (mut problems, mut named) = (Vec::new(), 0);
    for name in names.filter(|name| !name.ends_with("::")) {
        named += 1;
        if !is_test(name) {
            problems.push(format!("docs/threat-model.md: there is no test {name}"));
        }
    }
    report(&problems);
    assert!(named > 100, "{named} tests are named");
}

/// Whether there is a test of this name, in the file that its path means, or a file of tests of this name.
fn is_test(name: &str) -> bool {
    let (file, test) = name.rsplit_once("::").unwrap();
    let root = project().join("tests/it");
    if root.join(name.replace("::", "/")).with_extension("rs").is_file() {
        return true;
    }
    let path = root.join(file.replace("::", "/")).with_extension("rs");
    let text = fs::read_to_string(path).unwrap_or_default();
    // A macro makes several tests of one.
    text.contains(&format!("fn {test}(")) || text.contains(&format!("both!({test},"))
}

#[test]
fn the_readme_has_its_two_commands() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let commands: Vec<&str> = readme.lines().filter(|line| line.starts_with("cargo ")).take(2).collect();
    assert_eq!(commands.len(), 2, "the first run and the tests");
    assert!(commands[0].starts_with("cargo run -- run-code") && commands[1] == "cargo xtask test", "{commands:?}");
    let script = fs::read_to_string(project().join(".ci/run")).unwrap();
    assert!(script.lines().any(|line| line == commands[1]), ".ci/run calls the second command");
}
