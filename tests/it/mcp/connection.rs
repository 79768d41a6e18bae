//! A client of `runcell mcp` that says and hears raw lines.
//!
//! Everything the server writes to stdout has to be a JSON-RPC message: the harness fails any test in which it is not.
//! A failure prints what was said on both sides.

use crate::harness::{binary, eventually};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long a message may take: enough to prepare a runtime on a busy machine.
const PATIENCE: Duration = Duration::from_secs(400);

/// A server and the test's end of its streams.
pub struct Mcp {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    stderr: Arc<Mutex<String>>,
    log_reader: thread::JoinHandle<()>,
    said: Vec<String>,
    /// Messages that came while another one was waited for.
    pub notifications: Vec<Value>,
    answers: Vec<Value>,
    next_id: u64,
}

/// The command that starts the server. Its calls wait for as long as it takes to prepare a runtime.
pub fn command(args: &[&str]) -> Command {
    let mut command = binary();
    let wait: &[&str] = if args.contains(&"--prepare-wait") { &[] } else { &["--prepare-wait", "390s"] };
    command.arg("mcp").args(wait).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Prepares runtimes, for clients that do not wait for long.
pub fn prepare(names: &[&str]) {
    let output = binary().args(["runtimes", "prepare"]).args(names).output().expect("runcell starts");
    assert!(output.status.success(), "{output:?}");
}

impl Mcp {
    /// Starts a server and says nothing yet.
    pub fn spawn(args: &[&str]) -> Self {
        Self::spawn_command(command(args))
    }

    pub fn spawn_command(mut command: Command) -> Self {
        let mut child = command.spawn().expect("runcell starts");
        let (sender, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)).ok();
        });
        let stderr = Arc::new(Mutex::new(String::new()));
        let (mut pipe, log) = (child.stderr.take().expect("piped"), stderr.clone());
        let log_reader = thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                log.lock().expect("unpoisoned").push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        let stdin = child.stdin.take();
        let (said, notifications, answers) = (Vec::new(), Vec::new(), Vec::new());
        Self { child, stdin, lines, stderr, log_reader, said, notifications, answers, next_id: 1 }
    }

    /// Starts a server and greets it in the revision of 2025-11-25.
    pub fn start(args: &[&str]) -> Self {
        let mut mcp = Self::spawn(args);
        mcp.greet("2025-11-25");
        mcp
    }

    /// The handshake; returns what the server says of itself.
    pub fn greet(&mut self, version: &str) -> Value {
        let client = json!({ "name": "it", "version": "1" });
        let params = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client });
        let answer = self.ask("initialize", params);
        self.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        answer["result"].clone()
    }

    pub fn say(&mut self, message: &Value) {
        self.say_raw(format!("{message}\n").as_bytes());
    }

    pub fn say_raw(&mut self, bytes: &[u8]) {
        self.said.push(String::from_utf8_lossy(&bytes[..bytes.len().min(500)]).into_owned());
        let stdin = self.stdin.as_mut().expect("not closed yet");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("the server reads");
    }

    /// Says something and waits until the server has read it.
    pub fn say_until_read(&mut self, bytes: &[u8]) {
        self.say_raw(bytes);
        let stdin = self.stdin.as_ref().expect("not closed yet");
        eventually("the server reads", || rustix::io::ioctl_fionread(stdin).expect("a pipe") == 0);
    }

    /// Sends a request; returns its id.
    pub fn request(&mut self, method: &str, params: Value) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer(id)
    }

    /// Sends a call of a tool; returns its id.
    pub fn begin(&mut self, tool: &str, arguments: Value) -> u64 {
        self.request("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    /// The same, with a progress token.
    pub fn begin_told(&mut self, tool: &str, arguments: Value, token: &str) -> u64 {
        let meta = json!({ "progressToken": token });
        self.request("tools/call", json!({ "name": tool, "arguments": arguments, "_meta": meta }))
    }

    /// Calls a tool and returns its result.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let id = self.begin(tool, arguments);
        self.result(id)
    }

    /// Runs a snippet and returns the result.
    pub fn run(&mut self, runtime: &str, code: &str) -> Value {
        self.call("run_code", json!({ "runtime": runtime, "code": code }))
    }

    pub fn result(&mut self, id: u64) -> Value {
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "a protocol error: {answer}\n{}", self.story());
        answer["result"].clone()
    }

    /// The answer to a request; notifications that come before it are kept.
    pub fn answer(&mut self, id: u64) -> Value {
        if let Some(at) = self.answers.iter().position(|answer| answer["id"] == id) {
            return self.answers.remove(at);
        }
        loop {
            let message = self.hear(PATIENCE).unwrap_or_else(|| panic!("no answer to {id}\n{}", self.story()));
            match message.get("id") {
                Some(answered) if *answered == id => return message,
                Some(_) => self.answers.push(message),
                None => self.notifications.push(message),
            }
        }
    }

    /// The next message, if one comes in time.
    pub fn hear(&mut self, patience: Duration) -> Option<Value> {
        let line = match self.lines.recv_timeout(patience) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => panic!("the server closed its stdout\n{}", self.story()),
        };
        let message: Value = serde_json::from_str(&line).unwrap_or_else(|error| {
            panic!("stdout carries something else than messages ({error}): {line:?}\n{}", self.story())
        });
        assert_eq!(message["jsonrpc"], "2.0", "no JSON-RPC message: {line}");
        Some(message)
    }

    /// Closes the server's stdin.
    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end of the process: how it ended, how long that took, and the log.
    pub fn end(mut self, patience: Duration) -> (ExitStatus, Duration, String) {
        let began = Instant::now();
        while began.elapsed() < patience {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                let took = began.elapsed();
                while !self.log_reader.is_finished() && began.elapsed() < patience {
                    thread::sleep(Duration::from_millis(2));
                }
                return (status, took, self.stderr.lock().expect("unpoisoned").clone());
            }
            thread::sleep(Duration::from_millis(2));
        }
        panic!("the server still runs after {patience:?}\n{}", self.story());
    }

    fn story(&self) -> String {
        let stderr = self.stderr.lock().expect("unpoisoned");
        format!("--- said:\n{}\n--- stderr:\n{stderr}", self.said.join(""))
    }
}

impl Drop for Mcp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The text blocks of a result.
pub fn texts(result: &Value) -> Vec<&str> {
    let blocks = result["content"].as_array().expect("content");
    blocks.iter().filter_map(|block| block["text"].as_str()).collect()
}
