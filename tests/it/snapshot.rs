//! Texts that people and scripts read, word for word: the help of each verb, the findings of `doctor`, the JSON of an outcome.
//!
//! Values that differ from machine to machine or from run to run are replaced; whether they are right, other tests say.

use crate::harness::{binary, prepare};
use regex_lite::Regex;
use std::process::Stdio;

/// stdout of the program, which is to end with a code.
#[track_caller]
fn printed(args: &[&str], code: i32, change: impl FnOnce(&mut std::process::Command)) -> String {
    let mut command = binary();
    // Help is as wide as a terminal where there is one.
    command.args(args).env("COLUMNS", "100").stdin(Stdio::null());
    change(&mut command);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Puts a text in the place of what a pattern finds.
fn replaced(text: &str, patterns: &[(&str, &str)]) -> String {
    patterns.iter().fold(text.to_owned(), |text, (pattern, with)| {
        Regex::new(pattern).unwrap().replace_all(&text, *with).into_owned()
    })
}

#[test]
fn the_help_of_each_verb() {
    let mut waiting = vec![Vec::<String>::new()];
    while let Some(verb) = waiting.pop() {
        let args: Vec<&str> = verb.iter().map(String::as_str).chain(["--help"]).collect();
        let help = printed(&args, 0, |_| ());
        let commands = help.split_once("Commands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
        let is_name = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
        for name in commands.lines().filter(is_name).filter_map(|line| line.split_whitespace().next()) {
            if name != "help" {
                waiting.push(verb.iter().cloned().chain([name.to_owned()]).collect());
            }
        }
        insta::assert_snapshot!([&["help".to_owned()][..], &verb].concat().join("_"), help);
    }
}

#[test]
fn what_doctor_prints() {
    let empty = tempfile::tempdir().unwrap();
    let doctor = printed(&["doctor"], 0, |command| {
        // Nothing is prepared and no engine is there: what they are like is other tests' business.
        command
            .env("DOCKER_HOST", "unix:///nonexistent/docker.sock")
            .env("RUNCELL_CACHE_DIR", empty.path().join("cache"));
        command.env("RUNCELL_DATA_DIR", empty.path()).env("RUNCELL_RUNTIMES_DIR", empty.path());
    });
    let values = [
        (r"(?m)^(ok  (?:runcell|npm|pip|cargo) +).*$", "$1(version)"),
        (r"(?m)^(ok  cache +).*$", "$1(folder and space)"),
        (r"in \d+ ms", "in (time) ms"),
        (r"\(linux \w+\)", "(system)"),
    ];
    insta::assert_snapshot!(replaced(&doctor, &values));
}

#[test]
fn the_json_of_an_outcome() {
    prepare("php");
    let outcome = |args: &[&str], code| {
        let text = printed(&[&["run-code", "php", "--json"], args].concat(), code, |_| ());
        // Usage differs a little from run to run.
        let (before, usage) = text.split_once("\"usage\"").unwrap();
        format!("{before}\"usage\"{}", replaced(usage, &[(r"\d+", "0")]))
    };
    let file = "echo \"said\\n\"; fwrite(STDERR, 'warned'); file_put_contents('made.txt', 'text'); exit(3);";
    insta::assert_snapshot!("outcome_completed", outcome(&[file, "--output", "made.txt"], 3));
    insta::assert_snapshot!("outcome_limit", outcome(&["while (true);", "--limit", "fuel=1000000"], 137));
    insta::assert_snapshot!("outcome_timed_out", outcome(&["while (true);", "--timeout", "50ms"], 124));
}
