//! `runcell packages install`: packages in an image of their own.
//!
//! Owns the arguments. An image never changes: packages make a new one, which is made once.

use super::door::{self, Door};
use super::target::Target;
use super::{CliError, ExitCode, images};
use clap::{Args, Subcommand};
use runcell_service::ImageRequest;

/// Arguments of `packages`.
#[derive(Debug, Args)]
pub(super) struct PackagesArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Install packages into an image: a new image, whose id is printed.
    #[command(after_help = EXAMPLES)]
    Install {
        /// The language, which tells the package manager: python (pip), node (npm), bash (apt), csharp (nuget).
        language: String,
        /// The packages, as the manager writes them: six==1.16.0, lodash@4, jq.
        #[arg(required = true)]
        packages: Vec<String>,
        /// The image to build on, by id or name [default: the language's own].
        #[arg(long, value_name = "IMAGE")]
        image: Option<String>,
        /// A name for the new image; it gets one below runcell/own/.
        #[arg(long, value_name = "NAME")]
        image_name: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

const EXAMPLES: &str = "For one run, `run-code --package` does the same.

Examples:
  runcell packages install python six==1.16.0 attrs
  runcell packages install node lodash@4 --image runcell/own/my-multi-lang --image-name with-lodash";

/// Runs the verb.
pub(super) fn run(args: PackagesArgs, target: &Target) -> Result<ExitCode, CliError> {
    let Verb::Install { language, packages, image, image_name: name, json } = args.verb;
    let request = ImageRequest { languages: [(language, packages)].into(), image, name, dockerfile: None };
    door::at(target, async |door: &Door| images::make(&door.images(), &request, json).await)
}
