//! Round trips through the faces: a whole process of the command, and a call over MCP.

use super::driver::Bench;
use super::native;
use super::table::Row;
use crate::sample::Samples;
use anyhow::Context;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const HELLO: &str = "print('hi')";

/// `runcell run-code python ...` and `python3 -c ...`, each as a process of its own, in turn.
pub(crate) fn process(bench: &Bench, name: &str) -> anyhow::Result<Vec<Row>> {
    bench.ready("python")?;
    let python = native::program("python3");
    let (mut ours, mut native) = (Samples::default(), Samples::default());
    for _ in 0..bench.turns * 2 {
        native::time(Command::new(&bench.binary).args(["run-code", "python", HELLO]), &mut ours)?;
        if native::is_there(&python) {
            native::time(Command::new(&python).args(["-c", HELLO]), &mut native)?;
        }
    }
    Ok(vec![Row::of(name, &ours, "python3", &native, "15, under native")])
}

/// Calls of `run_code` over stdio, one after the other.
pub(crate) fn mcp(bench: &Bench, name: &str) -> anyhow::Result<Vec<Row>> {
    bench.ready("python")?;
    let mut client = Client::start(bench)?;
    let python = native::program("python3");
    let (mut ours, mut native) = (Samples::default(), Samples::default());
    for turn in 0..=bench.turns {
        for _ in 0..10 {
            let took = client.run_hello()?;
            if turn > 0 {
                ours.push(took);
            }
        }
        if native::is_there(&python) {
            native::time(Command::new(&python).args(["-c", HELLO]), &mut native)?;
        }
    }
    client.process.kill()?;
    client.process.wait()?;
    Ok(vec![Row::of(name, &ours, "python3", &native, "1.5")])
}

/// The least client there can be.
struct Client {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    last_id: u64,
}

impl Client {
    fn start(bench: &Bench) -> anyhow::Result<Self> {
        let mut process =
            Command::new(&bench.binary).arg("mcp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdin = process.stdin.take().context("stdin was piped")?;
        let stdout = BufReader::new(process.stdout.take().context("stdout was piped")?);
        let mut client = Self { process, stdin, stdout, last_id: 0 };
        let about = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "bench", "version": "1" } });
        client.request("initialize", about)?;
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))?;
        Ok(client)
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        self.stdin.write_all(format!("{message}\n").as_bytes())?;
        Ok(())
    }

    fn request(&mut self, method: &str, params: Value) -> anyhow::Result<Value> {
        self.last_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params }))?;
        let mut line = String::new();
        loop {
            line.clear();
            anyhow::ensure!(self.stdout.read_line(&mut line)? > 0, "the server closed its output");
            let message: Value = serde_json::from_str(&line)?;
            if message["id"] == self.last_id {
                return Ok(message);
            }
        }
    }

    fn run_hello(&mut self) -> anyhow::Result<Duration> {
        let call = json!({ "name": "run_code", "arguments": { "runtime": "python", "code": HELLO } });
        let before = Instant::now();
        let answer = self.request("tools/call", call)?;
        let took = before.elapsed();
        anyhow::ensure!(answer["result"]["isError"] != true && answer.get("error").is_none(), "{answer}");
        Ok(took)
    }
}
