//! How `runcell mcp` begins, bears nonsense, and ends.

use super::connection::{Mcp, command, texts};
use crate::harness::eventually;
use serde_json::json;
use std::process::Command;
use std::time::Duration;

const SPIN: &str = "while (true);";

fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status().expect("kill is there");
    assert!(sent.success());
}

#[test]
fn nonsense_is_survived() {
    let mut mcp = Mcp::spawn(&[]);
    let early: [&[u8]; 4] = [
        b"\n\n  \n",
        b"hello\n{\"jsonrpc\":\n\x00\xff\xfe\n",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}\n",
    ];
    early.iter().for_each(|bytes| mcp.say_raw(bytes));
    assert_eq!(mcp.greet("2025-11-25")["protocolVersion"], "2025-11-25");
    let later: [&[u8]; 5] = [
        b"[1, 2]\n",
        b"{}\n",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/nothing\"}\n",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":12345}}\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":88,\"error\":{\"code\":1,\"message\":\"m\"}}\n",
    ];
    later.iter().for_each(|bytes| mcp.say_raw(bytes));
    mcp.say_raw(&[b"x".repeat(1 << 20), b"\n".to_vec()].concat());
    assert_eq!(texts(&mcp.run("php", "echo 1;"))[2], "1");
}

#[test]
fn a_message_may_come_in_pieces() {
    let mut mcp = Mcp::start(&[]);
    let arguments = json!({ "runtime": "php", "code": "echo 'whole';" });
    let call = json!({ "jsonrpc": "2.0", "id": 900, "method": "tools/call",
        "params": { "name": "run_code", "arguments": arguments } });
    for piece in format!("{call}\r\n").as_bytes().chunks(7) {
        mcp.say_until_read(piece);
    }
    assert_eq!(texts(&mcp.result(900))[2], "whole");
}

#[test]
fn a_client_that_hangs_up_ends_everything() {
    for busy in [false, true] {
        let mut mcp = Mcp::start(&[]);
        mcp.run("php", "");
        if busy {
            mcp.begin_told("run_code", json!({ "runtime": "php", "code": SPIN }), "t");
        }
        mcp.hang_up();
        let (status, took, log) = mcp.end(Duration::from_secs(10));
        assert!(status.success() && log.is_empty(), "{status}: {log}");
        assert!(took < Duration::from_secs(8), "it took {took:?}");
    }
}

#[test]
fn short_calls_are_answered_after_the_client_hung_up() {
    let mut mcp = Mcp::start(&[]);
    mcp.run("php", "");
    let id = mcp.begin("run_code", json!({ "runtime": "php", "code": "echo 'last words';" }));
    mcp.hang_up();
    assert_eq!(texts(&mcp.result(id))[2], "last words");
}

#[test]
fn signals_end_it_quietly() {
    for name in ["TERM", "INT"] {
        let mut mcp = Mcp::start(&[]);
        mcp.run("php", "");
        let code = format!("echo 'begun'; flush(); {SPIN}");
        mcp.begin_told("run_code", json!({ "runtime": "php", "code": code }), "t");
        assert_eq!(mcp.hear(Duration::from_secs(30)).expect("it runs")["params"]["message"], "begun");
        signal(mcp.pid(), name);
        let (status, took, log) = mcp.end(Duration::from_secs(10));
        assert!(status.success() && log.is_empty(), "SIG{name}: {status}: {log}");
        assert!(took < Duration::from_secs(8), "SIG{name}: it took {took:?}");
    }
}

#[test]
fn what_runs_when_it_is_told_to_end_is_answered() {
    let mut mcp = Mcp::start(&[]);
    mcp.run("php", "");
    let code = format!("echo 'begun'; flush(); {SPIN}");
    let call = json!({ "runtime": "php", "code": code, "limits": { "timeout_ms": 60_000 } });
    let calls: Vec<u64> =
        (0..6).map(|number| mcp.begin_told("run_code", call.clone(), &format!("call {number}"))).collect();
    for _ in &calls {
        assert_eq!(mcp.hear(Duration::from_secs(30)).expect("it runs")["params"]["message"], "begun");
    }
    signal(mcp.pid(), "TERM");
    for call in calls {
        assert_eq!(mcp.result(call)["structuredContent"]["status"], "cancelled");
    }
    let (status, _, log) = mcp.end(Duration::from_secs(10));
    assert!(status.success() && log.is_empty(), "{status}: {log}");
}

#[test]
fn a_client_that_does_not_read_does_not_keep_it() {
    let mut server = command(&[]).spawn().expect("runcell starts");
    let mut stdin = server.stdin.take().expect("piped");
    let client = json!({ "name": "deaf", "version": "1" });
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    let arguments = json!({ "runtime": "php", "code": "echo str_repeat('x', 900000);", "text_bytes": 600_000 });
    let params = json!({ "name": "run_code", "arguments": arguments });
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    std::io::Write::write_all(&mut stdin, format!("{hello}\n{call}\n").as_bytes()).expect("the server reads");
    // The answer does not fit into the pipe, which holds 64 KiB.
    let stdout = server.stdout.take().expect("piped");
    eventually("its pipe is full", || rustix::io::ioctl_fionread(&stdout).expect("a pipe") >= 60_000);
    signal(server.id(), "TERM");
    eventually("it ends", || server.try_wait().expect("it is our child").is_some());
}

#[test]
fn what_the_process_prints_goes_to_the_log() {
    // A pipe for stdout, another one for stderr: descriptor 1 has to be the second while messages go to the first.
    let mcp = &mut Mcp::start(&[]);
    let link = |number: u32| std::fs::read_link(format!("/proc/{}/fd/{number}", mcp.pid())).expect("open");
    assert_eq!(link(1), link(2));
    assert_eq!(link(0), std::path::Path::new("/dev/null"));
}

#[test]
fn the_whole_log_goes_to_stderr() {
    let mut command = command(&[]);
    command.env("RUNCELL_LOG", "trace");
    let mut mcp = Mcp::spawn_command(command);
    mcp.greet("2025-11-25");
    assert_eq!(texts(&mcp.run("php", "echo 1;"))[2], "1");
    mcp.hang_up();
    let (status, _, log) = mcp.end(Duration::from_secs(10));
    assert!(status.success() && log.contains("TRACE") && !log.contains('\x1b'), "{log}");
}

#[test]
fn large_messages_pass() {
    let mut mcp = Mcp::start(&[]);
    let content = "x".repeat(24 << 20);
    let code = "echo filesize('big'); copy('big', 'out');";
    let arguments = json!({ "runtime": "php", "code": code, "files": [{ "path": "big", "content": content }] });
    assert_eq!(texts(&mcp.call("run_code", arguments))[2], "25165824");
    let code = "file_put_contents('out', str_repeat('y', 10 << 20));";
    let result = mcp.call("run_code", json!({ "runtime": "php", "code": code, "outputs": ["out"] }));
    assert_eq!(result["content"][2]["resource"]["text"].as_str().map(str::len), Some(10 << 20));
}

#[test]
fn a_broken_runtime_of_the_user_hides_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    for name in ["broken", "No Name"] {
        std::fs::create_dir(dir.path().join(name)).expect("creates");
        std::fs::write(dir.path().join(name).join("runtime.toml"), "name = 5").expect("writes");
    }
    let mut command = command(&["--tools", "run,files,images,jobs"]);
    command.env("RUNCELL_RUNTIMES_DIR", dir.path());
    let mut mcp = Mcp::spawn_command(command);
    mcp.greet("2025-11-25");
    assert_eq!(mcp.ask("tools/list", json!({}))["result"]["tools"].as_array().map(Vec::len), Some(18));
    let result = mcp.run("broken", "");
    assert_eq!(result["structuredContent"]["reason"], "unavailable", "{result}");
    assert!(texts(&result)[0].contains("runtime.toml cannot be used"), "{result}");
    mcp.hang_up();
    let (_, _, log) = mcp.end(Duration::from_secs(10));
    assert!(log.contains("left out a runtime"), "{log}");
}

#[test]
fn a_wrong_command_line_is_refused() {
    for args in [["--prepare", "cobol"], ["--prepare-wait", "long"]] {
        let output = command(&args).output().expect("runcell starts");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}
