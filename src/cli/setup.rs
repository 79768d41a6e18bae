//! Where things lie on this machine: configuration, cache, the user's own runtimes.
//!
//! Owns the environment variables and the folders of the platform; starts the service from them.

use super::{CliError, environment};
use etcetera::{BaseStrategy, choose_base_strategy};
use runcell_model::caller::{Caller, Face};
use runcell_model::config::{Config, ConfigError};
use runcell_service::{Service, WorkerProgram};
use std::fs;
use std::path::{Path, PathBuf};

/// Reads the configuration and starts a service with it.
pub(super) fn service(config: Option<&Path>) -> Result<Service, CliError> {
    let config = placed(read_config(config)?);
    let cache = cache_dir(&config).ok_or(CliError::NoCacheDir)?;
    let runtimes = runtimes_dir(&config);
    Ok(Service::start(config, cache, runtimes)?)
}

/// The caller of a command on this machine: the operator, who may do everything.
pub(super) fn operator() -> Caller {
    Caller::operator(Face::Shell)
}

/// The same for a server: guests run in worker processes of this very program.
pub(super) fn server(config: Option<&Path>) -> Result<Service, CliError> {
    let config = placed(read_config(config)?);
    let cache = cache_dir(&config).ok_or(CliError::NoCacheDir)?;
    let runtimes = runtimes_dir(&config);
    Ok(Service::start_with_workers(config, cache, runtimes, this_program())?)
}

/// The configuration with the folder of jobs and files that counts on this machine.
fn placed(config: Config) -> Config {
    Config { data_dir: data_dir(&config), ..config }
}

/// This program as a worker, also after its file was replaced by a newer one.
pub(super) fn this_program() -> WorkerProgram {
    WorkerProgram { program: "/proc/self/exe".into(), arguments: vec!["worker".into()] }
}

/// Where prepared runtimes are kept: `RUNCELL_CACHE_DIR`, what the configuration says, or the user's cache folder.
/// Never a folder that others may write to: machine code is loaded from it.
#[must_use]
pub fn cache_dir(config: &Config) -> Option<PathBuf> {
    let named = environment::given_path("RUNCELL_CACHE_DIR").or_else(|| config.cache_dir.clone());
    let dir = named.or_else(|| folder(|base| base.cache_dir()))?;
    Some(std::path::absolute(&dir).unwrap_or(dir))
}

/// Where jobs and uploaded files lie: `RUNCELL_DATA_DIR`, what the configuration says, or the user's data folder.
pub(super) fn data_dir(config: &Config) -> Option<PathBuf> {
    let named = environment::given_path("RUNCELL_DATA_DIR").or_else(|| config.data_dir.clone());
    let dir = named.or_else(|| folder(|base| base.data_dir()))?;
    Some(std::path::absolute(&dir).unwrap_or(dir))
}

/// Where the user's own runtimes lie: `RUNCELL_RUNTIMES_DIR`, what the configuration says, or the user's data folder.
pub(super) fn runtimes_dir(config: &Config) -> Option<PathBuf> {
    let named = environment::given_path("RUNCELL_RUNTIMES_DIR").or_else(|| config.runtimes_dir.clone());
    named.or_else(|| Some(folder(|base| base.data_dir())?.join("runtimes")))
}

/// Where the user's configuration and credentials lie.
pub(super) fn config_dir() -> Option<PathBuf> {
    folder(|base| base.config_dir())
}

fn folder(of: fn(&dyn BaseStrategy) -> PathBuf) -> Option<PathBuf> {
    choose_base_strategy().ok().map(|base| of(&base).join("runcell"))
}

pub(super) fn read_config(given: Option<&Path>) -> Result<Config, CliError> {
    let standard = || Some(config_dir()?.join("config.toml"));
    let path = match given.map(Path::to_owned) {
        Some(path) => path,
        None => match standard().filter(|path| path.is_file()) {
            Some(path) => path,
            None => return environment::configure("").map_err(unusable(None)),
        },
    };
    let text = fs::read_to_string(&path);
    let text = text.map_err(|source| CliError::File { action: "read", path: path.display().to_string(), source })?;
    environment::configure(&text).map_err(unusable(Some(&path)))
}

/// Why a configuration cannot be used: the fault of a variable is not the file's.
fn unusable(path: Option<&Path>) -> impl FnOnce(ConfigError) -> CliError {
    move |source| match (source, path) {
        (ConfigError::Variable(error), _) => CliError::Usage(error.to_string()),
        (source, None) => CliError::Usage(format!("the environment cannot be used: {source}")),
        (source, Some(path)) => CliError::Config { path: path.display().to_string(), source },
    }
}
