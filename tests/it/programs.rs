//! Programs of every language with checked output: `tests/programs/RUNTIME/NAME.EXT`.
//!
//! Beside a program lie `NAME.expected` (its stdout) and `NAME.json` (everything else: arguments, stdin, files, options,
//! exit code, stderr). All programs of a language run even if some fail; a failure prints everything.

use crate::harness::{project, report, request, run, run_code, stderr, stdout};
use runcell::file::{GuestPath, InputFile};
use runcell::limits::{Kind, LimitKind, LimitsRequest};
use runcell::outcome::{Ending, Outcome};
use runcell::service::Stdin;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Case {
    /// The version of the runtime that the program is for; none: the default one.
    version: Option<String>,
    args: Vec<String>,
    stdin: String,
    /// How often stdin is repeated; 0 is once.
    stdin_times: usize,
    env: BTreeMap<String, String>,
    options: BTreeMap<String, String>,
    /// Other options under which it does the same.
    also: Vec<BTreeMap<String, String>>,
    files: BTreeMap<String, String>,
    /// Files wanted back: name and contents.
    outputs: BTreeMap<String, String>,
    /// Files wanted back whose first bytes (in hexadecimal digits) are known.
    output_begins: BTreeMap<String, String>,
    /// Files that come back without being asked for, and how they begin; all of them.
    shown: Option<BTreeMap<String, String>>,
    exit: u32,
    /// Whether the program crashes instead of ending.
    crash: bool,
    /// The limit that stops it.
    limit: Option<String>,
    /// Whether stdout is not compared (there is no `.expected`).
    any_stdout: bool,
    /// The length of stdout.
    stdout_bytes: Option<usize>,
    stdout_contains: Vec<String>,
    /// A pattern that all of stdout matches.
    stdout_matches: Option<String>,
    /// The picture of a terminal.
    tty: Option<String>,
    /// Whether two runs print different things.
    differs: bool,
    stderr: Option<String>,
    stderr_contains: Vec<String>,
    stderr_lacks: Vec<String>,
    /// The most fuel that it may use.
    most_fuel: Option<u64>,
}

fn play(runtime: &str, program: &Path) -> Result<(), String> {
    let case: Case = match fs::read(program.with_extension("json")).ok() {
        Some(text) => serde_json::from_slice(&text).map_err(|error| format!("bad case: {error}"))?,
        None => Case::default(),
    };
    for options in std::iter::once(&case.options).chain(&case.also) {
        play_with(&case, options, runtime, program).map_err(|what| format!("{options:?}: {what}"))?;
    }
    Ok(())
}

fn play_with(case: &Case, options: &BTreeMap<String, String>, runtime: &str, program: &Path) -> Result<(), String> {
    let code = fs::read(program).map_err(|error| error.to_string())?;
    let runtime = &case.version.as_ref().map_or(runtime.to_owned(), |version| format!("{runtime}@{version}"));
    let mut wanted = request(runtime, "");
    wanted.code = code;
    // The name that says that a program is a module.
    wanted.code_name = program.extension().filter(|ending| *ending == "mjs").and(GuestPath::new("main.mjs").ok());
    // The work of a program is bounded by its fuel, as for every user. How long a machine takes for that which also runs
    // containers and databases for other tests is no property of the program.
    wanted.limits = LimitsRequest::default().with(LimitKind::WallTime, 120_000);
    wanted.args.clone_from(&case.args);
    wanted.stdin = Stdin::Bytes(case.stdin.repeat(case.stdin_times.max(1)).into_bytes());
    wanted.env.clone_from(&case.env);
    wanted.options.clone_from(options);
    wanted.outputs = case.outputs.keys().chain(case.output_begins.keys()).cloned().collect();
    for (name, text) in &case.files {
        let path = GuestPath::new(name).map_err(|error| error.to_string())?;
        wanted.files.push(InputFile { path, bytes: text.clone().into_bytes() });
    }
    let outcome = run(wanted);
    if case.differs
        && stdout(&run_code(runtime, &String::from_utf8_lossy(&fs::read(program).unwrap()))) == stdout(&outcome)
    {
        return Err(format!("two runs printed the same\n{}", report(&outcome)));
    }
    check(case, &outcome, fs::read(program.with_extension("expected")).ok())
        .map_err(|what| format!("{what}\n{}", report(&outcome)))
}

fn check(case: &Case, outcome: &Outcome, expected: Option<Vec<u8>>) -> Result<(), String> {
    match &outcome.ending {
        Ending::Crashed { .. } if case.crash => {}
        Ending::Terminated { limit, .. } if case.limit.as_deref() == Some(limit.name()) => {}
        Ending::Completed { exit_code } if case.limit.is_none() && !case.crash && *exit_code == case.exit => {}
        _ => return Err(format!("expected exit code {}", case.exit)),
    }
    if let Some(most) = case.most_fuel.filter(|most| outcome.usage.fuel > *most) {
        return Err(format!("expected at most {most} of fuel, not {}", outcome.usage.fuel));
    }
    let (out, err) = (stdout(outcome), stderr(outcome));
    if let Some(bytes) = case.stdout_bytes.filter(|bytes| *bytes != out.len()) {
        return Err(format!("expected {bytes} bytes of stdout, not {}", out.len()));
    }
    match expected {
        Some(expected) if outcome.output.stdout != expected => {
            return Err(format!("expected stdout\n{}", String::from_utf8_lossy(&expected)));
        }
        None if case.stdout_contains.is_empty()
            && case.stdout_matches.is_none()
            && !case.any_stdout
            && !out.is_empty() =>
        {
            return Err("expected no stdout".to_owned());
        }
        _ => {}
    }
    if let Some(text) = case.stdout_contains.iter().find(|text| !out.contains(text.as_str())) {
        return Err(format!("expected {text:?} in stdout"));
    }
    if let Some(pattern) =
        case.stdout_matches.as_ref().filter(|pattern| !regex_lite::Regex::new(pattern).unwrap().is_match(&out))
    {
        return Err(format!("expected stdout to match {pattern}"));
    }
    if let Some(tty) = case.tty.as_ref().filter(|tty| tty.as_bytes() != outcome.output.tty) {
        return Err(format!("expected on a terminal\n{tty}"));
    }
    if let Some(text) = case.stderr_contains.iter().find(|text| !err.contains(text.as_str())) {
        return Err(format!("expected {text:?} in stderr"));
    }
    if let Some(text) = case.stderr_lacks.iter().find(|text| err.contains(text.as_str())) {
        return Err(format!("did not expect {text:?} in stderr"));
    }
    let silent = case.stderr.is_none()
        && case.stderr_contains.is_empty()
        && case.exit == 0
        && !case.crash
        && case.limit.is_none();
    let wanted = case.stderr.as_deref().or(silent.then_some(""));
    if let Some(wanted) = wanted.filter(|wanted| *wanted != err) {
        return Err(format!("expected stderr\n{wanted}"));
    }
    for (name, contents) in &case.outputs {
        let file = outcome.files.iter().find(|file| file.path == *name);
        if file.is_none_or(|file| file.bytes != contents.as_bytes()) {
            return Err(format!("expected the file {name} with {contents:?}, not {file:?}"));
        }
    }
    if let Some(shown) = &case.shown {
        let asked = |path: &String| case.outputs.contains_key(path) || case.output_begins.contains_key(path);
        let paths = outcome.files.iter().map(|file| &file.path).filter(|path| !asked(path));
        if !paths.eq(shown.keys()) {
            return Err(format!("expected the files {:?} unasked", shown.keys()));
        }
    }
    for (name, digits) in case.output_begins.iter().chain(case.shown.iter().flatten()) {
        let file = outcome.files.iter().find(|file| file.path == *name);
        let begins =
            |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().starts_with(digits);
        if file.is_none_or(|file| !begins(&file.bytes)) {
            return Err(format!("expected the file {name} to begin with {digits}"));
        }
    }
    Ok(())
}

fn play_all(runtime: &str, ending: &str) {
    let folder = project().join("tests/programs").join(runtime.split('@').next().unwrap());
    let mut programs: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    programs.retain(|path| path.extension().is_some_and(|found| found == ending));
    programs.sort();
    assert!(!programs.is_empty(), "no programs in {}", folder.display());
    let mut failures = Vec::new();
    for program in &programs {
        if let Err(what) = play(runtime, program) {
            failures.push(format!("=== {}: {what}", program.display()));
        }
    }
    assert!(failures.is_empty(), "{} of {} failed\n{}", failures.len(), programs.len(), failures.join("\n"));
}

#[test]
fn c() {
    play_all("clang", "c");
}

#[test]
fn javascript() {
    play_all("quickjs", "js");
    play_all("quickjs", "mjs");
}

#[test]
fn cpp() {
    play_all("clangpp", "cpp");
}

#[test]
fn php() {
    play_all("php", "php");
}

#[test]
fn python() {
    play_all("python", "py");
}

#[test]
fn ruby() {
    play_all("ruby", "rb");
}
