//! Runs at a server that are interrupted, whose reader leaves, or whose connection breaks.

use super::harness::*;
use crate::harness::{eventually, prepare};
use crate::http::client::ask;
use std::io::{Read, Write};
use std::process::{Child, Stdio};

/// Ctrl-C.
pub fn interrupt(child: &Child) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
}

fn pair() -> Pair {
    prepare("php");
    Pair::new("")
}

/// Starts a program at the server, and reads the beginning of its output.
fn begun(pair: &Pair, code: &str, first: &str) -> Child {
    let mut command = pair.there(&["run-code", "php", code, "--timeout", "300s", "--limit", "output_bytes=64MiB"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut read = vec![0; first.len()];
    child.stdout.as_mut().unwrap().read_exact(&mut read).unwrap();
    assert_eq!(String::from_utf8_lossy(&read), first);
    child
}

/// The states of the runs that the server has recorded.
fn states(pair: &Pair) -> Vec<String> {
    let list = pair.server.get("/api/executions").json();
    list["executions"].as_array().unwrap().iter().map(|run| run["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn ctrl_c_stops_the_run_at_the_server() {
    let pair = pair();
    let child = begun(&pair, "echo \"first\\n\"; sleep(200);", "first\n");
    interrupt(&child);
    let (code, _, err) = end(&child.wait_with_output().unwrap());
    assert_eq!((code, &*err), (Some(130), ""), "it ends quietly");
    eventually("the run is cancelled", || states(&pair) == ["cancelled"]);
}

#[test]
fn a_reader_that_leaves_stops_the_run_at_the_server() {
    let pair = pair();
    let mut child = begun(&pair, "while (true) { echo str_repeat('x', 1000), \"\\n\"; usleep(1000); }", "xxx");
    drop(child.stdout.take());
    let (code, _, err) = end(&child.wait_with_output().unwrap());
    assert_eq!((code, &*err), (Some(141), ""));
    eventually("the run is cancelled", || states(&pair) == ["cancelled"]);
}

#[test]
fn a_file_that_does_not_fit_into_an_answer_is_saved_whole() {
    prepare("php");
    let pair = Pair::new("[answers]\nanswer_bytes = \"64 KiB\"");
    let code =
        "for ($i = 0; $i < 1000; $i++) $all .= pack('C*', ...range(0, 255)); file_put_contents('big.bin', $all);";
    let out = pair.path("out");
    let mut command =
        pair.there(&["run-code", "php", &format!("$all = ''; {code}"), "--output", "big.bin", "--out", &out]);
    let (code, _, err) = end(&command.output().unwrap());
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(std::fs::read(pair.path("out/big.bin")).unwrap(), (0..=255).collect::<Vec<u8>>().repeat(1000));
}

#[test]
fn stdin_goes_there_as_the_program_reads_it() {
    let pair = pair();
    let code = "echo strrev(trim(fgets(STDIN))), \"\\n\"; echo strrev(trim(fgets(STDIN))), \"\\n\"; echo feof(STDIN) || fgets(STDIN) === false ? 'end' : 'more';";
    let mut command = pair.there(&["run-code", "php", code]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"olleh\n").unwrap();
    let mut first = [0; 6];
    // The second line is typed after the answer to the first.
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"hello\n");
    stdin.write_all(b"dlrow\n").unwrap();
    drop(stdin);
    assert_eq!(end(&child.wait_with_output().unwrap()), (Some(0), "world\nend".to_owned(), String::new()));
    // A program that does not read leaves the input to the next one.
    let script = "printf 'one\\ntwo\\n' | while read line; do \"$0\" run-code php \"echo '$line.';\"; done";
    let there = pair.there(&[]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script]).arg(there.get_program());
    shell.envs(there.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert_eq!(end(&shell.output().unwrap()), (Some(0), "one.two.".to_owned(), String::new()));
}

#[test]
fn what_is_no_piece_of_stdin_is_refused() {
    let pair = pair();
    let run = |query: &str, json: serde_json::Value| pair.server.post(&format!("/api/execute{query}"), &json);
    let php = serde_json::json!({ "runtime": "php", "code": "echo 1;" });
    assert!(run("?stdin=later", php.clone()).problem(400, "invalid").contains("ask for events"));
    assert!(run("/stream?stdin=now", php.clone()).problem(400, "invalid").contains("is not `later`"));
    let given = serde_json::json!({ "runtime": "php", "code": "echo 1;", "stdin": "x" });
    assert!(run("/stream?stdin=later", given).problem(400, "invalid").contains("has a stdin already"));
    let id = run("", php).json()["execution_id"].as_str().unwrap().to_owned();
    let send = |id: &str| pair.server.post(&format!("/api/executions/{id}/stdin"), &serde_json::json!({}));
    send(&id).problem(404, "not_found");
    let sleeping = serde_json::json!({ "runtime": "php", "code": "sleep(60);" });
    let mut stream = pair.server.open(&ask("POST", "/api/execute/stream").json(&sleeping));
    let id = stream.next().unwrap().data["execution_id"].as_str().unwrap().to_owned();
    assert!(send(&id).problem(409, "conflict").contains("was not begun with stdin=later"));
}

#[test]
fn more_output_than_a_server_keeps_comes_whole() {
    let pair = pair();
    let code = "for ($i = 0; $i < 600000; $i++) echo $i, \"\\n\"; fwrite(STDERR, 'end');";
    let args = ["run-code", "php", code, "--limit", "output_bytes=64MiB", "--timeout", "60s"];
    let mut child = pair.there(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Nobody reads until the program has ended: its first words are gone by then.
    eventually("the run has ended", || states(&pair) == ["completed"]);
    let mut out = String::new();
    child.stdout.as_mut().unwrap().read_to_string(&mut out).unwrap();
    let (code, _, err) = end(&child.wait_with_output().unwrap());
    let expected: String = (0..600_000).map(|number| format!("{number}\n")).collect();
    assert_eq!((code, &*err, out.len()), (Some(0), "end", expected.len()));
    assert!(out == expected, "the order is that of the program");
}

#[test]
fn a_server_that_is_gone_or_was_never_there_is_named() {
    let mut pair = pair();
    let child = begun(&pair, "echo \"first\\n\"; sleep(200);", "first\n");
    pair.server.signal("KILL");
    pair.server.child.wait().unwrap();
    let (code, _, err) = end(&child.wait_with_output().unwrap());
    assert!(code == Some(125) && err.contains("cannot be reached: ") && err.contains(&pair.url()), "{code:?} {err}");
    let (code, out, err) = end(&pair.there(&["files", "list"]).output().unwrap());
    assert!(code == Some(125) && out.is_empty() && err.contains("cannot be reached: "), "{err}");
    let (code, _, err) = end(&pair.there(&["--url", "unix:/nonexistent", "files", "list"]).output().unwrap());
    assert!(code == Some(125) && err.contains("unix:/nonexistent cannot be reached"), "{err}");
}

#[test]
fn a_server_on_a_socket_is_a_server() {
    prepare("php");
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket").display().to_string();
    let server = crate::http::server::Server::start("", |command| {
        command.env("RUNCELL_LISTEN", format!("unix:{socket}"));
    });
    let mut command =
        client(folder.path().to_str().unwrap(), &["--url", &format!("unix:{socket}"), "run-code", "php", "echo 1;"]);
    let output = command.env("RUNCELL_TOKEN", crate::http::server::TOKEN).output().unwrap();
    assert_eq!(end(&output), (Some(0), "1".to_owned(), String::new()), "{}", server.address);
}

/// An outcome as a server says it.
const OUTCOME: &str = r#"{"status":"completed","exit_code":7,"stdout":"one two three","stderr":"","truncated":false,"files":[],
"missing_files":[],"usage":{"wall_us":1,"cpu_us":1,"fuel":1,"memory_bytes":1,"output_bytes":1,"stdin_bytes":1,"file_bytes":1,"files":1},
"ran_on":{"backend":"wasm","reason":""}}"#;

fn outcome() -> String {
    OUTCOME.replace('\n', "")
}

#[test]
fn a_stream_that_breaks_goes_on_where_it_was() {
    let started = (1, "started", r#"{"execution_id":"abc","status":"running"}"#);
    let one = (2, "output", r#"{"stream":"stdout","text":"one "}"#);
    let two = (3, "output", r#"{"stream":"stdout","text":"two "}"#);
    let three = (4, "output", r#"{"stream":"stdout","text":"three"}"#);
    let last = outcome();
    let broken = answer("503 Service Unavailable", "application/problem+json", UNAVAILABLE);
    let fake = Fake::new(vec![
        events(&[started, one]),
        // A server that begins again says so, or breaks off too.
        broken,
        Vec::new(),
        events(&[two]),
        events(&[three, (5, "outcome", &last)]),
    ]);
    assert_eq!(fake.run(&["run-code", "php", "1"]), (Some(7), "one two three".to_owned(), String::new()));
    let asked = fake.asked.lock().unwrap().clone();
    let heard: Vec<Option<&str>> =
        (asked.iter()).map(|request| request.lines().find_map(|line| line.strip_prefix("last-event-id: "))).collect();
    assert_eq!(heard, [None, Some("2"), Some("2"), Some("2"), Some("3")], "{asked:#?}");
    assert!(asked[1].starts_with("GET /api/executions/abc/stream "), "{asked:#?}");
}

const UNAVAILABLE: &str =
    r#"{"type":"about:blank","title":"x","status":503,"detail":"the server is being stopped","reason":"unavailable"}"#;

#[test]
fn a_gap_in_a_stream_is_filled_from_the_outcome() {
    let started = (1, "started", r#"{"execution_id":"abc","status":"running"}"#);
    let one = (2, "output", r#"{"stream":"stdout","text":"one "}"#);
    let three = (9, "output", r#"{"stream":"stdout","text":"three"}"#);
    let fake = Fake::new(vec![events(&[started, one, three, (10, "outcome", &outcome())])]);
    assert_eq!(fake.run(&["run-code", "php", "1"]), (Some(7), "one two three".to_owned(), String::new()));
}

#[test]
fn a_run_whose_server_has_ended_is_lost() {
    let started = (1, "started", r#"{"execution_id":"abc","status":"running"}"#);
    let record = r#"{"execution_id":"abc","runtime":"php","state":"lost","user":"u","started_at":"x"}"#;
    let fake = Fake::new(vec![
        events(&[started]),
        events(&[(0, "outcome", "null")]),
        answer("200 OK", "application/json", record),
    ]);
    let (code, _, err) = fake.run(&["run-code", "php", "1"]);
    assert!(code == Some(125) && err.contains("the run was lost: the server that ran it has ended"), "{code:?} {err}");
}
