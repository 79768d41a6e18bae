//! `runcell files`: uploaded files, which runs and jobs name by their ids.
//!
//! Owns how they are shown to people. What may be uploaded is the service's business; running one is `run`'s.

mod run;

use super::shell::{print, print_json, say, within};
use super::{CliError, ExitCode, setup};
use clap::{Args, Subcommand};
use runcell_model::file::GuestPath;
use runcell_model::runtime::RuntimeRef;
use runcell_service::{UploadedFile, Uploads};
use runcell_wire::{UploadJson, UploadListJson, UploadStatsJson, language_of, rfc3339, source_type};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

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
pub(super) fn run(args: FilesArgs, config: Option<&Path>) -> Result<ExitCode, CliError> {
    let verb = match args.verb {
        Verb::Run(args) => return run::run(&args, config),
        verb => verb,
    };
    let (service, caller) = (setup::service(config)?, setup::operator());
    within(async {
        let uploads = service.uploads(&caller).await?;
        let done = match verb {
            Verb::Upload(args) => upload(&uploads, args).await,
            Verb::List { json } => list(&uploads, json).await,
            Verb::Show { id, content, json } => show(&uploads, &id, content, json).await,
            Verb::Remove { ids } => remove(&uploads, &ids).await,
            Verb::Stats { json } => stats(&uploads, json).await,
            Verb::Run(_) => Ok(ExitCode::SUCCESS),
        };
        service.close().await;
        done
    })
}

async fn upload(uploads: &Uploads<'_>, args: UploadArgs) -> Result<ExitCode, CliError> {
    let is_stdin = args.file == Path::new("-");
    let own = args.file.file_name().filter(|_| !is_stdin).map(|name| name.to_string_lossy().into_owned());
    let name = args.name.or(own).ok_or_else(|| CliError::Usage("name the file with --name".to_owned()))?;
    let name = GuestPath::new(&name).map_err(|error| CliError::Usage(error.to_string()))?;
    // One byte more than may be kept: the refusal is the service's.
    let most = uploads.stats().await?.quotas.file_bytes.saturating_add(1);
    let failed = |source| CliError::File { action: "read", path: args.file.display().to_string(), source };
    let source: Box<dyn Read> =
        if is_stdin { Box::new(std::io::stdin()) } else { Box::new(std::fs::File::open(&args.file).map_err(failed)?) };
    let mut bytes = Vec::new();
    source.take(most).read_to_end(&mut bytes).map_err(failed)?;
    let file = uploads.add(name.as_str(), &source_type(args.runtime.as_ref()), &bytes).await?;
    if args.json {
        print_json(&UploadJson::from(file))?;
    } else {
        print(&format!("{}\n", file.id))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(uploads: &Uploads<'_>, json: bool) -> Result<ExitCode, CliError> {
    let files = uploads.list().await?;
    if json {
        print_json(&UploadListJson::from(files))?;
    } else if files.is_empty() {
        print("no file was uploaded yet\n")?;
    } else {
        let head = format!("{:<32} {:>12}  {:<12} {}\n", "ID", "BYTES", "LANGUAGE", "NAME");
        print(&(head + &files.iter().map(row).collect::<String>()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(file: &UploadedFile) -> String {
    let language = language_of(&file.media_type).unwrap_or("-");
    format!("{} {:>12}  {language:<12} {}\n", file.id, file.size, file.name)
}

async fn show(uploads: &Uploads<'_>, id: &str, content: bool, json: bool) -> Result<ExitCode, CliError> {
    if content {
        let (_, bytes) = uploads.read(id).await?;
        let mut out = std::io::stdout().lock();
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(CliError::Output)?;
        return Ok(ExitCode::SUCCESS);
    }
    let file = uploads.get(id).await?;
    if json {
        print_json(&UploadJson::from(file))?;
    } else {
        let lines = [
            ("name", file.name),
            ("bytes", file.size.to_string()),
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
    failed.map_or(Ok(ExitCode::SUCCESS), |error| Err(error.into()))
}

async fn stats(uploads: &Uploads<'_>, json: bool) -> Result<ExitCode, CliError> {
    let stats = UploadStatsJson::from(uploads.stats().await?);
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
