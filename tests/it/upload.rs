//! Uploaded files and advice in the shell: kept, listed, run, deleted; the same refusals as everywhere.

use crate::harness::{binary, prepare};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;

/// Runs the program with a data folder; stdout and stderr, if it ends with a code.
#[track_caller]
fn runcell(data: &Path, args: &[&str], code: i32) -> (String, String) {
    let output = binary().env("RUNCELL_DATA_DIR", data).args(args).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}\n--- stdout\n{out}\n--- stderr\n{err}");
    (out, err)
}

#[track_caller]
fn printed(data: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&runcell(data, args, 0).0).unwrap()
}

#[test]
fn files_are_kept_listed_run_and_deleted() {
    prepare("php");
    let dir = tempfile::tempdir().unwrap();
    let (data, source) = (dir.path().join("data"), dir.path().join("hello.php"));
    std::fs::write(&source, "<?php echo $argv[1], ' ', basename(__FILE__), ' ', file_get_contents('in.txt');").unwrap();
    assert_eq!(runcell(&data, &["files", "list"], 0).0, "no file was uploaded yet\n");
    let (id, _) = runcell(&data, &["files", "upload", source.to_str().unwrap(), "--runtime", "php"], 0);
    let id = id.trim();
    let list = printed(&data, &["files", "list", "--json"]);
    assert_eq!((&list["count"], &list["files"][0]["file_id"]), (&1.into(), &id.into()), "{list}");
    let row = runcell(&data, &["files", "list"], 0).0;
    assert!(
        row.lines().nth(1).is_some_and(|row| row.starts_with(id) && row.ends_with("php          hello.php")),
        "{row}"
    );
    let shown = printed(&data, &["files", "show", id, "--json"]);
    assert_eq!((&shown["filename"], &shown["media_type"]), (&"hello.php".into(), &"text/x-php".into()));
    assert_eq!(runcell(&data, &["files", "show", id, "--content"], 0).0, std::fs::read_to_string(&source).unwrap());
    let input = dir.path().join("in.txt");
    std::fs::write(&input, "given").unwrap();
    let run = ["files", "run", id, "--file", input.to_str().unwrap(), "--", "one"];
    let (out, err) = runcell(&data, &run, 0);
    assert_eq!((&*out, &*err), ("one hello.php given", ""), "behind the walls of run-code, and nothing is said");
    let stats = printed(&data, &["files", "stats", "--json"]);
    assert_eq!((&stats["files"], &stats["bytes"]), (&1.into(), &std::fs::metadata(&source).unwrap().len().into()));
    assert!(runcell(&data, &["files", "stats"], 0).0.starts_with("1 of 10000 files, "));
    runcell(&data, &["files", "remove", id], 0);
    for verb in ["show", "run", "remove"] {
        let (_, err) = runcell(&data, &["files", verb, id], 2);
        assert!(err.contains(&format!("there is no uploaded file {id}")), "{err}");
    }
}

#[test]
fn what_cannot_be_kept_or_run_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (data, config) = (dir.path().join("data"), dir.path().join("config.toml"));
    std::fs::write(&config, "[uploads]\nfile_bytes = 10\nfiles = 1\n").unwrap();
    let file = |name: &str, bytes: usize| {
        std::fs::write(dir.path().join(name), "x".repeat(bytes)).unwrap();
        dir.path().join(name).display().to_string()
    };
    let (small, large) = (file("small", 10), file("large", 11));
    let config = config.to_str().unwrap();
    runcell(&data, &["--config", config, "files", "upload", &large], 2);
    let (id, _) = runcell(&data, &["--config", config, "files", "upload", &small], 0);
    let (_, err) = runcell(&data, &["--config", config, "files", "upload", &small], 2);
    assert!(err.contains("1 files"), "{err}");
    let cases: [(&[&str], &str); 6] = [
        (&["run", id.trim()], "name it with --runtime"),
        (&["show", "../../etc/passwd"], "is no name of an uploaded file"),
        (&["remove", "x", "y"], "is no name of an uploaded file"),
        (&["upload", "/nonexistent/file"], "cannot read /nonexistent/file"),
        (&["upload", "-"], "name the file with --name"),
        (&["upload", &small, "--name", "../x"], "leaves /work"),
    ];
    for (args, words) in cases {
        let code = if words.starts_with("cannot read") { 125 } else { 2 };
        let (_, err) = runcell(&data, &[&["files"], args].concat(), code);
        assert!(err.contains(words), "{args:?}: {err}");
    }
}

#[test]
fn advice_names_lines_and_changes_nothing() {
    prepare("php");
    let dir = tempfile::tempdir().unwrap();
    let code = "<?php\n// exec('x');\n$f = 'unserialize';\necho unserialize(serialize(42));";
    let advice = json!([{
        "line": 4, "rule": "deserialize", "message": "makes objects out of data, which can run code"
    }]);
    let checked = printed(dir.path(), &["run-code", "php-cgi", "--check", "--json", code]);
    assert_eq!((&checked["advice"], &checked["stdout"], &checked["exit_code"]), (&advice, &"42".into(), &0.into()));
    let unchecked = printed(dir.path(), &["run-code", "php", "--json", code]);
    assert_eq!(unchecked.get("advice"), None);
    let (out, err) = runcell(dir.path(), &["run-code", "php", "--check", code], 0);
    assert!(
        out == "42" && err.contains("line 4: makes objects out of data, which can run code (deserialize)"),
        "{err}"
    );
}
