//! Text from elsewhere on the operator's terminal: names, titles and errors are shown, and do nothing.

use crate::harness::{add_runtime, binary};
use std::process::Output;

/// Clears a screen, sets a title, reorders text, moves the cursor.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\u{9b}1A\r\u{8}";

fn active(text: &str) -> Vec<char> {
    let marks = |c: &char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !matches!(c, '\n' | '\t')).filter(marks).collect()
}

#[test]
fn hostile_names_are_shown_and_do_nothing() {
    let (runtimes, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let escaped = HOSTILE.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect::<String>();
    let manifest = crate::harness::command_manifest("hostile").replace("title = \"", &format!("title = \"{escaped}"));
    add_runtime(
        runtimes.path(),
        "hostile",
        r#"(module (memory (export "memory") 1) (func (export "_start")))"#,
        &manifest,
    );
    let named = data.path().join(format!("{HOSTILE}.py"));
    let run = |args: &[&str]| -> Output {
        let mut command = binary();
        command.env("RUNCELL_RUNTIMES_DIR", runtimes.path()).env("RUNCELL_DATA_DIR", data.path());
        command.args(args).stdin(std::process::Stdio::null()).output().expect("runcell starts")
    };
    let named = named.to_str().expect("UTF-8");
    let verbs: [&[&str]; 14] = [
        &["runtimes", "list"],
        &["runtimes", "list", "--json"],
        &["runtimes", "info", "hostile"],
        &["runtimes", "info", HOSTILE],
        &["run-code", "hostile", "-"],
        &["run-code", HOSTILE, "1"],
        &["run-code", "hostile", "-f", named],
        &["run-code", "hostile", "-", "--file", named],
        &["run-code", "hostile", "-", "--output", HOSTILE],
        &["run-code", "hostile", "-", "--json", "--output", HOSTILE],
        &["job", "show", "7"],
        &["job", "submit", HOSTILE, "--image", HOSTILE],
        &["--config", named, "runtimes", "list"],
        &["doctor"],
    ];
    for verb in verbs {
        let output = run(verb);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(active(&out), Vec::<char>::new(), "{verb:?}: {out:?}");
        assert_eq!(active(&err), Vec::<char>::new(), "{verb:?}: {err:?}");
    }
    let list = run(&["runtimes", "info", "hostile"]);
    assert!(String::from_utf8_lossy(&list.stdout).contains("\\u{1b}[2J"), "it is shown: {list:?}");
}
