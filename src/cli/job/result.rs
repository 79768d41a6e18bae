//! Results of jobs on this machine: list, zip, print, fetch.
//!
//! Owns where they are written. A name that a tool chose never reaches outside the folder that the user named.

use super::super::ExitCode;
use super::super::door::Jobs;
use super::super::shell::{print, print_json};
use super::CliError;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use clap::Args;
use runcell_model::job::JobId;
use runcell_wire::ResultSummaryJson;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Arguments of `job results`.
#[derive(Debug, Args)]
pub(super) struct ResultsArgs {
    /// The job.
    id: JobId,
    /// Write all of them into this zip.
    #[arg(long, value_name = "FILE")]
    zip: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `job cat`.
#[derive(Debug, Args)]
pub(super) struct CatArgs {
    /// The job.
    id: JobId,
    /// The path of the result, as `job results` lists it.
    path: String,
}

/// Arguments of `job get`.
#[derive(Debug, Args)]
pub(super) struct GetArgs {
    /// The job.
    id: JobId,
    /// The path of the result, as `job results` lists it.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    path: Option<String>,
    /// All results.
    #[arg(long)]
    all: bool,
    /// The folder to write to.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> CliError {
    let path = path.display().to_string();
    move |source| CliError::File { action, path: path.clone(), source }
}

/// Lists results, or writes them into a zip.
pub(super) async fn results(jobs: &Jobs<'_>, args: ResultsArgs) -> Result<ExitCode, CliError> {
    if let Some(path) = &args.zip {
        // The job is looked up first, so that a wrong number makes no file.
        let ResultSummaryJson { artifact_count, log_count, internal_count, metadata_count, total_size } =
            jobs.results(args.id).await?.summary;
        let file = File::create(path).map_err(failed("create", path))?;
        jobs.zip(args.id, file, failed("write", path)).await?;
        let count = artifact_count + log_count + internal_count + metadata_count;
        print(&format!("{count} results, {total_size} bytes, in {}\n", path.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let list = jobs.results(args.id).await?;
    if args.json {
        print_json(&list)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    for file in &list.files {
        text += &format!("{:>12}  {:<8}  {}\n", file.size, file.kind, file.path.escape_debug());
    }
    if list.truncated {
        text += "and more, which are not listed; --zip has them\n";
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a result.
pub(super) async fn cat(jobs: &Jobs<'_>, args: &CatArgs) -> Result<ExitCode, CliError> {
    jobs.result(args.id, &args.path).await?.copy(io::stdout(), CliError::Output).await?;
    Ok(ExitCode::SUCCESS)
}

/// Writes results to a folder.
pub(super) async fn get(jobs: &Jobs<'_>, args: &GetArgs) -> Result<ExitCode, CliError> {
    let names = match &args.path {
        Some(path) => vec![path.clone()],
        None => jobs.results(args.id).await?.files.into_iter().map(|file| file.path).collect(),
    };
    std::fs::create_dir_all(&args.out).map_err(failed("create", &args.out))?;
    let out = Dir::open_ambient_dir(&args.out, ambient_authority()).map_err(failed("open", &args.out))?;
    for name in names {
        let content = jobs.result(args.id, &name).await?;
        let target = args.out.join(&name);
        if let Some(parent) = Path::new(&name).parent().filter(|parent| !parent.as_os_str().is_empty()) {
            out.create_dir_all(parent).map_err(failed("create", &target))?;
        }
        let to = out.create(&name).map_err(failed("create", &target))?;
        content.copy(to.into_std(), failed("write", &target)).await?;
    }
    Ok(ExitCode::SUCCESS)
}
