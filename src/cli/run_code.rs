//! `runcell run-code`: one snippet, live on the terminal.
//!
//! Owns arguments, host files (opened through capabilities of the folders that the user named), and the streaming of
//! output. Ends as the guest ended. The process locks itself down before the guest starts (`wall`).

mod host_file;
mod option;
mod stream;
mod there;
mod wall;

use super::target::Target;
use super::{CliError, ExitCode, progress, setup, shell};
use clap::Args;
use host_file::OutFolder;
pub(super) use option::RunOptions;
use runcell_client::{Ask, Client, path};
use runcell_model::file::{GuestPath, InputFile};
use runcell_model::limits::{LimitKind, LimitPolicy, MODULE_BYTES};
use runcell_model::outcome::{BackendKind, Ending, Outcome};
use runcell_model::runtime::RuntimeRef;
use runcell_service::{RunRequest, Service};
use runcell_wire::{ExecuteFileArguments, LeftFileJson, OutcomeJson, RunCodeArguments, name_files};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use there::RunThere;
pub(super) use there::policy as policy_there;

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
    #[command(flatten)]
    options: RunOptions,
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
pub(super) fn run(args: RunCodeArgs, target: &Target) -> Result<ExitCode, CliError> {
    if let Some(client) = target.client()? {
        let request = request(&args, &policy_there())?;
        return carry_out_there(&client, Code::Snippet, request, &args.options);
    }
    let config = target.config();
    let service = setup::service(config)?;
    let request = request(&args, service.policy())?;
    carry_out(&service, request, &args.options, config)
}

/// Runs a request, and ends as it ended. The process is locked down for it: no other thread may be left in it.
pub(super) fn carry_out(
    service: &Service,
    request: RunRequest,
    options: &RunOptions,
    config: Option<&Path>,
) -> Result<ExitCode, CliError> {
    let caller = setup::operator();
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
    let out = options.out.as_deref().map(OutFolder::open).transpose()?;
    if plan.backend() == BackendKind::Wasm {
        // From here on, nothing is decided and nothing is looked up. A container is a wall of its own, and its engine has
        // to be spoken to.
        wall::close(options.out.as_deref(), config)?;
    }
    let (inputs, snippet) = (plan.request().files.clone(), plan.main_file().to_owned());
    let outcome = runtime.block_on(async { stream::follow(runs.start(plan, ready).await?, !options.json).await });
    // A thread that waits for the next byte of stdin would never end.
    runtime.shutdown_background();
    end(options, outcome?, out.as_ref(), (&snippet, &inputs))
}

/// The code of a run at a server.
pub(super) enum Code<'a> {
    /// That of the request.
    Snippet,
    /// A file that was uploaded there, its name, and its language where the upload does not say it.
    Uploaded {
        /// Its id.
        id: &'a str,
        /// Its name.
        name: Option<GuestPath>,
        /// Its language.
        runtime: Option<&'a RuntimeRef>,
    },
}

/// Runs a request at a server, and ends as it ended.
pub(super) fn carry_out_there(
    client: &Client,
    code: Code<'_>,
    mut request: RunRequest,
    options: &RunOptions,
) -> Result<ExitCode, CliError> {
    shell::within(async {
        there::check(&request)?;
        let stdin = std::mem::take(&mut request.stdin);
        let out = options.out.as_deref().map(OutFolder::open).transpose()?;
        let (inputs, language) = (request.files.clone(), request.runtime.clone());
        let (name, ask) = match code {
            Code::Snippet => {
                let name = request.code_name.clone();
                (
                    name,
                    Ask::post(there::with_stdin("/api/execute/stream", &stdin), &RunCodeArguments::new(request, &[])),
                )
            }
            Code::Uploaded { id, name, runtime } => {
                let arguments = ExecuteFileArguments::new(id, runtime.map(ToString::to_string), request, &[]);
                (name, Ask::post(there::with_stdin(&path("/api/files/", id, "/execute"), &stdin), &arguments))
            }
        };
        let run = RunThere::start(client, ask, stdin).await?;
        let outcome = stream::follow(run, !options.json).await?;
        let snippet = match name {
            Some(name) => name.to_string(),
            None if out.is_some() => there::main_file(client, &language, outcome.ran_on.backend).await?,
            None => String::new(),
        };
        end(options, outcome, out.as_ref(), (&snippet, &inputs))
    })
}

/// Writes what a run left, and says how it ended.
fn end(
    options: &RunOptions,
    mut outcome: Outcome,
    out: Option<&OutFolder<'_>>,
    known: (&str, &[InputFile]),
) -> Result<ExitCode, CliError> {
    if options.outputs.is_empty() {
        // That nothing new was there to be written is no mistake of anybody.
        outcome.missing_files.clear();
    }
    if let Some(out) = out {
        out.write(&outcome.files, known, &options.outputs)?;
    }
    tell(options, outcome)
}

/// Says how a run ended; the exit code that stands for it.
fn tell(options: &RunOptions, outcome: Outcome) -> Result<ExitCode, CliError> {
    let code = ExitCode::from(&outcome.ending);
    if options.json {
        shell::print_json(&OutcomeJson::from(outcome))?;
    } else {
        explain(&outcome);
        if options.out.is_none() {
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
    let advice = outcome.advice.iter().map(ToString::to_string);
    for line in text.into_iter().chain(missing).chain(advice).chain(left(outcome)) {
        shell::say(&line);
    }
}

/// A remark about files that are gone with the run. In a pipe, nobody wants to read about it.
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

/// The request of the command line.
fn request(args: &RunCodeArgs, policy: &LimitPolicy) -> Result<RunRequest, CliError> {
    let usage = |error: &dyn std::fmt::Display| CliError::Usage(error.to_string());
    let runtime = args.runtime.parse().map_err(|error| usage(&error))?;
    if args.code.is_none() && args.code_file.is_none() {
        return Err(CliError::Usage(
            "no snippet was given: name it, or a file with -f, or `-` to read it from stdin".into(),
        ));
    }
    let from_stdin = args.code.as_deref() == Some("-") || args.code_file.as_deref().is_some_and(host_file::is_stdin);
    // Whether the code is a source or a module is not known yet.
    let code_bytes = args.options.most(LimitKind::Code, policy)?.max(MODULE_BYTES);
    let code = host_file::code(args.code.as_deref(), args.code_file.as_deref(), code_bytes)?;
    let mut request = args.options.request(RunRequest::new(runtime, code), from_stdin, policy)?;
    let code_file = args.code_file.as_deref().filter(|path| !host_file::is_stream(path));
    if let Some(name) = code_file.and_then(Path::file_name) {
        request.code_name = Some(GuestPath::new(&name.to_string_lossy()).map_err(|error| usage(&error))?);
    }
    Ok(request)
}
