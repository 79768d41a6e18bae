//! The options of a run on the command line beside its code: input, files, limits, where it runs.
//!
//! Owns the arguments, which every verb that runs code has, and the request that they complete.

use super::super::shell::pairs;
use super::super::{CliError, limit};
use super::{host_file, stream};
use clap::{Args, ValueEnum};
use runcell_model::limits::{LimitKind, LimitPolicy, LimitsRequest};
use runcell_service::{BackendChoice, RunRequest, Stdin};
use std::path::PathBuf;

/// The options of a run beside its code.
#[derive(Debug, Args)]
pub(in crate::cli) struct RunOptions {
    /// Arguments of the program.
    #[arg(last = true)]
    args: Vec<String>,
    /// Give the program this file as its stdin (default: the stdin of this command).
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,
    /// Put a host file or folder into /work, under its own name or another.
    #[arg(long = "file", value_name = "HOST[:GUEST]")]
    files: Vec<String>,
    /// Write the files that the program leaves in /work to this folder.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Names or patterns of the files wanted back (default with --out: all new and changed ones).
    #[arg(long = "output", value_name = "PATTERN")]
    pub(super) outputs: Vec<String>,
    /// Set an environment variable.
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Set an option of the runtime, such as std=c17; `runcell runtimes info` lists them.
    #[arg(long = "option", short = 'o', value_name = "NAME=VALUE")]
    options: Vec<String>,
    /// The backend: a WebAssembly cell, a container, or (auto) a cell where one can and else a container, where the
    /// configuration allows that.
    #[arg(long, value_name = "BACKEND", default_value = "auto")]
    backend: Backend,
    /// Install a package for it (python: six==1.16, node: lodash@4, bash: jq); needs a container, whose image is kept.
    #[arg(long = "package", value_name = "PACKAGE")]
    packages: Vec<String>,
    /// Run it in a container of this image instead of the language's.
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// Let a container see a host folder of the configuration, by its name: data, or data:/where.
    #[arg(long = "mount", value_name = "NAME[:PATH]")]
    mounts: Vec<String>,
    /// Let it reach the network; needs a container and the configuration's consent.
    #[arg(long)]
    network: bool,
    /// Work that the program may do, in units of about an instruction: 2G.
    #[arg(long, value_name = "N")]
    fuel: Option<String>,
    /// Memory that it may use: 256MiB.
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// Time that it may take: 10s.
    #[arg(long, value_name = "TIME")]
    timeout: Option<String>,
    /// Any limit by its name: output_bytes=10MiB, file_bytes, files, stdin_bytes, code_bytes, table_elements.
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    limits: Vec<String>,
    /// Name risky lines of the snippet: advice, which changes nothing.
    #[arg(long)]
    check: bool,
    /// Print the whole outcome as JSON instead of streaming the output.
    #[arg(long)]
    pub(super) json: bool,
}

/// The backends on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Backend {
    Auto,
    Wasm,
    Container,
}

impl From<Backend> for BackendChoice {
    fn from(backend: Backend) -> Self {
        match backend {
            Backend::Auto => Self::Auto,
            Backend::Wasm => Self::Wasm,
            Backend::Container => Self::Container,
        }
    }
}

impl RunOptions {
    /// The limits that were asked for.
    fn limits(&self) -> Result<LimitsRequest<LimitKind>, CliError> {
        let flags =
            [(LimitKind::Fuel, &self.fuel), (LimitKind::Memory, &self.memory), (LimitKind::WallTime, &self.timeout)];
        limit::request(&flags, &self.limits)
    }

    /// The most that is read for the run. A limit that is out of range is refused with the request; until then the ceiling bounds
    /// what is read.
    pub(super) fn most(&self, kind: LimitKind, policy: &LimitPolicy) -> Result<u64, CliError> {
        let asked = self.limits()?.get(kind).unwrap_or(policy.default_of(kind));
        Ok(asked.min(policy.ceiling(kind)))
    }

    /// Completes a request. `code_from_stdin`: whether stdin was read for the code, and is not the program's.
    pub(in crate::cli) fn request(
        &self,
        mut request: RunRequest,
        code_from_stdin: bool,
        policy: &LimitPolicy,
    ) -> Result<RunRequest, CliError> {
        request.args.clone_from(&self.args);
        request.stdin = match &self.stdin {
            Some(path) => stream::stdin_of(host_file::open(path)?),
            None if code_from_stdin => Stdin::default(),
            None => stream::stdin_of(std::io::stdin()),
        };
        let mut left = self.most(LimitKind::FileBytes, policy)?;
        for file in &self.files {
            request.files.extend(host_file::input(file, &mut left)?);
        }
        request.env = pairs("--env", &self.env)?.into_iter().collect();
        request.options = pairs("--option", &self.options)?.into_iter().collect();
        request.outputs.clone_from(&self.outputs);
        if self.out.is_some() && self.outputs.is_empty() {
            request.outputs = vec!["**".to_owned()];
        }
        request.limits = self.limits()?;
        request.backend = self.backend.into();
        request.packages.clone_from(&self.packages);
        request.image.clone_from(&self.image);
        request.mounts.clone_from(&self.mounts);
        (request.network, request.check) = (self.network, self.check);
        Ok(request)
    }
}
