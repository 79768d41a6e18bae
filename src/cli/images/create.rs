//! `images create`: an image for one language or several, with packages.
//!
//! Owns the arguments, and the wait with its progress, which `packages install` has too.

use super::super::door::Images;
use super::super::shell::{print, print_json};
use super::super::{CliError, ExitCode};
use clap::Args;
use runcell_service::{ImageRequest, ServiceError};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Arguments of `images create`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CreateArgs {
    /// The languages: python, node, bash, csharp, and those of the configuration.
    #[arg(required = true)]
    languages: Vec<String>,
    /// Install a package: LANGUAGE:PACKAGE, or PACKAGE where there is one language.
    #[arg(long = "package", value_name = "[LANGUAGE:]PACKAGE")]
    packages: Vec<String>,
    /// A name for the image; it gets one below runcell/own/.
    #[arg(long, value_name = "NAME")]
    image_name: Option<String>,
    /// The image to build on, instead of the language's; for several languages one that has apt.
    #[arg(long, value_name = "IMAGE")]
    base: Option<String>,
    /// Build this Dockerfile instead, if the configuration allows that.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["packages", "base"])]
    dockerfile: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str =
    "Prints the id of the image and its name; `run-code --image` takes either. Several languages are \
installed into one base by apt (containers.base of the configuration).

Examples:
  runcell images create python --package six==1.16.0 --image-name with-six
  runcell images create python node csharp --image-name my-multi-lang --package node:lodash@4
  runcell run-code node --backend container --image runcell/own/my-multi-lang 'console.log(6 * 7)'";

/// Makes the image.
pub(super) async fn create(images: &Images<'_>, args: CreateArgs) -> Result<ExitCode, CliError> {
    let dockerfile = args.dockerfile.as_deref().map(|path| {
        let failed = |source| CliError::File { action: "read", path: path.display().to_string(), source };
        std::fs::read_to_string(path).map_err(failed)
    });
    let request = ImageRequest::new(args.languages, args.packages, BTreeMap::new()).map_err(ServiceError::from)?;
    let (image, name) = (args.base, args.image_name);
    make(images, &ImageRequest { image, name, dockerfile: dockerfile.transpose()?, ..request }, args.json).await
}

/// Makes an image, shows how far it is, and prints what it is called.
pub(in crate::cli) async fn make(
    images: &Images<'_>,
    request: &ImageRequest,
    json: bool,
) -> Result<ExitCode, CliError> {
    let image = images.make(request).await?;
    if json {
        print_json(&image)?;
    } else {
        let name = if image.image_name.is_empty() { String::new() } else { format!(" {}", image.image_name) };
        print(&format!("{}{name}\n", image.image_id))?;
    }
    Ok(ExitCode::SUCCESS)
}
