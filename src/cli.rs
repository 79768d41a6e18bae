//! The shell face: one verb a file.
//!
//! Owns arguments, the terminal, exit codes, and where configuration and cache lie on this machine. What is run, and
//! whether it may be, is the service's business.

mod doctor;
mod door;
mod environment;
mod error;
mod exit_code;
mod files;
mod images;
mod job;
mod limit;
pub mod log;
mod login;
mod mcp;
mod packages;
mod progress;
mod run_code;
mod runtimes;
mod serve;
mod setup;
mod shell;
mod stop;
mod target;
mod tools;
mod users;
mod worker;

pub use error::{CliError, describe};
pub use exit_code::ExitCode;
pub use setup::cache_dir;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;

/// Runs code that nobody has vetted, in WebAssembly cells that start in under a millisecond.
#[derive(Debug, Parser)]
#[command(name = "runcell", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    target: target::Target,
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "Examples:
  runcell run-code python 'print(6 * 7)'
  runcell run-code c -f hello.c
  echo 'puts gets.upcase' > up.rb; echo hi | runcell run-code ruby -f up.rb
  runcell runtimes prepare python quickjs
  runcell job submit my-tool --image my-image:1 -p depth=3 --data grid=grid.csv --follow
  runcell mcp
  runcell serve";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run a snippet.
    RunCode(Box<run_code::RunCodeArgs>),
    /// List, describe, prepare and remove runtimes.
    Runtimes(runtimes::RuntimesArgs),
    /// List and describe the tools in the container images of this machine.
    Tools(tools::ToolsArgs),
    /// Make, list and remove images with packages or several languages.
    Images(images::ImagesArgs),
    /// Install packages into an image for runs in containers.
    Packages(packages::PackagesArgs),
    /// Upload, list, run and remove files that are kept for runs and jobs.
    Files(Box<files::FilesArgs>),
    /// Submit, watch, cancel and remove jobs, and fetch their results.
    Job(job::JobArgs),
    /// Run jobs until none is left; started by `job submit`.
    #[command(hide = true)]
    JobRunner,
    /// Serve assistants over the Model Context Protocol, on stdin and stdout.
    Mcp(mcp::McpArgs),
    /// Serve a team: programs and people over HTTP.
    Serve(serve::ServeArgs),
    /// Log in at a server, so that `--url` works there.
    Login(login::LoginArgs),
    /// Log out of a server, and forget the login.
    Logout(login::LogoutArgs),
    /// Add users of another system to a server of this machine.
    Users(users::UsersArgs),
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

/// The command line, and the variables that stand for arguments.
fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = environment::lenient(Cli::command());
    let mut found = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches_mut(&mut found).map_err(|error| error.format(&mut command))
}

/// Runs the command line and returns the exit code of the process.
///
/// # Errors
/// [`CliError`] for everything that is not the guest's own failure.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Result<ExitCode, CliError> {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { ExitCode::USAGE } else { ExitCode::SUCCESS };
            error.print().map_err(CliError::Output)?;
            return Ok(code);
        }
    };
    // A server starts its log itself, when it knows where traces go.
    if !matches!(cli.verb, Verb::Mcp(_) | Verb::Serve(_)) {
        log::start();
    }
    let target = &cli.target;
    match cli.verb {
        Verb::RunCode(args) => run_code::run(*args, target),
        Verb::Runtimes(args) => runtimes::run(args, target),
        Verb::Tools(args) => tools::run(args, target),
        Verb::Images(args) => images::run(args, target),
        Verb::Packages(args) => packages::run(args, target),
        Verb::Files(args) => files::run(*args, target),
        Verb::Job(args) => job::run(args, target),
        Verb::JobRunner => door::run_queue(target.config()),
        Verb::Mcp(args) => mcp::run(&args, target.here("mcp")?),
        Verb::Serve(args) => serve::run(&args, target.here("serve")?),
        Verb::Users(args) => users::run(args, target.here("users")?),
        Verb::Login(args) => login::login(&args, target),
        Verb::Logout(args) => login::logout(&args, target),
        Verb::Doctor(args) => doctor::run(&args, target),
        Verb::Worker => worker::run(),
        Verb::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "runcell", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}
