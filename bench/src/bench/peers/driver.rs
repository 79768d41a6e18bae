//! Peers that are libraries of other languages: a driver program each, which obeys orders on its stdin.
//!
//! The drivers lie beside this file; their protocol is that of `serve.py`.

use super::install::{self, Installed};
use super::language::{LANGUAGES, Language};
use super::peer::{KERNELS, Kernels, LIVE, Memory, Peer, parse_kernels};
use super::process;
use crate::sample::Samples;
use anyhow::Context;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Live sandboxes whose memory is looked at, and those before them: what the first ones bring along, others share.
const HELD: u64 = 4;
const BEFORE: u64 = 2;

/// How long a driver may take to end.
const END: Duration = Duration::from_secs(5);

/// The differences between them.
#[derive(Clone)]
struct About {
    name: &'static str,
    mode: String,
    /// The arguments, after those of the driver's program, of a process that runs one python program.
    cold: Vec<String>,
    runs_a_turn: usize,
    languages: &'static [&'static str],
}

struct Driver {
    about: About,
    installed: Installed,
    process: Child,
    /// Closed when the driver has to end.
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// The languages of runno.
const RUNNO_LANGUAGES: &[&str] = &["python", "javascript", "ruby", "php", "C", "C++"];

pub(crate) fn runno() -> anyhow::Result<Box<dyn Peer>> {
    let installed = install::runno()?;
    let mode = format!(
        "`runCode` in one {}: it compiles the runtime and starts a worker each time; no limits but one of time",
        installed.host
    );
    let cold = vec![installed.driver.display().to_string(), "--once".to_owned()];
    let about = About { name: "@runno/sandbox", mode, cold, runs_a_turn: 1, languages: RUNNO_LANGUAGES };
    Ok(Box::new(Driver::start(about, installed)?))
}

pub(crate) fn eryx() -> anyhow::Result<Box<dyn Peer>> {
    let installed = install::eryx()?;
    let mode = format!(
        "`Sandbox.execute` in one {}: a fresh instance each time, its default limits; cold is `pyeryx -c`",
        installed.host
    );
    let cold = ["-m", "eryx", "-c"].map(str::to_owned).to_vec();
    let about = About { name: "pyeryx", mode, cold, runs_a_turn: 10, languages: &["python"] };
    Ok(Box::new(Driver::start(about, installed)?))
}

pub(crate) fn monty() -> anyhow::Result<Box<dyn Peer>> {
    let installed = install::monty()?;
    let mode = format!(
        "a fresh session of a warm worker process each time, from one {}; an interpreter of its own for a part of Python, \
         no WebAssembly, no limits by default; cold is `monty -c`",
        installed.host
    );
    let about =
        About { name: "pydantic-monty", mode, cold: vec!["-c".to_owned()], runs_a_turn: 10, languages: &["python"] };
    Ok(Box::new(Driver::start(about, installed)?))
}

impl Driver {
    fn start(about: About, installed: Installed) -> anyhow::Result<Self> {
        let mut process = Command::new(&installed.program)
            .arg(&installed.driver)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdin = process.stdin.take();
        let stdout = BufReader::new(process.stdout.take().context("stdout was piped")?);
        let mut driver = Self { about, installed, process, stdin, stdout };
        // It loads what it needs, and says if it cannot.
        driver.obey(&json!({ "do": "warm", "runtime": "python", "code": "print('hi')", "runs": 1 }))?;
        Ok(driver)
    }

    fn obey(&mut self, order: &Value) -> anyhow::Result<Value> {
        self.stdin.as_mut().context("stdin was piped")?.write_all(format!("{order}\n").as_bytes())?;
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        let name = self.about.name;
        let answer: Value = serde_json::from_str(&line).with_context(|| format!("{name} said {line:?}"))?;
        anyhow::ensure!(answer["error"].is_null(), "{name}: {}", answer["error"]);
        Ok(answer)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It ends its workers itself, if it is not too late for that.
        self.stdin = None;
        let until = Instant::now() + END;
        while Instant::now() < until && matches!(self.process.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Peer for Driver {
    fn name(&self) -> String {
        format!("{} {}", self.about.name, self.installed.version)
    }

    fn mode(&self) -> String {
        self.about.mode.clone()
    }

    fn cold(&mut self) -> anyhow::Result<Option<Duration>> {
        let mut command = Command::new(&self.installed.cold);
        process::time(command.args(&self.about.cold).arg("print('hi')")).map(Some)
    }

    fn runs_a_turn(&self) -> usize {
        self.about.runs_a_turn
    }

    fn warm(&mut self, language: &Language, runs: usize) -> anyhow::Result<Option<Samples>> {
        if !self.about.languages.contains(&language.name) {
            return Ok(None);
        }
        let order = json!({ "do": "warm", "runtime": language.runtime, "code": language.code, "runs": runs });
        let answer = self.obey(&order)?;
        let times = answer["ms"].as_array().into_iter().flatten().filter_map(Value::as_f64);
        Ok(Some(times.map(|ms| Duration::from_secs_f64(ms / 1000.0)).collect()))
    }

    fn throughput(&mut self, time: Duration) -> anyhow::Result<f64> {
        let code = LANGUAGES[0].code;
        let order =
            json!({ "do": "throughput", "runtime": "python", "code": code, "seconds": time.as_secs(), "callers": 2 });
        let answer = self.obey(&order)?;
        Ok(answer["runs"].as_f64().unwrap_or(0.0) / answer["seconds"].as_f64().unwrap_or(f64::INFINITY))
    }

    fn memory(&mut self) -> anyhow::Result<Option<Memory>> {
        // A process of its own: garbage of earlier runs may go away meanwhile.
        let mut fresh = Self::start(self.about.clone(), self.installed.clone())?;
        fresh.obey(&json!({ "do": "hold", "code": LIVE, "count": BEFORE }))?;
        let before = Memory::of(fresh.process.id());
        fresh.obey(&json!({ "do": "hold", "code": LIVE, "count": HELD }))?;
        let memory = Memory::of(fresh.process.id()).each_since(before, HELD);
        fresh.obey(&json!({ "do": "release" }))?;
        Ok(memory)
    }

    fn kernels(&mut self) -> anyhow::Result<Option<Kernels>> {
        let answer = self.obey(&json!({ "do": "kernels", "code": KERNELS }))?;
        parse_kernels(answer["printed"].as_str().unwrap_or_default()).map(Some)
    }
}
