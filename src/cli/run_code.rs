//! `runcell run-code`: one snippet, live on the terminal.
//!
//! Owns arguments, host files (opened through capabilities of the folders that the user named), and the streaming of
//! output. Ends as the guest ended. The process locks itself down before the guest starts (`wall`).

mod host_file;
mod stream;
mod wall;

use super::{CliError, ExitCode, limit, progress, setup, shell};
use clap::{Args, ValueEnum};
use host_file::OutFolder;
use runcell_model::file::GuestPath;
use runcell_model::limits::{LimitKind, LimitPolicy, MODULE_BYTES};
use runcell_model::outcome::{BackendKind, Ending, Outcome};
use runcell_service::{BackendChoice, RunRequest, Stdin};
use runcell_wire::{LeftFileJson, OutcomeJson, name_files};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Arguments of `run-code`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RunCodeArgs {
    /// The language: python, quickjs, clang, clangpp, ruby, php, or one of your own; `ruby@3.3` chooses a version; wasm runs a
    /// WASI program. In containers: python, node, bash, csharp and those of the configuration.
    runtime: String,
    /// The snippet, or `-` to read it from stdin.
    #[arg(conflicts_with = "code_file")]
    code: Option<String>,
    /// Read the snippet from a file; it keeps its name. `-` and `/dev/stdin` are stdin, and `<(command)` works.
    #[arg(short = 'f', long = "code-file", value_name = "FILE")]
    code_file: Option<PathBuf>,
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
    out: Option<PathBuf>,
    /// Names or patterns of the files wanted back (default with --out: all new and changed ones).
    #[arg(long = "output", value_name = "PATTERN")]
    outputs: Vec<String>,
    /// Set an environment variable.
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Set an option of the runtime, such as std=c17; `runcell runtimes info` lists them.
    #[arg(long = "option", short = 'o', value_name = "NAME=VALUE")]
    options: Vec<String>,
    /// What runs it: a WebAssembly cell, a container, or (auto) a cell where one can and else a container, where the
    /// configuration allows that.
    #[arg(long, value_name = "BACKEND", default_value = "auto")]
    backend: Backend,
    /// Install a package for it (python: six==1.16, node: lodash@4, bash: jq); needs a container, whose image is kept.
    #[arg(long = "package", value_name = "PACKAGE")]
    packages: Vec<String>,
    /// Run it in a container of this image instead of the language's.
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
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
    /// Print the whole outcome as JSON instead of streaming the output.
    #[arg(long)]
    json: bool,
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

const EXAMPLES: &str =
    "Exit code: the program's own; 2 wrong usage, 124 timed out, 125 runcell failed, 130 interrupted,
134 the program crashed, 137 a limit stopped it.

Examples:
  runcell run-code python 'import pandas as pd; print(pd.Series([1, 2, 3]).mean())'
  runcell run-code clang -f main.c --option std=c17 -- first-argument
  runcell run-code python -f plot.py --file data.csv --out results
  runcell run-code wasm -f prog.wasm -- first-argument
  printf '2\\n3\\n' | runcell run-code ruby 'puts gets.to_i + gets.to_i'
  runcell run-code quickjs --timeout 500ms 'while (true);'
  runcell run-code bash --backend container 'echo $BASH_VERSION'
  runcell run-code python --backend container --package six 'import six; print(six.__version__)'";

/// Runs the verb.
pub(super) fn run(args: RunCodeArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let (service, caller) = (setup::service(config)?, setup::operator());
    let request = request(&args, service.policy())?;
    let runs = service.runs(&caller);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Usage(format!("cannot start: {error}")))?;
    let plan = runs.plan(request)?;
    let ready = match plan.backend() {
        BackendKind::Wasm => match runtime.block_on(wall::ready(&runs, &plan, config))? {
            Ok(ready) => ready,
            Err(code) => return Ok(code),
        },
        BackendKind::Container => runtime.block_on(async { progress::watch(runs.prepare(&plan).await?).await })?,
    };
    let out = args.out.as_deref().map(OutFolder::open).transpose()?;
    if plan.backend() == BackendKind::Wasm {
        // From here on, nothing is decided and nothing is looked up. A container is a wall of its own, and its engine has
        // to be spoken to.
        wall::close(args.out.as_deref(), config)?;
    }
    let (inputs, snippet) = (plan.request().files.clone(), plan.main_file().to_owned());
    let outcome = runtime.block_on(async { stream::follow(runs.start(plan, ready).await?, !args.json).await });
    // A thread that waits for the next byte of stdin would never end.
    runtime.shutdown_background();
    let mut outcome = outcome?;
    if args.outputs.is_empty() {
        // That nothing new was there to be written is no mistake of anybody.
        outcome.missing_files.clear();
    }
    if let Some(out) = &out {
        out.write(&outcome.files, (&snippet, &inputs), &args.outputs)?;
    }
    tell(&args, outcome)
}

/// Says how a run ended; the exit code that stands for it.
fn tell(args: &RunCodeArgs, outcome: Outcome) -> Result<ExitCode, CliError> {
    let code = ExitCode::from(&outcome.ending);
    if args.json {
        shell::print_json(&OutcomeJson::from(outcome))?;
    } else {
        explain(&outcome);
        if args.out.is_none() {
            tell_files(&outcome);
        }
    }
    Ok(code)
}

/// Says on stderr how a run ended that did not end by itself.
fn explain(outcome: &Outcome) {
    let text = match &outcome.ending {
        Ending::Completed { .. } | Ending::Cancelled => None,
        Ending::Lost { message } => Some(format!("the run was lost: {message}")),
        Ending::Crashed { kind, message } => Some(format!("the program crashed: {kind}: {message}")),
        Ending::Terminated { limit, allowed, used } => {
            Some(format!("the program was stopped: limit {limit}: {used} {}, {allowed} allowed", limit.verb()))
        }
        Ending::TimedOut { allowed_ms } => Some(format!("the program timed out after {allowed_ms} ms")),
    };
    let missing = outcome.missing_files.iter().map(|name| format!("no file matches {name}"));
    for line in text.into_iter().chain(missing).chain(left(outcome)) {
        shell::say(&line);
    }
}

/// What to do about files that are gone with the run. In a pipe, nobody wants to read about it.
fn left(outcome: &Outcome) -> Option<String> {
    let files: Vec<LeftFileJson> = outcome.left_files.iter().cloned().map(LeftFileJson::from).collect();
    let names = name_files(&files).filter(|_| std::io::stderr().is_terminal())?;
    Some(format!("the program wrote {names}; `--out DIR` keeps what it writes"))
}

/// Names the files that came back and were not written anywhere: a plot that was shown.
fn tell_files(outcome: &Outcome) {
    let size =
        |bytes: usize| if bytes < 1024 { format!("{bytes} bytes") } else { format!("{} KiB", bytes.div_ceil(1024)) };
    for file in &outcome.files {
        shell::say(&format!("{} ({}) is kept with --out DIR", file.path, size(file.bytes.len())));
    }
}

fn request(args: &RunCodeArgs, policy: &LimitPolicy) -> Result<RunRequest, CliError> {
    let usage = |error: &dyn std::fmt::Display| CliError::Usage(error.to_string());
    let runtime = args.runtime.parse().map_err(|error| usage(&error))?;
    if args.code.is_none() && args.code_file.is_none() {
        return Err(CliError::Usage(
            "no snippet was given: name it, or a file with -f, or `-` to read it from stdin".into(),
        ));
    }
    let from_stdin = args.code.as_deref() == Some("-") || args.code_file.as_deref().is_some_and(host_file::is_stdin);
    let flags =
        [(LimitKind::Fuel, &args.fuel), (LimitKind::Memory, &args.memory), (LimitKind::WallTime, &args.timeout)];
    let asked = limit::request(&flags, &args.limits)?;
    // A limit that is out of range is refused with the request; until then the ceiling bounds what is read.
    let most = |kind| asked.get(kind).unwrap_or(policy.default_of(kind)).min(policy.ceiling(kind));
    // Whether the code is a source or a module is not known yet.
    let code_bytes = most(LimitKind::Code).max(MODULE_BYTES);
    let code = host_file::code(args.code.as_deref(), args.code_file.as_deref(), code_bytes)?;
    let mut request = RunRequest::new(runtime, code);
    let code_file = args.code_file.as_deref().filter(|path| !host_file::is_stream(path));
    if let Some(name) = code_file.and_then(Path::file_name) {
        request.code_name = Some(GuestPath::new(&name.to_string_lossy()).map_err(|error| usage(&error))?);
    }
    request.args.clone_from(&args.args);
    request.stdin = match &args.stdin {
        Some(path) => stream::stdin_of(host_file::open(path)?),
        None if from_stdin => Stdin::default(),
        None => stream::stdin_of(std::io::stdin()),
    };
    let mut left = most(LimitKind::FileBytes);
    for file in &args.files {
        request.files.extend(host_file::input(file, &mut left)?);
    }
    request.env = pairs("--env", &args.env)?.into_iter().collect();
    request.options = pairs("--option", &args.options)?.into_iter().collect();
    request.outputs.clone_from(&args.outputs);
    if args.out.is_some() && args.outputs.is_empty() {
        request.outputs = vec!["**".to_owned()];
    }
    request.limits = asked;
    request.backend = args.backend.into();
    request.packages.clone_from(&args.packages);
    request.image.clone_from(&args.image);
    request.network = args.network;
    Ok(request)
}

fn pairs(flag: &str, texts: &[String]) -> Result<Vec<(String, String)>, CliError> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    let parse = |text| pair(text).ok_or_else(|| CliError::Usage(format!("{flag} {text:?} is not NAME=VALUE")));
    texts.iter().map(parse).collect()
}
