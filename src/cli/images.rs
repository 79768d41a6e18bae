//! `runcell images`: create, list, prune.
//!
//! Owns how the images that runcell made are shown to people, and how one is asked for (`create`).

mod create;

pub(super) use create::make;

use super::door::{self, Door, Images};
use super::shell::{print, print_json};
use super::target::Target;
use super::{CliError, ExitCode};
use clap::{Args, Subcommand};
use runcell_service::ImagePruning;
use runcell_wire::DerivedImageJson;

/// Arguments of `images`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ImagesArgs {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str =
    "An image is made once for each set of packages that a run in a container asks for, and used again. \
One that was removed is made again when it is asked for; one that a caller made (`own`) is not.

Examples:
  runcell images create python node --image-name my-languages --package python:six
  runcell images list
  runcell images prune
  runcell images prune --own --everyone --dry-run";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make an image for one language or several, with packages.
    Create(create::CreateArgs),
    /// List the images that were made from others, whoever made them.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Remove the images with packages that this installation made and that no container uses.
    Prune {
        /// Also those that callers named, or made from a Dockerfile.
        #[arg(long)]
        own: bool,
        /// Also those that other installations made with the same engine.
        #[arg(long)]
        everyone: bool,
        /// Only say what would go.
        #[arg(long)]
        dry_run: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the verb.
pub(super) fn run(args: ImagesArgs, target: &Target) -> Result<ExitCode, CliError> {
    door::at(target, async |door: &Door| match args.verb {
        Verb::Create(args) => create::create(&door.images(), args).await,
        Verb::List { json } => list(&door.images(), json).await,
        Verb::Prune { own, everyone, dry_run, json } => {
            prune(&door.images(), ImagePruning { own, everyone, dry_run }, json).await
        }
    })
}

async fn list(images: &Images<'_>, json: bool) -> Result<ExitCode, CliError> {
    let images = images.list().await?;
    if json {
        print_json(&images)?;
    } else if images.is_empty() {
        print("no image was made yet\n")?;
    } else {
        print(&(line("NAME", "ON DISK", "HOLDS") + &images.iter().map(row).collect::<String>()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn prune(images: &Images<'_>, which: ImagePruning, json: bool) -> Result<ExitCode, CliError> {
    let gone = images.prune(which).await?;
    if json {
        print_json(&gone)?;
    } else {
        let verb = if which.dry_run { "would remove" } else { "removed" };
        let noun = if gone.len() == 1 { "image" } else { "images" };
        print(&format!("{}{verb} {} {noun}\n", gone.iter().map(row).collect::<String>(), gone.len()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(image: &DerivedImageJson) -> String {
    let name = image.tags.first().unwrap_or(&image.id);
    line(name, &format!("{} MB", image.bytes.div_ceil(1_000_000)), &image.content)
}

fn line(name: &str, size: &str, content: &str) -> String {
    format!("{name:<50} {size:>9}  {content}\n")
}
