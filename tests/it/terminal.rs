//! Text from elsewhere on the operator's terminal: names, titles and errors are shown, and do nothing.

use crate::docker::harness::{build, the_engine};
use crate::harness::{add_runtime, binary};
use crate::job::harness::Place;
use std::process::Output;

/// Clears a screen, sets a title, reorders text, moves the cursor.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\u{9b}1A\r\u{8}";

fn active(text: &str) -> Vec<char> {
    let marks = |c: &char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !matches!(c, '\n' | '\t')).filter(marks).collect()
}

/// The same inside JSON, and inside a text of YAML.
fn escaped() -> String {
    HOSTILE.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect()
}

#[track_caller]
fn expect_nothing_active(verb: &[&str], output: &Output) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(active(&out), Vec::<char>::new(), "{verb:?}: {out:?}");
    assert_eq!(active(&err), Vec::<char>::new(), "{verb:?}: {err:?}");
}

#[test]
fn hostile_names_are_shown_and_do_nothing() {
    let (runtimes, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let escaped = escaped();
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
        expect_nothing_active(verb, &run(verb));
    }
    let list = run(&["runtimes", "info", "hostile"]);
    assert!(String::from_utf8_lossy(&list.stdout).contains("\\u{1b}[2J"), "it is shown: {list:?}");
}

/// An image that somebody else has made: everything that it says of itself is hostile.
fn hostile_image() -> String {
    let escaped = escaped();
    let tools = format!(
        r#"tools:
  hostile:
    title: "{escaped}"
    description: "{escaped}"
    parameters:
      p: {{type: string, description: "{escaped}", optional: true}}
      choice: {{type: enum, values: ["{escaped}", b], default: b}}
    data:
      given: {{description: "{escaped}", extension: "{escaped}", optional: true}}
  named: {{title: Named, parameters: {{"p{escaped}": {{type: string}}}}}}
  "broken{escaped}": {{title: "{escaped}", parameters: {{x: {{type: "no{escaped}"}}}}}}
"#
    );
    let citation = format!(
        "cff-version: 1.2.0\ntitle: \"{escaped}\"\nmessage: \"{escaped}\"\nauthors: [{{name: \"{escaped}\"}}]\n"
    );
    // Anybody may write the labels into an image that runcell writes into its own.
    let labels =
        ["runcell.derived", "runcell.content", "runcell.owner"].map(|label| format!("LABEL {label}=\"{HOSTILE}\""));
    let run = format!("#!/bin/sh\nprintf '{HOSTILE}'; printf '{HOSTILE}' >&2; touch \"/out/{HOSTILE}\"; exit 3\n");
    let files = [("tool.yml", &*tools, 0o644), ("CITATION.cff", &*citation, 0o644), ("run.sh", &*run, 0o755)];
    let steps = format!("COPY tool.yml CITATION.cff run.sh /src/\n{}\nCMD [\"/src/run.sh\"]", labels.join("\n"));
    build("hostile", &steps, &files)
}

#[test]
fn what_images_say_of_themselves_is_shown_and_does_nothing() {
    the_engine!();
    let (image, place) = (hostile_image(), Place::new());
    let slug = format!("{image}::hostile");
    let submit = ["job", "submit", "hostile", "--image", &image, "--wait"];
    let unknown = format!("{HOSTILE}=1");
    let verbs: [&[&str]; 14] = [
        &["tools", "list"],
        &["tools", "list", "--json"],
        &["tools", "list", HOSTILE],
        &["tools", "show", &slug],
        &["tools", "show", &slug, "--json"],
        &["tools", "show", HOSTILE],
        &["tools", "inspect", &image],
        &["tools", "inspect", &image, "--json"],
        &["images", "list"],
        &["images", "list", "--json"],
        &["images", "prune", "--own", "--everyone", "--dry-run"],
        &["job", "submit", "hostile", "--image", &image, "-p", &unknown],
        &["job", "submit", "hostile", "--image", &image, "-p", "choice=x"],
        &["doctor"],
    ];
    for verb in verbs {
        expect_nothing_active(verb, &place.run(verb));
    }
    let shown = place.run(&["tools", "show", &slug]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("\\u{1b}[2J"), "it is shown: {shown:?}");
    let images = place.run(&["images", "list", "--json"]);
    assert!(String::from_utf8_lossy(&images.stdout).contains("\\u001b[2J"), "its labels are read: {images:?}");
    // The output of a tool is its own business where it is asked for, and names of results are not.
    let _ran = place.run(&submit);
    for verb in
        [&["job", "list"][..], &["job", "show", "1"], &["job", "results", "1"], &["job", "results", "1", "--json"]]
    {
        expect_nothing_active(verb, &place.run(verb));
    }
    let results = place.run(&["job", "results", "1"]);
    assert!(String::from_utf8_lossy(&results.stdout).contains("[2J"), "the name is shown: {results:?}");
}
