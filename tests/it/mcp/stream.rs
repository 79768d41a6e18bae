//! Calls of `runcell mcp` that go on for a while: progress, cancellation, several at once.

use super::connection::{Mcp, texts};
use crate::harness::children;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SPIN: &str = "while (true);";

fn php(code: &str) -> Value {
    json!({ "runtime": "php", "code": code, "limits": { "timeout_ms": 60_000, "fuel": 1_000_000_000_000_u64 } })
}

/// The processor time of the server and its workers so far: guests run in workers.
fn processor_time(mcp: &Mcp) -> Duration {
    let workers = children(mcp.pid());
    workers.into_iter().chain([mcp.pid()]).map(crate::harness::processor_time).sum()
}

#[test]
fn output_is_told_while_it_is_written() {
    let mut mcp = Mcp::start(&[]);
    mcp.run("php", "");
    let code = "for ($i = 0; $i < 4; $i++) { for ($j = 0; $j < 50; $j++) echo \"é$i \"; flush(); usleep(200000); }";
    let id = mcp.begin_told("run_code", php(code), "tok");
    let first = mcp.hear(Duration::from_secs(20)).expect("progress");
    assert_eq!(
        (&first["method"], &first["params"]["progressToken"]),
        (&"notifications/progress".into(), &"tok".into())
    );
    let result = mcp.result(id);
    let mut told = vec![first];
    told.append(&mut mcp.notifications);
    let text: String = told.iter().filter_map(|note| note["params"]["message"].as_str()).collect();
    assert_eq!(text, result["structuredContent"]["stdout"].as_str().expect("stdout"), "pieces are the output");
    assert!((3..=12).contains(&told.len()), "{} notifications for 200 writes", told.len());
    let steps: Vec<f64> = told.iter().filter_map(|note| note["params"]["progress"].as_f64()).collect();
    assert!(steps.is_sorted_by(|a, b| a < b), "progress grows: {steps:?}");
}

#[test]
fn nothing_is_told_that_was_not_asked_for() {
    let mut mcp = Mcp::start(&[]);
    mcp.run("php", "for ($i = 0; $i < 3; $i++) { echo $i; flush(); usleep(100000); }");
    assert!(mcp.notifications.is_empty(), "{:?}", mcp.notifications);
}

#[test]
fn a_cancelled_call_ends_at_once_and_is_not_answered() {
    let mut mcp = Mcp::start(&[]);
    mcp.run("php", "");
    let mut arguments = php(&format!("echo 'begun'; flush(); {SPIN}"));
    arguments["limits"] = json!({ "timeout_ms": 60_000 });
    let id = mcp.begin_told("run_code", arguments, "tok");
    let begun = mcp.hear(Duration::from_secs(30)).expect("it is told while the run goes on");
    assert_eq!(begun["params"]["message"], "begun");
    mcp.say(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id } }));
    // A round trip after it, so that it was seen; from then on nothing may run.
    assert_eq!(texts(&mcp.run("php", "echo 1;"))[2], "1");
    let before = processor_time(&mcp);
    assert_eq!(mcp.hear(Duration::from_millis(700)), None, "no answer to a cancelled call");
    let spent = processor_time(&mcp) - before;
    assert!(spent < Duration::from_millis(350), "it still ran: {spent:?} of processor time");
}

#[test]
fn calls_go_on_at_the_same_time() {
    let mut mcp = Mcp::start(&[]);
    mcp.run("php", "");
    let sleeper = "usleep(3000000); echo $argv[1];";
    let mut arguments = php(sleeper);
    let ids: Vec<u64> = (0..6)
        .map(|number| {
            arguments["args"] = json!([format!("call {number}")]);
            mcp.begin("run_code", arguments.clone())
        })
        .collect();
    let began = Instant::now();
    let quick = mcp.begin("run_code", php("echo 'quick';"));
    assert_eq!(texts(&mcp.result(quick))[2], "quick");
    assert!(began.elapsed() < Duration::from_millis(2900), "a short call waited for long ones");
    for (number, id) in ids.into_iter().enumerate().rev() {
        assert_eq!(texts(&mcp.result(id))[2], format!("call {number}"));
    }
    assert!(began.elapsed() < Duration::from_secs(15), "six sleeps of 3 s took {:?}", began.elapsed());
}

#[test]
fn a_guest_cannot_speak_for_the_server() {
    let fake = json!({ "jsonrpc": "2.0", "id": 2, "result": { "content": [] } }).to_string();
    let mut mcp = Mcp::start(&[]);
    let code =
        format!("for ($i = 0; $i < 100; $i++) {{ echo '{fake}', \"\\n\"; fwrite(STDERR, '{fake}' . \"\\n\"); }}");
    let id = mcp.begin_told("run_code", php(&code), "tok");
    let result = mcp.result(id);
    assert_eq!(result["structuredContent"]["stdout"].as_str().map(|text| text.lines().count()), Some(100));
    // Everything that came was checked by the harness to be a message; none may be an answer that we did not ask for.
    assert!(mcp.notifications.iter().all(|note| note["method"] == "notifications/progress"));
    assert_eq!(mcp.hear(Duration::from_millis(200)), None);
}
