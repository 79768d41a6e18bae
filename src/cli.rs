//! The shell face: one verb a file.
//!
//! Owns arguments, the terminal, exit codes, and where configuration and cache lie on this machine. What is run, and
//! whether it may be, is the service's business.

mod doctor;
mod exit_code;
mod images;
mod job;
mod limit;
mod mcp;
mod place;
mod progress;
mod run_code;
mod runtimes;
mod shell;
mod stop;
mod tools;
mod worker;

pub use exit_code::ExitCode;
pub use place::cache_dir;

use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;

/// Runs code that nobody has vetted, in WebAssembly cells that start in under a millisecond.
#[derive(Debug, Parser)]
#[command(name = "runcell", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    /// Configuration file [default: runcell/config.toml in the user's configuration folder].
    #[arg(long, global = true, value_name = "FILE", env = "RUNCELL_CONFIG")]
    config: Option<std::path::PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "Examples:
  runcell run-code python 'print(6 * 7)'
  runcell run-code c -f hello.c
  echo 'puts gets.upcase' > up.rb; echo hi | runcell run-code ruby -f up.rb
  runcell runtimes prepare python quickjs
  runcell job submit my-tool --image my-image:1 -p depth=3 --data grid=grid.csv --follow
  runcell mcp";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run a snippet.
    RunCode(Box<run_code::RunCodeArgs>),
    /// List, describe, prepare and remove runtimes.
    Runtimes(runtimes::RuntimesArgs),
    /// List and describe the tools in the container images of this machine.
    Tools(tools::ToolsArgs),
    /// List and remove the images that packages were installed into, or that callers made.
    Images(images::ImagesArgs),
    /// Submit, watch, cancel and remove jobs, and fetch their results.
    Job(job::JobArgs),
    /// Run jobs until none is left; started by `job submit`.
    #[command(hide = true)]
    JobRunner,
    /// Serve assistants over the Model Context Protocol, on stdin and stdout.
    Mcp(mcp::McpArgs),
    /// Check what is ready on this machine, what is missing, and how to mend it.
    ///
    /// The exit code is 125 if something does not work. What is only missing is no failure.
    Doctor(doctor::DoctorArgs),
    /// Run guests for a server, over a socket on stdin; started by servers.
    #[command(hide = true)]
    Worker,
    /// Print shell completions.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// A verb could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The service refused or failed.
    #[error(transparent)]
    Service(#[from] runcell_service::ServiceError),
    /// An argument is wrong.
    #[error("{0}")]
    Usage(String),
    /// A host file that the user named.
    #[error("cannot {action} {path}")]
    File {
        /// What was tried.
        action: &'static str,
        /// The path as it was given.
        path: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The configuration file is wrong.
    #[error("the configuration {path} cannot be used: {source}")]
    Config {
        /// The file.
        path: String,
        /// What is wrong.
        source: runcell_model::config::ConfigError,
    },
    /// Nobody says where prepared runtimes are to be kept.
    #[error("there is no home folder to keep prepared runtimes in: set RUNCELL_CACHE_DIR to a folder of your own")]
    NoCacheDir,
    /// A wall is missing that the configuration requires.
    #[error("{0}, and the configuration requires it: walls = \"require\"")]
    Walls(String),
    /// A worker process cannot serve.
    #[error(transparent)]
    Worker(#[from] runcell_wasm::WorkerError),
    /// The face for assistants failed.
    #[error(transparent)]
    Mcp(#[from] runcell_mcp::McpError),
    /// The terminal or pipe is gone.
    #[error("cannot write the output")]
    Output(#[source] std::io::Error),
}

/// Runs the command line and returns the exit code of the process.
///
/// # Errors
/// [`CliError`] for everything that is not the guest's own failure.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Result<ExitCode, CliError> {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { ExitCode::USAGE } else { ExitCode::SUCCESS };
            error.print().map_err(CliError::Output)?;
            return Ok(code);
        }
    };
    match cli.verb {
        Verb::RunCode(args) => run_code::run(*args, cli.config.as_deref()),
        Verb::Runtimes(args) => runtimes::run(args, cli.config.as_deref()),
        Verb::Tools(args) => tools::run(args, cli.config.as_deref()),
        Verb::Images(args) => images::run(args, cli.config.as_deref()),
        Verb::Job(args) => job::run(args, cli.config.as_deref()),
        Verb::JobRunner => job::run_queue(cli.config.as_deref()),
        Verb::Mcp(args) => mcp::run(&args, cli.config.as_deref()),
        Verb::Doctor(args) => doctor::run(&args, cli.config.as_deref()),
        Verb::Worker => worker::run(),
        Verb::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "runcell", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The error chain in one line, for people.
#[must_use]
pub fn describe(error: &CliError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
