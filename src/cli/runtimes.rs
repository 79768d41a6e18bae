//! `runcell runtimes`: list, info, prepare, clean.
//!
//! Owns how runtimes are shown to people.

use super::door::{self, Door, Languages, Runtimes};
use super::shell::{print, print_json, say};
use super::target::Target;
use super::{CliError, ExitCode};
use clap::{Args, Subcommand};
use runcell_model::runtime::{RuntimeInfo, RuntimeRef, RuntimeState};
use runcell_service::BrokenRuntime;
use runcell_wire::ContainerLanguageJson;

/// Arguments of `runtimes`.
#[derive(Debug, Args)]
pub(super) struct RuntimesArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List all runtimes: version, state, size, licence.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show everything about one runtime.
    Info {
        /// The runtime.
        name: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prepare runtimes ahead of their first use (default: all).
    Prepare {
        /// The runtimes.
        names: Vec<String>,
    },
    /// Remove everything that was fetched and prepared.
    Clean {
        /// Only what no runtime needs any more, such as the parts of earlier versions.
        #[arg(long)]
        unused: bool,
    },
}

/// Runs the verb.
pub(super) fn run(args: RuntimesArgs, target: &Target) -> Result<ExitCode, CliError> {
    door::at(target, async |door: &Door| carry_out(&door.runtimes(), args.verb).await)
}

async fn carry_out(runtimes: &Runtimes<'_>, verb: Verb) -> Result<ExitCode, CliError> {
    match verb {
        Verb::List { json } => {
            let Languages { runtimes, in_containers, broken } = runtimes.list().await?;
            if json {
                print_json(&runtimes)?;
            } else {
                print(&(table(&runtimes) + &container_table(&in_containers)))?;
            }
            complain(&broken);
        }
        Verb::Info { name, json } => {
            let infos = runtimes.get(&parse(&name)?).await?;
            if json {
                print_json(&infos)?;
            } else {
                print(&infos.iter().map(describe).collect::<String>())?;
            }
        }
        Verb::Prepare { names } => return prepare(runtimes, &names).await,
        Verb::Clean { unused } => {
            let runtimes = runtimes.here("`runcell runtimes clean`")?;
            let freed = if unused { runtimes.clean_unused()? } else { runtimes.clean()? };
            print(&format!("removed {} from {}\n", megabytes(freed), runtimes.cache()?.0.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says on stderr which runtimes of the user are not in the list, and why.
fn complain(broken: &[BrokenRuntime]) {
    for BrokenRuntime { name, error } in broken {
        let mut text = format!("the runtime {name} is left out: {error}");
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let why = cause.to_string();
            if !text.contains(&why) {
                text += &format!(": {why}");
            }
            source = cause.source();
        }
        say(&text);
    }
}

fn parse(name: &str) -> Result<RuntimeRef, CliError> {
    name.parse().map_err(|error: runcell_model::runtime::RuntimeRefError| CliError::Usage(error.to_string()))
}

async fn prepare(runtimes: &Runtimes<'_>, names: &[String]) -> Result<ExitCode, CliError> {
    let names = match names {
        [] => {
            let all = runtimes.list().await?.runtimes.into_iter();
            all.filter(|info| info.default).map(|info| info.name).collect()
        }
        names => names.to_vec(),
    };
    let wanted = names.iter().map(|name| parse(name)).collect::<Result<Vec<_>, _>>()?;
    for runtime in &wanted {
        runtimes.get(runtime).await?;
    }
    // One after the other: side by side they take as long in all, and the first is ready last.
    for runtime in &wanted {
        tokio::select! {
            ready = runtimes.prepare(runtime) => ready?,
            _ = tokio::signal::ctrl_c() => return Ok(ExitCode::INTERRUPTED),
        }
        print(&format!("{runtime} is ready\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn megabytes(bytes: u64) -> String {
    match bytes {
        0 => "0 MB".to_owned(),
        1..1_000_000 => "<1 MB".to_owned(),
        bytes => format!("{} MB", bytes / 1_000_000),
    }
}

fn state(info: &RuntimeInfo) -> String {
    match info.state {
        RuntimeState::Ready => "ready".to_owned(),
        RuntimeState::Partial => "partly prepared".to_owned(),
        RuntimeState::Unprepared => "not prepared".to_owned(),
    }
}

fn table(infos: &[RuntimeInfo]) -> String {
    let mut text =
        format!("{:<14} {:<8} {:<16} {:>9} {:>9}  {}\n", "NAME", "VERSION", "STATE", "ON DISK", "TO FETCH", "LICENCE");
    for info in infos {
        let name = if info.default { info.name.clone() } else { format!("{}@{}", info.name, info.version) };
        let (disk, fetch) = (megabytes(info.disk_bytes), megabytes(info.download_bytes));
        let licence = info.licences.join(", ");
        text += &format!("{name:<14} {:<8} {:<16} {disk:>9} {fetch:>9}  {licence}\n", info.version, state(info));
    }
    text
}

/// The languages in containers, below the others.
fn container_table(languages: &[ContainerLanguageJson]) -> String {
    if languages.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{:<14} {:<26} {:<9}  {}\n", "IN CONTAINERS", "IMAGE", "PACKAGES", "OTHER NAMES");
    for language in languages {
        let packages = language.package_manager.as_deref().unwrap_or("none");
        let aliases = language.aliases.join(", ");
        text += format!("{:<14} {:<26} {packages:<9}  {aliases}", language.name, language.image).trim_end();
        text.push('\n');
    }
    text
}

fn describe(info: &RuntimeInfo) -> String {
    let mut text = format!("{} {} ({})\n  {}\n", info.name, info.version, info.title, info.summary);
    let aliases = if info.aliases.is_empty() { "none".to_owned() } else { info.aliases.join(", ") };
    text += &format!("  aliases: {aliases}\n  snippet: /work/{}\n  state: {}\n", info.main_file, state(info));
    text += &format!("  on disk: {}, to fetch: {}\n", megabytes(info.disk_bytes), megabytes(info.download_bytes));
    text += &format!("  licences: {}\n", info.licences.join(", "));
    for option in &info.options {
        text += &format!(
            "  option {}: {} ({}; default {})\n",
            option.name,
            option.summary,
            option.values.join(", "),
            option.default
        );
    }
    if let Some(folder) = &info.folder {
        text += &format!("  from: {}\n", folder.display());
    }
    text
}
