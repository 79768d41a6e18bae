//! The configuration: one TOML file, all keys optional, unknown ones refused.
//!
//! Owns the shape and the defaults. Does not look for the file: the shell face does.

mod accounts;
mod answers;
mod container;
mod jobs;
mod mount;
mod oidc;
mod proxies;
mod quotas;
mod rates;
mod records;
mod server;
mod telemetry;
mod tls;
mod uploads;
mod variable;

pub use accounts::{AccountsConfig, AccountsError};
pub use answers::{AnswersConfig, AnswersError};
pub use container::{ContainerPolicy, Containers, ContainersError, FILE, Language, LanguageConfig, LanguageError};
pub use jobs::JobsConfig;
pub use mount::{MountConfig, MountConfigError};
pub use oidc::{OidcConfig, OidcError};
pub use proxies::{ProxiesError, TrustedProxies};
pub use quotas::QuotasConfig;
pub use rates::RatesConfig;
pub use records::{AuditConfig, ExecutionsConfig, KeysConfig};
pub use server::{MetricsAccess, ServerConfig, ServerError};
pub use telemetry::TelemetryConfig;
pub use tls::{TlsConfig, TlsError};
pub use uploads::UploadsConfig;
pub use variable::{PREFIX, VariableError};

use crate::limits::{LimitPolicy, PolicyError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Everything that can be configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Defaults and ceilings of limits. The reference lists them by kind.
    #[serde(skip_serializing)]
    #[schemars(skip)]
    pub limits: LimitPolicy,
    /// Runs at the same time; 0 for 16 per processor. A quarter more are for tenants that have no run under way.
    pub max_running: usize,
    /// Runs that wait for their turn; where one more comes, the newest of the longest queue is refused as busy.
    pub max_queued: usize,
    /// Threads that run guests; 0 for one per processor.
    pub threads: usize,
    /// Jobs: tools in containers.
    pub jobs: JobsConfig,
    /// The worker processes of servers.
    pub workers: Workers,
    /// The policy for a machine whose kernel lacks a wall around the process.
    pub walls: WallPolicy,
    /// Languages that run in containers.
    pub containers: Containers,
    /// Host folders that jobs and runs in containers may ask for by name.
    pub mounts: BTreeMap<String, MountConfig>,
    /// How much of a result one answer holds.
    pub answers: AnswersConfig,
    /// How much every tenant may upload.
    pub uploads: UploadsConfig,
    /// The HTTP server of `runcell serve`.
    pub server: ServerConfig,
    /// How long logins last, and what passwords and attempts are allowed.
    pub accounts: AccountsConfig,
    /// How many requests a server takes from a tenant and from a token.
    pub rates: RatesConfig,
    /// How much of the machine one tenant may have.
    pub quotas: QuotasConfig,
    /// The records of runs that a server keeps.
    pub executions: ExecutionsConfig,
    /// How long the audit is kept.
    pub audit: AuditConfig,
    /// How long answers to requests with a key are kept.
    pub keys: KeysConfig,
    /// Traces of a server.
    pub telemetry: TelemetryConfig,
    /// The folder of prepared runtimes, instead of `runcell` in the user's cache folder.
    pub cache_dir: Option<PathBuf>,
    /// The folder of jobs and uploaded files, instead of `runcell` in the user's data folder.
    pub data_dir: Option<PathBuf>,
    /// The folder of the user's own runtimes, instead of `runcell/runtimes` in the user's data folder.
    pub runtimes_dir: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        let limits = LimitPolicy::default();
        let (cache_dir, data_dir, runtimes_dir) = (None, None, None);
        let (jobs, workers, walls) = (JobsConfig::default(), Workers::default(), WallPolicy::default());
        let (max_running, max_queued, threads) = (0, 1000, 0);
        let (containers, answers, uploads) =
            (Containers::default(), AnswersConfig::default(), UploadsConfig::default());
        let server = ServerConfig::default();
        Self {
            limits,
            max_running,
            max_queued,
            threads,
            jobs,
            workers,
            walls,
            containers,
            mounts: BTreeMap::new(),
            answers,
            uploads,
            server,
            accounts: AccountsConfig::default(),
            rates: RatesConfig::default(),
            quotas: QuotasConfig::default(),
            executions: ExecutionsConfig::default(),
            audit: AuditConfig::default(),
            keys: KeysConfig::default(),
            telemetry: TelemetryConfig::default(),
            cache_dir,
            data_dir,
            runtimes_dir,
        }
    }
}

/// The worker processes in which servers run guests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Workers {
    /// Their number; 0 for one per processor. Where tenants are apart, the most that there may be; 0 for eight per processor.
    pub count: usize,
    /// Which runs share a worker.
    pub tenants: Tenants,
}

/// Which runs share a worker process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tenants {
    /// Runs of all tenants share all workers.
    #[default]
    Shared,
    /// Every tenant has a worker of its own.
    Apart,
}

/// The policy for a machine whose kernel lacks a wall around the process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WallPolicy {
    /// Runcell says so on stderr and runs guests behind the walls that there are.
    #[default]
    Prefer,
    /// Runcell runs nothing.
    Require,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is not TOML, or a key is unknown or of the wrong kind.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// A variable of the environment is unknown or does not fit.
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// Its limits contradict each other.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Its section of containers cannot be used.
    #[error(transparent)]
    Containers(#[from] ContainersError),
    /// A mount cannot be used.
    #[error(transparent)]
    Mount(#[from] MountConfigError),
    /// Its section of answers cannot be used.
    #[error(transparent)]
    Answers(#[from] AnswersError),
    /// Its section of the server cannot be used.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Its section of accounts cannot be used.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

impl Config {
    /// Parses and checks the text of a configuration.
    ///
    /// # Errors
    /// [`ConfigError`] says where and why.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::read(text, &[], &[])
    }

    /// Parses and checks the text of a configuration and the variables of the environment that stand over it: those whose
    /// names begin with [`PREFIX`]. `others` are variables of the program that are no keys.
    ///
    /// # Errors
    /// [`ConfigError`] says where and why.
    pub fn read(text: &str, given: &[(String, String)], others: &[&str]) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)?;
        let is_key = |(name, _): &(String, String)| name.starts_with(PREFIX) && !others.contains(&&**name);
        let config =
            if given.iter().any(is_key) { variable::over(toml::from_str(text)?, given, others)? } else { config };
        config.limits.check()?;
        config.jobs.limits.check()?;
        config.containers.check()?;
        mount::check(&config.mounts)?;
        config.answers.check()?;
        config.server.check()?;
        config.accounts.check()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::LimitKind;

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(Config::parse("").expect("parses"), Config::default());
    }

    #[test]
    fn keys_are_strict() {
        let config = Config::parse("max_queued = 5\n[limits.ceiling]\nwall_ms = 1000").expect("parses");
        assert_eq!((config.max_queued, config.limits.ceiling(LimitKind::WallTime)), (5, 1000));
        Config::parse("max_qeued = 5").expect_err("unknown key");
        Config::parse("[limits.default]\nwall_ms = 0").expect_err("below the minimum");
    }
}
