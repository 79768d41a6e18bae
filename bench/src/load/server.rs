//! A `runcell mcp` process and the raw lines of its connection.
//!
//! Owns starting and ending it, and the check that nothing of it is left behind. Knows no scenario.

use super::footprint;
use anyhow::Context;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a server may take to end after its client has gone.
const END: Duration = Duration::from_secs(5);

/// How long a server may say nothing while answers are waited for. One that stays silent has lost runs.
const SILENCE: Duration = Duration::from_secs(60);

/// A server and the client's end of its streams.
pub(crate) struct Server {
    process: Process,
    pub(crate) stdin: ChildStdin,
    pub(crate) lines: Lines,
    _config: tempfile::TempDir,
}

impl Server {
    /// Starts a server with a configuration and greets it.
    pub(crate) fn start(binary: &Path, config: &str) -> anyhow::Result<Self> {
        Self::start_with(binary, config, Stdio::inherit())
    }

    /// The same with a log that is held and never read.
    pub(crate) fn start_unread(binary: &Path, config: &str) -> anyhow::Result<Self> {
        Self::start_with(binary, config, Stdio::piped())
    }

    fn start_with(binary: &Path, config: &str, log: Stdio) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("config.toml");
        std::fs::write(&file, config)?;
        let mut command = Command::new(binary);
        command.args(["mcp", "--prepare-wait", "600s", "--config"]).arg(&file);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let stdin = process.stdin.take().context("stdin was piped")?;
        let stdout = process.stdout.take().context("stdout was piped")?;
        let process = Process(Arc::new(Mutex::new(process)));
        let lines = Lines { stdout, buffer: vec![0; 1 << 16], filled: 0, waiting: process.watchdog() };
        let mut server = Self { process, stdin, lines, _config: dir };
        let hello = concat!(
            r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","#,
            r#""capabilities":{},"clientInfo":{"name":"load","version":"1"}}}"#,
            "\n",
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            "\n",
        );
        server.stdin.write_all(hello.as_bytes())?;
        server.lines.next(|_| ())?;
        Ok(server)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.lock().id()
    }

    /// Hangs up and waits until the server and everything that it started are gone.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        let started = footprint::tree(self.pid());
        let Self { process, stdin, lines, _config } = self;
        drop(stdin);
        let until = Instant::now() + END;
        while process.lock().try_wait()?.is_none() {
            anyhow::ensure!(Instant::now() < until, "the server ran on for {END:?} after its client had gone");
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(lines);
        while started.iter().any(|process| footprint::runs(*process)) {
            anyhow::ensure!(Instant::now() < until, "processes of the server were left behind: {started:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

/// The process, which is ended when it is not needed any more, whatever happens.
struct Process(Arc<Mutex<Child>>);

impl Process {
    fn lock(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the process when it is silent for too long; returns where the beginning of a wait is noted.
    fn watchdog(&self) -> Arc<Mutex<Option<Instant>>> {
        let waiting = Arc::new(Mutex::new(None::<Instant>));
        let (process, since) = (Arc::downgrade(&self.0), Arc::downgrade(&waiting));
        std::thread::spawn(move || {
            while let (Some(process), Some(since)) = (process.upgrade(), since.upgrade()) {
                let since = *since.lock().unwrap_or_else(PoisonError::into_inner);
                if since.is_some_and(|since| since.elapsed() > SILENCE) {
                    // It may be gone already.
                    let _ = process.lock().unwrap_or_else(PoisonError::into_inner).kill();
                    return;
                }
                drop(process);
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        waiting
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut process = self.lock();
        let _ = process.kill();
        let _ = process.wait();
    }
}

/// Lines that the server writes.
pub(crate) struct Lines {
    stdout: ChildStdout,
    buffer: Vec<u8>,
    filled: usize,
    /// Since when bytes are waited for.
    waiting: Arc<Mutex<Option<Instant>>>,
}

impl Lines {
    /// Waits for bytes, until there is at least one whole line; hands on every whole line.
    pub(crate) fn next(&mut self, mut each: impl FnMut(&[u8])) -> anyhow::Result<()> {
        loop {
            if self.filled == self.buffer.len() {
                self.buffer.resize(self.filled * 2, 0);
            }
            self.note(Some(Instant::now()));
            let count = self.stdout.read(&mut self.buffer[self.filled..])?;
            self.note(None);
            anyhow::ensure!(count > 0, "the server closed its output, or was silent for {SILENCE:?} and ended");
            let old = self.filled;
            self.filled += count;
            let Some(end) = self.buffer[old..self.filled].iter().rposition(|byte| *byte == b'\n') else { continue };
            let end = old + end + 1;
            self.buffer[..end - 1].split(|byte| *byte == b'\n').for_each(&mut each);
            self.buffer.copy_within(end..self.filled, 0);
            self.filled -= end;
            return Ok(());
        }
    }

    fn note(&self, since: Option<Instant>) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}
