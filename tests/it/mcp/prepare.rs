//! Calls of `runcell mcp` whose runtime is not ready yet.

use super::connection::{Mcp, command, texts};
use serde_json::json;
use std::time::{Duration, Instant};

fn unprepared(args: &[&str]) -> (Mcp, tempfile::TempDir) {
    let cache = tempfile::tempdir().expect("a folder");
    let mut command = command(args);
    command.env("RUNCELL_CACHE_DIR", cache.path());
    let mut mcp = Mcp::spawn_command(command);
    mcp.greet("2025-11-25");
    (mcp, cache)
}

#[test]
fn a_long_preparation_is_answered_and_goes_on() {
    let (mut mcp, _cache) = unprepared(&["--prepare-wait", "1500ms"]);
    let arguments = json!({ "runtime": "php", "code": "echo 'at last';" });
    let began = Instant::now();
    let id = mcp.begin_told("run_code", arguments.clone(), "tok");
    let result = mcp.result(id);
    assert!(began.elapsed() >= Duration::from_millis(1500));
    assert_eq!(result["isError"], true, "the program was not run: {result}");
    assert!(texts(&result)[0].starts_with("php is being prepared, "), "{result}");
    let fields = &result["structuredContent"];
    assert_eq!((&fields["status"], &fields["reason"]), (&"not_run".into(), &"preparing".into()));
    assert!(fields["percent"].as_u64().is_some_and(|percent| percent < 100) && fields["retry_after_ms"].is_u64());
    assert!(!mcp.notifications.is_empty(), "nothing was told of the preparation");
    let message = mcp.notifications[0]["params"]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("preparing php: "), "{message}");
    assert_eq!(mcp.notifications[0]["params"]["total"], 100.0);
    loop {
        let result = mcp.call("run_code", arguments.clone());
        if result["isError"] == false {
            assert_eq!(texts(&result)[2], "at last");
            return;
        }
        assert_eq!(result["structuredContent"]["reason"], "preparing", "{result}");
        assert!(began.elapsed() < Duration::from_secs(300), "{result}");
    }
}

#[test]
fn a_preparation_that_fails_says_why() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let mut command = command(&[]);
    command.env("RUNCELL_CACHE_DIR", file.path().join("below a file"));
    let mut mcp = Mcp::spawn_command(command);
    mcp.greet("2025-11-25");
    let result = mcp.run("php", "");
    assert_eq!((&result["isError"], &result["structuredContent"]["reason"]), (&true.into(), &"unavailable".into()));
    assert!(texts(&result)[0].contains("below a file"), "{result}");
}

#[test]
fn preparing_at_the_start_is_joined_by_calls() {
    let (mut mcp, _cache) = unprepared(&["--prepare", "php"]);
    let list = mcp.call("list_runtimes", json!({}));
    assert!(list["structuredContent"]["runtimes"].is_array(), "other calls go on meanwhile");
    assert_eq!(texts(&mcp.run("php", "echo 'ready';"))[2], "ready");
}

#[test]
fn a_cancelled_wait_ends_and_hanging_up_ends_the_process() {
    let (mut mcp, _cache) = unprepared(&["--prepare-wait", "300s"]);
    let id = mcp.begin("run_code", json!({ "runtime": "php", "code": "echo 1;" }));
    mcp.say(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": id } }));
    assert_eq!(mcp.hear(Duration::from_millis(300)), None);
    mcp.begin("run_code", json!({ "runtime": "php", "code": "echo 1;" }));
    mcp.hang_up();
    let (status, took, _) = mcp.end(Duration::from_secs(10));
    assert!(status.success() && took < Duration::from_secs(8), "{status} after {took:?}");
}
