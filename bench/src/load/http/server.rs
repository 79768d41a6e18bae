//! A `runcell serve` process with a data folder of its own.
//!
//! Owns starting and ending it. Rates and quotas are out of the way: one client asks as often as a whole team would.

use crate::load::footprint;
use anyhow::Context;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The token of all clients.
pub(super) const TOKEN: &str = "rc_load_0123456789abcdef0123456789abcdef";
/// How long the server may take to end.
const END: Duration = Duration::from_secs(20);
const CONFIG: &str = "[rates]\ntenant_per_minute = 4000000000\ntoken_per_minute = 4000000000\ntenant_at_once = 100000\n\
    token_at_once = 100000\n[quotas]\nruns = 100000\n[server]\ndrain_seconds = 2\n\
    [uploads]\nfile_bytes = 268435456\ntotal_bytes = 4294967296\n";

/// A server, ended with the value.
pub(super) struct HttpServer {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl HttpServer {
    /// Starts a server with python ready.
    pub(super) fn start(binary: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let config = folder.path().join("config.toml");
        std::fs::write(&config, CONFIG)?;
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--prepare", "python", "--config"]).arg(config);
        command.env("RUNCELL_DATA_DIR", folder.path().join("data")).env("RUNCELL_TOKENS", TOKEN);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("stderr was piped")?).lines();
        let mut server = Self { child, address: String::new(), _folder: folder };
        while server.address.is_empty() {
            let line = lines.next().context("the server ended before it served")??;
            if let Some((_, address)) = line.split_once("serving at http://") {
                address.clone_into(&mut server.address);
            }
        }
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Ok(server)
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the server to end and waits until it and everything that it started are gone.
    pub(super) fn end(mut self) -> anyhow::Result<()> {
        let started = footprint::tree(self.pid());
        let asked = Command::new("kill").arg(self.pid().to_string()).status()?;
        anyhow::ensure!(asked.success(), "the server could not be asked to end");
        let until = Instant::now() + END;
        while self.child.try_wait()?.is_none() || started.iter().any(|process| footprint::runs(*process)) {
            anyhow::ensure!(Instant::now() < until, "the server or its workers ran on for {END:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
