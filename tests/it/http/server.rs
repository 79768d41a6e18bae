//! The server of the tests: `runcell serve` as a process of its own.
//!
//! Owns the process and its folder. One server serves all tests that change nothing about it.

use super::client::{Answer, Ask, Stream, ask};
use crate::harness::binary;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use tempfile::TempDir;

/// The token of an admin in tests, one of the environment.
pub const TOKEN: &str = "rc_0123456789abcdef0123456789abcdef";

/// A server.
pub struct Server {
    pub address: String,
    pub child: Child,
    pub said: Arc<Mutex<Vec<String>>>,
    folder: Arc<TempDir>,
}

/// The database of a server.
#[derive(Debug, Clone, Copy)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// The server on this database that tests share.
    pub fn shared(self) -> &'static Server {
        static SERVERS: [OnceLock<Server>; 2] = [const { OnceLock::new() }; 2];
        SERVERS[self as usize].get_or_init(|| bound(self))
    }

    /// A server of a test's own on this database.
    pub fn start(self, config: &str, change: impl FnOnce(&mut Command)) -> Server {
        self.start_in(&self.place(), config, change)
    }

    /// A new folder, and the address of a new database.
    pub fn place(self) -> (Arc<TempDir>, Option<String>) {
        let url = matches!(self, Self::Postgres).then(crate::store::postgres::database);
        (Arc::new(tempfile::tempdir().unwrap()), url)
    }

    /// Starts a server where another one may have been.
    pub fn start_in(
        self,
        (folder, url): &(Arc<TempDir>, Option<String>),
        config: &str,
        change: impl FnOnce(&mut Command),
    ) -> Server {
        Server::start_in(folder.clone(), config, |command| {
            command.envs(url.iter().map(|url| ("RUNCELL_JOBS__DATABASE", url)));
            change(command);
        })
    }
}

/// Tests on each database: `fn name(on: Database) { ... }`.
macro_rules! both {
    ($($(#[$about:meta])* fn $name:ident($on:ident: Database) $test:block)*) => {$(
        $(#[$about])*
        mod $name {
            use super::*;
            use $crate::http::server::Database;

            fn on($on: Database) $test

            #[test]
            fn sqlite() {
                on(Database::Sqlite);
            }

            #[test]
            fn postgres() {
                $crate::need::needs!(POSTGRES);
                on(Database::Postgres);
            }
        }
    )*};
}
pub(crate) use both;

/// The server that tests share.
pub fn shared() -> &'static Server {
    Database::Sqlite.shared()
}

/// A server that ends with this process: the kernel ends it with the thread that started it, which waits for ever.
fn bound(database: Database) -> Server {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let (folder, url) = database.place();
        let mut plain = command(&folder, "");
        plain.envs(url.iter().map(|url| ("RUNCELL_JOBS__DATABASE", url)));
        let mut bound = Command::new("setpriv");
        bound.args(["--pdeathsig", "TERM"]).arg(plain.get_program()).args(plain.get_args());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => bound.env(name, value),
                None => bound.env_remove(name),
            };
        }
        bound.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        sender.send(Server::spawn(bound, folder)).unwrap();
        loop {
            std::thread::park();
        }
    });
    receiver.recv().unwrap()
}

/// The command of a server with a data folder and a configuration of its own.
pub fn command(folder: &TempDir, config: &str) -> Command {
    let file = folder.path().join("config.toml");
    std::fs::write(&file, config).unwrap();
    let mut command = binary();
    command.arg("serve").arg("--config").arg(file).args(["--prepare", "none"]);
    command
        .env("RUNCELL_DATA_DIR", folder.path().join("data"))
        .env("RUNCELL_TOKENS", TOKEN)
        .env("RUNCELL_LISTEN", "127.0.0.1:0");
    let others = ["RUNCELL_INSECURE_HTTP", "RUNCELL_ADMIN_PASSWORD", "MANAGER_TOKENS", "MANAGER_BEARER_TOKEN", "PORT"];
    for name in others {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.env("RUNCELL_LOG", "info");
    command
}

impl Server {
    pub fn start(config: &str, change: impl FnOnce(&mut Command)) -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()), config, change)
    }

    /// Starts it with a folder that another one has left.
    pub fn start_in(folder: Arc<TempDir>, config: &str, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = command(&folder, config);
        change(&mut command);
        Self::spawn(command, folder)
    }

    /// The folder of its configuration and its data.
    pub fn folder(&self) -> Arc<TempDir> {
        self.folder.clone()
    }

    fn spawn(mut command: Command, folder: Arc<TempDir>) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = Arc::new(Mutex::new(Vec::new()));
        let mut address = None;
        while address.is_none() {
            let line = lines.next().unwrap_or_else(|| panic!("the server ended: {said:?}")).unwrap();
            address = line.split_once("serving at ").map(|(_, url)| url.rsplit('/').next().unwrap().to_owned());
            said.lock().unwrap().push(line);
        }
        let heard = said.clone();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| heard.lock().unwrap().push(line)));
        Self { address: address.unwrap(), child, said, folder }
    }

    pub fn send(&self, ask: &Ask) -> Answer {
        ask.send(&self.address, Some(TOKEN))
    }

    pub fn open(&self, ask: &Ask) -> Stream {
        ask.open(&self.address, Some(TOKEN))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(&ask("GET", path))
    }

    pub fn post(&self, path: &str, json: &Value) -> Answer {
        self.send(&ask("POST", path).json(json))
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
