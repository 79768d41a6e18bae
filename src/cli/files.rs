//! `runcell files`: uploaded files, which runs and jobs name by their ids.
//!
//! Owns how they are shown to people. What may be uploaded is the service's business; running one is `run`'s.

mod run;

use super::door::{self, Door, Uploads};
use super::shell::{print, print_json, say};
use super::target::Target;
use super::{CliError, ExitCode};
use clap::{Args, Subcommand};
use runcell_model::file::GuestPath;
use runcell_model::runtime::RuntimeRef;
use runcell_wire::{UploadJson, UploadStatsJson, language_of, rfc3339, source_type};
use std::path::{Path, PathBuf};
use tokio::io::AsyncRead;

/// Arguments of `files`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct FilesArgs {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "Examples:
  runcell files upload analysis.py --runtime python
  runcell files run 0123456789abcdef0123456789abcdef -- argument
  runcell files stats";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Keep a file of this machine, and print its id.
    Upload(UploadArgs),
    /// List the uploaded files.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show what is known of a file.
    Show {
        /// Its id.
        id: String,
        /// Print what the file holds instead.
        #[arg(long, conflicts_with = "json")]
        content: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Run a file as `run-code` runs a snippet.
    Run(Box<run::RunArgs>),
    /// Delete files. Jobs that have one as an input keep their copy.
    Remove {
        /// Their ids.
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Tell how much is uploaded, and how much may be.
    Stats {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Arguments of `files upload`.
#[derive(Debug, Args)]
struct UploadArgs {
    /// The file, or `-` for stdin.
    file: PathBuf,
    /// The name to keep it under [default: its own].
    #[arg(long)]
    name: Option<String>,
    /// The language that it is written in, for `files run`.
    #[arg(long, value_name = "LANGUAGE")]
    runtime: Option<RuntimeRef>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(super) fn run(args: FilesArgs, target: &Target) -> Result<ExitCode, CliError> {
    match args.verb {
        Verb::Run(args) => run::run(&args, target),
        verb => door::at(target, async |door: &Door| carry_out(&door.uploads().await?, verb).await),
    }
}

async fn carry_out(uploads: &Uploads<'_>, verb: Verb) -> Result<ExitCode, CliError> {
    match verb {
        Verb::Upload(args) => upload(uploads, args).await,
        Verb::List { json } => list(uploads, json).await,
        Verb::Show { id, content, json } => show(uploads, &id, content, json).await,
        Verb::Remove { ids } => remove(uploads, &ids).await,
        Verb::Stats { json } => stats(uploads, json).await,
        Verb::Run(_) => Ok(ExitCode::SUCCESS),
    }
}

async fn upload(uploads: &Uploads<'_>, args: UploadArgs) -> Result<ExitCode, CliError> {
    let is_stdin = args.file == Path::new("-");
    let own = args.file.file_name().filter(|_| !is_stdin).map(|name| name.to_string_lossy().into_owned());
    let name = args.name.or(own).ok_or_else(|| CliError::Usage("name the file with --name".to_owned()))?;
    let name = GuestPath::new(&name).map_err(|error| CliError::Usage(error.to_string()))?;
    let failed = |source| CliError::File { action: "read", path: args.file.display().to_string(), source };
    let (source, size): (Box<dyn AsyncRead + Send + Unpin>, _) = if is_stdin {
        (Box::new(tokio::io::stdin()), None)
    } else {
        let file = tokio::fs::File::open(&args.file).await.map_err(failed)?;
        let found = file.metadata().await.map_err(failed)?;
        if found.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        // Of a pipe or a device it is not known how long it is.
        (Box::new(file), found.is_file().then_some(found.len()))
    };
    let file = uploads.add((name.as_str(), &source_type(args.runtime.as_ref())), source, size).await?;
    if args.json {
        print_json(&file)?
    } else {
        print(&format!("{}\n", file.file_id))?
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(uploads: &Uploads<'_>, json: bool) -> Result<ExitCode, CliError> {
    let files = uploads.list().await?;
    if json {
        print_json(&files)?;
    } else if files.files.is_empty() {
        print("no file was uploaded yet\n")?;
    } else {
        let head = format!("{:<32} {:>12}  {:<12} {}\n", "ID", "BYTES", "LANGUAGE", "NAME");
        print(&(head + &files.files.iter().map(row).collect::<String>()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(file: &UploadJson) -> String {
    let language = language_of(&file.media_type).unwrap_or("-");
    format!("{} {:>12}  {language:<12} {}\n", file.file_id, file.bytes, file.filename)
}

async fn show(uploads: &Uploads<'_>, id: &str, content: bool, json: bool) -> Result<ExitCode, CliError> {
    if content {
        uploads.content(id).await?.copy(std::io::stdout(), CliError::Output).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let file = uploads.get(id).await?;
    if json {
        print_json(&file)?;
    } else {
        let lines = [
            ("name", file.filename),
            ("bytes", file.bytes.to_string()),
            ("type", file.media_type),
            ("sha256", file.sha256),
            ("uploaded", rfc3339(file.created_ms)),
        ];
        let lines = lines.iter().map(|(name, value)| format!("  {name:<12} {value}\n"));
        print(&format!("file {id}\n{}", lines.collect::<String>()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Deletes files. One that cannot be deleted does not keep the others.
async fn remove(uploads: &Uploads<'_>, ids: &[String]) -> Result<ExitCode, CliError> {
    let mut failed = None;
    for id in ids {
        if let Err(error) = uploads.remove(id).await {
            if ids.len() > 1 {
                say(&error.to_string());
            }
            failed = Some(error);
        }
    }
    failed.map_or(Ok(ExitCode::SUCCESS), Err)
}

async fn stats(uploads: &Uploads<'_>, json: bool) -> Result<ExitCode, CliError> {
    let stats = uploads.stats().await?;
    if json {
        print_json(&stats)?;
    } else {
        let UploadStatsJson { files, bytes, max_files, max_bytes, max_file_bytes } = stats;
        print(&format!(
            "{files} of {max_files} files, {bytes} of {max_bytes} bytes; a file has at most {max_file_bytes} bytes\n"
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
