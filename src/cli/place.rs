//! Where things lie on this machine: configuration, cache, the user's own runtimes.
//!
//! Owns the environment variables and the folders of the platform; starts the service from them.

use super::CliError;
use crate::config::Config;
use crate::service::Service;
use etcetera::{BaseStrategy, choose_base_strategy};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Reads the configuration and starts a service with it.
pub(super) fn service(config: Option<&Path>) -> Result<Service, CliError> {
    let config = read_config(config)?;
    let base = choose_base_strategy().ok();
    let folder = |of: fn(&dyn BaseStrategy) -> PathBuf| base.as_ref().map(|base| of(base).join("runcell"));
    let cache = env::var_os("RUNCELL_CACHE_DIR").map(PathBuf::from).or_else(|| config.cache_dir.clone());
    let cache = cache.or_else(|| folder(|base| base.cache_dir())).unwrap_or_else(|| env::temp_dir().join("runcell"));
    let runtimes = env::var_os("RUNCELL_RUNTIMES_DIR").map(PathBuf::from).or_else(|| config.runtimes_dir.clone());
    let runtimes = runtimes.or_else(|| Some(folder(|base| base.data_dir())?.join("runtimes")));
    let cache = std::path::absolute(&cache).unwrap_or(cache);
    Ok(Service::start(config, cache, runtimes)?)
}

fn read_config(given: Option<&Path>) -> Result<Config, CliError> {
    let standard = || Some(choose_base_strategy().ok()?.config_dir().join("runcell/config.toml"));
    let path = match given.map(Path::to_owned) {
        Some(path) => path,
        None => match standard().filter(|path| path.is_file()) {
            Some(path) => path,
            None => return Ok(Config::default()),
        },
    };
    let name = path.display().to_string();
    let text = fs::read_to_string(&path);
    let text = text.map_err(|source| CliError::File { action: "read", path: name.clone(), source })?;
    Config::parse(&text).map_err(|source| CliError::Config { path: name, source })
}
