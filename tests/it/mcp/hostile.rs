//! Clients that send what no client should, or do not read: the server answers, stays small, and serves others.

use super::connection::{Mcp, command, texts};
use crate::docker::harness::find_engine;
use crate::harness::eventually;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin};
use std::time::Duration;

/// The memory of a process that only it has, in MiB.
fn private_mib(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).expect("the process is there");
    let sum = |key: &str| -> u64 {
        let lines = text.lines().filter_map(|line| line.strip_prefix(key));
        lines.filter_map(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).sum()
    };
    (sum("Private_Dirty:") + sum("Private_Clean:")) / 1024
}

/// The most memory that a process has had so far, in MiB.
fn peak_mib(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
    let kib =
        text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.expect("the kernel tells it") >> 10
}

/// The memory of a server beside three times the output and files that are under way: allocators keep some, messages need some.
const SLACK_MIB: u64 = 100;

fn call(id: u64, code: &str) -> Value {
    let arguments = json!({ "runtime": "php", "code": code, "limits": { "output_bytes": 64 << 20, "memory_mib": 512, "timeout_ms": 300_000 } });
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": "run_code", "arguments": arguments } })
}

#[test]
fn messages_may_come_in_any_order() {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "it", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let firsts = [
        ("ping", json!({})),
        ("server/discover", json!({ "_meta": meta })),
        ("tools/list", json!({})),
        ("tools/list", json!({ "_meta": { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } })),
        ("tools/burn", json!({})),
    ];
    for (method, params) in firsts {
        let mut mcp = Mcp::spawn(&[]);
        mcp.ask(method, params);
        mcp.say(&json!({ "jsonrpc": "2.0", "method": "notifications/roots/list_changed" }));
        mcp.say(&json!({ "jsonrpc": "2.0", "id": 500, "result": {} }));
        mcp.say(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 9 } }));
        mcp.ask(method, json!({}));
        mcp.greet("2025-11-25");
        mcp.say(&json!({ "jsonrpc": "2.0", "id": 501, "result": {} }));
        assert_eq!(texts(&mcp.run("php", "echo 1;"))[2], "1", "after {method}");
    }
}

#[test]
fn every_request_is_answered_with_its_id() {
    let mut mcp = Mcp::start(&[]);
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let params =
        [deep, "[1]".to_owned(), "\"x\"".to_owned(), "{\"name\":\"run_code\",\"_meta\":5}".to_owned(), "7".to_owned()];
    for (id, params) in (700..).zip(params) {
        mcp.say_raw(
            format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{params}}}\n").as_bytes(),
        );
        let answer = mcp.answer(id);
        assert!(answer["error"]["code"].is_i64(), "{params}: {answer}");
    }
    let long = "x".repeat(140 << 20);
    mcp.say_raw(format!("{{\"jsonrpc\":\"2.0\",\"id\":800,\"method\":\"ping\",\"x\":\"{long}\"}}\n").as_bytes());
    let answer = mcp.answer(800);
    assert!(answer["error"]["message"].as_str().is_some_and(|text| text.contains("134217728 bytes")), "{answer}");
    // A last line without a newline.
    mcp.say_raw(br#"{"jsonrpc":"2.0","id":801,"method":"ping"}"#);
    mcp.hang_up();
    assert!(mcp.answer(801).get("result").is_some());
}

#[test]
fn text_that_is_cut_inside_a_character_is_run() {
    let mut mcp = Mcp::start(&[]);
    let line = r#"{"jsonrpc":"2.0","id":60,"method":"tools/call","params":{"name":"run_code","arguments":{"runtime":"php","code":"echo '\ud83d';"}}}"#;
    mcp.say_raw(format!("{line}\n").as_bytes());
    assert_eq!(texts(&mcp.result(60))[2], "\u{fffd}");
    let mut bytes = line.replace("60", "61").replace(r"\ud83d", "#").into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'#').expect("it is there");
    bytes[at] = 0xff;
    bytes.push(b'\n');
    mcp.say_raw(&bytes);
    assert_eq!(texts(&mcp.result(61))[2], "\u{fffd}");
}

#[test]
fn arguments_are_taken_as_models_send_them() {
    let mut mcp = Mcp::start(&[]);
    for arguments in [
        json!({ "language": " PHP ", "code": "echo 6*7;" }),
        json!({ "runtime": "php", "code": "echo 6*7;", "limits": "{\"timeout_ms\": \"5000\"}", "files": null }),
        json!({ "runtime": "php", "code": "echo $argv[1];", "args": [42], "env": { "A": 1 } }),
        json!({ "runtime": "php", "code": "echo $argv[1];", "args": "[\"42\"]", "network": "false" }),
    ] {
        let result = mcp.call("run_code", arguments.clone());
        assert_eq!(result["structuredContent"]["stdout"], "42", "{arguments}: {result}");
    }
    for (arguments, known) in [
        (json!({ "runtime": "co bol", "code": "" }), "there are: clang, "),
        (json!({ "runtime": "Cobol", "code": "" }), "there are: clang, "),
        (json!({ "code": "" }), "there are: clang, "),
    ] {
        let result = mcp.call("run_code", arguments);
        assert!(result["isError"] == true && texts(&result)[0].contains(known), "{result}");
    }
}

#[test]
fn what_was_not_declared_is_not_answered() {
    let mut mcp = Mcp::start(&[]);
    let error = |answer: Value| (answer["error"]["code"].clone(), answer["error"]["data"].clone());
    assert_eq!(error(mcp.ask("prompts/list", json!({}))).0, -32601);
    let reference = json!({ "type": "ref/prompt", "name": "x" });
    let argument = json!({ "name": "a", "value": "b" });
    assert_eq!(error(mcp.ask("completion/complete", json!({ "ref": reference, "argument": argument }))).0, -32601);
    for method in ["tools/list", "resources/list", "resources/templates/list"] {
        assert_eq!(error(mcp.ask(method, json!({ "cursor": "nowhere" }))).0, -32602, "{method}");
    }
    for uri in ["run://call-9/stdout", "nothing://at-all"] {
        let (code, data) = error(mcp.ask("resources/read", json!({ "uri": uri })));
        assert!(code.as_i64() == Some(-32002) || code.as_i64() == Some(-32602), "{code}");
        assert_eq!(data["uri"], uri);
    }
}

#[test]
fn the_tools_fit_into_a_context() {
    let size = |args: &[&str]| Mcp::start(args).ask("tools/list", json!({})).to_string().len();
    // The list for a client where an engine answers, and where none does.
    let (all, some) = (size(&["--tools", "run,files,images,jobs"]), size(&["--tools", "run,files"]));
    assert!(some < all && all <= 14_000, "{all} bytes with an engine, {some} without");
    let (default, engine) = (size(&[]), find_engine().is_ok());
    assert_eq!(default, if engine { all } else { some }, "an engine decides: {engine}");
    let mut mcp = Mcp::start(&["--tools", "run"]);
    let answer = mcp.ask("tools/call", json!({ "name": "list_files", "arguments": {} }));
    assert_eq!(answer["error"]["code"], -32602, "a group that is left out cannot be called");
}

#[test]
fn a_large_output_is_cut_and_can_be_fetched() {
    let mut mcp = Mcp::start(&[]);
    let code =
        "for ($i = 0; $i < 1000000; $i++) echo \"line $i\\n\"; file_put_contents('big', str_repeat('y', 24 << 20));";
    let limits =
        json!({ "output_bytes": 64 << 20, "memory_mib": 256, "fuel": 20_000_000_000_u64, "timeout_ms": 300_000 });
    let result = mcp.call("run_code", json!({ "runtime": "php", "code": code, "limits": limits, "outputs": ["big"] }));
    assert!(result.to_string().len() < 400_000, "{} bytes", result.to_string().len());
    let text = result["structuredContent"]["stdout"].as_str().expect("a text");
    assert!(text.starts_with("line 0\nline 1\n") && text.ends_with("line 999999\n"), "head and tail");
    let more = &result["structuredContent"]["more"][0];
    assert_eq!((&more["name"], &more["bytes"]), (&"stdout".into(), &11_888_890.into()), "{more}");
    let uri = more["uri"].as_str().expect("a resource");
    let (mut whole, mut pieces) = (String::new(), 0);
    while whole.len() < 11_888_890 {
        let address = if pieces == 0 { uri.to_owned() } else { format!("{uri}?from={}", whole.len()) };
        let read = mcp.ask("resources/read", json!({ "uri": address }));
        whole += read["result"]["contents"][0]["text"].as_str().unwrap_or_else(|| panic!("{read}"));
        pieces += 1;
    }
    assert!(pieces == 3 && whole.ends_with("line 999998\nline 999999\n"), "{pieces} pieces");
    let file = &result["structuredContent"]["files"][0];
    assert_eq!((&file["bytes"], file.get("content")), (&(24 << 20).into(), None));
    let read = mcp.ask("resources/read", json!({ "uri": file["uri"] }));
    assert_eq!(read["result"]["contents"][0]["text"].as_str().map(str::len), Some(4 << 20));
    // A caller may ask for more, and gets a binary output as a resource.
    let arguments = json!({ "runtime": "php", "code": "echo str_repeat('z', 200000);", "text_bytes": 250_000 });
    assert_eq!(mcp.call("run_code", arguments)["structuredContent"]["stdout"].as_str().map(str::len), Some(200_000));
    let result = mcp.run("php", "echo str_repeat(\"\\xff\\x00\", 500000);");
    assert!(
        result.to_string().len() < 3000 && result.to_string().contains("1000000 bytes that are no text"),
        "{result}"
    );
}

#[test]
fn the_most_expensive_output_takes_bounded_memory() {
    let mut mcp = Mcp::start(&[]);
    mcp.run("php", "");
    let rest = peak_mib(mcp.pid());
    // 48 MiB that JSON would write with six bytes each.
    mcp.say(&call(900, "for ($i = 0; $i < 768; $i++) echo str_repeat(\"\\x01\", 65536);"));
    let answer = mcp.answer(900);
    assert!(answer.to_string().len() < 17 << 20, "{} bytes", answer.to_string().len());
    let peak = peak_mib(mcp.pid());
    assert!(peak < rest + 3 * 48 + SLACK_MIB, "{peak} MiB at its peak, {rest} before");
}

#[test]
fn a_large_file_takes_bounded_memory_on_both_ways() {
    let mut mcp = Mcp::start(&[]);
    mcp.run("php", "");
    let rest = peak_mib(mcp.pid());
    let file = json!({ "path": "in", "encoding": "base64", "content": "eHh4".repeat((60 << 20) / 3) });
    let limits = json!({ "memory_mib": 512, "file_bytes": 256 << 20, "timeout_ms": 300_000 });
    let code = "copy('in', 'out');";
    let arguments = json!({ "runtime": "php", "code": code, "files": [file], "outputs": ["out"], "limits": limits });
    let result = mcp.call("run_code", arguments);
    assert_eq!(result["structuredContent"]["files"][0]["bytes"], 60 << 20, "{}", result["structuredContent"]["status"]);
    // The file goes in, and is gone from here when it comes out again.
    let peak = peak_mib(mcp.pid());
    assert!(peak < rest + 3 * 60 + SLACK_MIB, "{peak} MiB at its peak, {rest} before");
}

/// A program that writes 60 MiB.
const SIXTY_MIB: &str = "for ($i = 0; $i < 60; $i++) echo str_repeat('x', 1 << 20);";

/// A client whose end of stdout the test reads when it likes.
fn deaf() -> (Child, ChildStdin) {
    let mut server = command(&["--tools", "run"]).spawn().expect("runcell starts");
    let mut stdin = server.stdin.take().expect("piped");
    let client = json!({ "name": "deaf", "version": "1" });
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    stdin.write_all(format!("{hello}\n").as_bytes()).expect("the server reads");
    (server, stdin)
}

#[test]
fn a_client_that_does_not_read_is_not_served_and_loses_nothing() {
    let (mut server, mut stdin) = deaf();
    let count = 12;
    let writer = std::thread::spawn(move || {
        for id in 1..=count {
            let line = format!("{}\n", call(id, SIXTY_MIB));
            stdin.write_all(line.as_bytes()).expect("the server reads");
        }
        stdin
    });
    let stdout = server.stdout.take().expect("piped");
    eventually("its pipe is full", || rustix::io::ioctl_fionread(&stdout).expect("a pipe") >= 60_000);
    // Every answer is at most some 200 KiB here. Runs under way hold their output; when they have ended, it lies on the disk.
    eventually("outputs take no memory", || private_mib(server.id()) < 400);
    // All of them were under way at the same time.
    let peak = peak_mib(server.id());
    assert!(peak < 3 * 60 * count + SLACK_MIB, "{peak} MiB at its peak");
    let answers = BufReader::new(stdout).lines().map_while(Result::ok).take(usize::try_from(count).expect("small") + 1);
    let ids: std::collections::BTreeSet<u64> =
        answers.filter_map(|line| serde_json::from_str::<Value>(&line).expect("a message")["id"].as_u64()).collect();
    assert_eq!(ids.len() as u64, count + 1, "every call is answered");
    drop(writer.join());
    eventually("it ends", || server.try_wait().expect("it is our child").is_some());
}

#[test]
fn pieces_of_kept_outputs_are_made_as_they_are_read() {
    let mut mcp = Mcp::start(&["--tools", "run"]);
    mcp.say(&call(900, SIXTY_MIB));
    let uri = mcp.answer(900)["result"]["structuredContent"]["more"][0]["uri"].clone();
    let before = peak_mib(mcp.pid());
    // 240 MiB in all, which are not made at once: each takes its length again as a message.
    let count = 60;
    let reads: Vec<u64> = (0..count).map(|_| mcp.request("resources/read", json!({ "uri": uri }))).collect();
    for id in reads {
        let text = mcp.answer(id)["result"]["contents"][0]["text"].as_str().map(str::len);
        assert_eq!(text, Some(4 << 20));
    }
    let peak = peak_mib(mcp.pid());
    assert!(peak < before + 200, "{peak} MiB at its peak, {before} before");
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let mut command = command(&["--tools", "run"]);
    command.env("RUNCELL_LOG", "trace");
    let (mut server, mut stdin) = {
        let mut server = command.spawn().expect("runcell starts");
        let stdin = server.stdin.take().expect("piped");
        (server, stdin)
    };
    let mut stdout = BufReader::new(server.stdout.take().expect("piped"));
    // Held and never read.
    let stderr = server.stderr.take().expect("piped");
    let mut line = String::new();
    for id in 0..300 {
        let method = "m".repeat(if id == 5 { 1 << 20 } else { 2000 });
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": {} });
        stdin.write_all(format!("{request}\n").as_bytes()).expect("the server reads");
        line.clear();
        stdout.read_line(&mut line).expect("an answer");
        assert!(line.contains("error"), "{}", &line[..line.len().min(300)]);
    }
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(server.id().cast_signed()).expect("a process"),
        rustix::process::Signal::TERM,
    )
    .expect("it is there");
    let began = std::time::Instant::now();
    eventually("it ends", || server.try_wait().expect("it is our child").is_some());
    assert!(began.elapsed() < Duration::from_secs(10), "the end is waited for by supervisors");
    drop(stderr);
}
