//! `runcell tools`: list, show, inspect.
//!
//! Owns how tools are shown to people.

use super::door::{self, Door, Tools};
use super::shell::{print, print_json};
use super::target::Target;
use super::{CliError, ExitCode};
use clap::{Args, Subcommand};
use runcell_model::spec::{Dataset, Parameter};
use runcell_wire::{BrokenToolJson, ToolJson, ToolListJson};
use std::fmt::Write as _;

/// Arguments of `tools`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ToolsArgs {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str =
    "A tool is described by /src/tool.yml in an image. Images are looked into, never run, and each of \
them once. `job submit` runs a tool.

Examples:
  runcell tools list
  runcell tools show my-image:1::my-tool
  runcell tools inspect my-image:1";

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the tools of all images, and those that are broken.
    List {
        /// Only those whose name, title or image holds this text.
        filter: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show what a tool takes.
    Show {
        /// The tool: IMAGE::TOOL, or a name that only one tool has.
        slug: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show everything that one image says of its tools.
    Inspect {
        /// The image.
        image: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the verb. An image whose tools are broken makes `inspect` end with 1.
pub(super) fn run(args: ToolsArgs, target: &Target) -> Result<ExitCode, CliError> {
    door::at(target, async |door: &Door| {
        let tools = door.tools().await?;
        match args.verb {
            Verb::List { filter, json } => list(&tools, filter.as_deref(), json).await,
            Verb::Show { slug, json } => show(&tools, &slug, json).await,
            Verb::Inspect { image, json } => inspect(&tools, &image, json).await,
        }
    })
}

async fn list(tools: &Tools<'_>, filter: Option<&str>, json: bool) -> Result<ExitCode, CliError> {
    let list = tools.list(filter).await?;
    if json {
        print_json(&list)?;
    } else {
        print(&table(&list))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(tools: &Tools<'_>, slug: &str, json: bool) -> Result<ExitCode, CliError> {
    let tool = tools.get(slug).await?;
    if json {
        print_json(&tool)?;
    } else {
        print(&describe(&tool))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn inspect(tools: &Tools<'_>, image: &str, json: bool) -> Result<ExitCode, CliError> {
    let found = tools.here("`runcell tools inspect`")?.inspect(image).await?;
    let list = ToolListJson::from(found.tools);
    let broken = !list.broken.is_empty();
    if json {
        print_json(&list)?;
    } else {
        let mut text = format!("{} ({})\n", found.image, found.image_id);
        if !found.is_tool_image {
            text += "  has no /src/tool.yml, and so no tools\n";
        } else if found.has_gotap {
            text += "  its tools are started by gotap\n";
        } else {
            text += "  its tools are started by the image's command\n";
        }
        text.extend(found.warnings.iter().map(|warning| format!("  warning: {warning}\n")));
        text.extend(list.tools.iter().map(|tool| format!("\n{}", describe(tool))));
        text.extend(list.broken.iter().map(|fault| format!("\n{}", broken_line(fault))));
        print(&text)?;
    }
    Ok(if broken { ExitCode::from_number(1) } else { ExitCode::SUCCESS })
}

fn table(list: &ToolListJson) -> String {
    if list.tools.is_empty() && list.broken.is_empty() {
        return "no image of this machine has a /src/tool.yml\n".to_owned();
    }
    let width = list.tools.iter().map(|tool| tool.slug.len()).max().unwrap_or(0);
    let mut text: String =
        list.tools.iter().map(|tool| format!("{:width$}  {}\n", tool.slug, tool.spec.title)).collect();
    text.extend(list.broken.iter().map(broken_line));
    text
}

fn broken_line(fault: &BrokenToolJson) -> String {
    let errors = fault.errors.iter().map(|error| format!("  {error}\n"));
    format!("{} is broken:\n", fault.slug) + &errors.collect::<String>()
}

/// Describes the parameters of a tool. Writing to a string cannot fail.
fn describe(tool: &ToolJson) -> String {
    let spec = &tool.spec;
    let mut text = format!("{}\n  {}\n", tool.slug, spec.title);
    if !spec.description.is_empty() {
        let _ = writeln!(text, "  {}", spec.description.trim().replace('\n', "\n  "));
    }
    for (name, parameter) in &spec.parameters {
        let _ = writeln!(text, "  -p {name}={}", parameter_words(parameter));
    }
    for (name, dataset) in &spec.data {
        let _ = writeln!(text, "  --data {name}=FILE{}", dataset_words(dataset));
    }
    if let Some(title) = tool.citation.as_ref().and_then(|citation| citation.title.as_ref()) {
        let doi = tool.citation.as_ref().and_then(|citation| citation.doi.as_ref());
        let _ = writeln!(text, "  cite: {title}{}", doi.map(|doi| format!(", doi:{doi}")).unwrap_or_default());
    }
    text.extend(spec.warnings.iter().map(|warning| format!("  warning: {warning}\n")));
    text
}

fn parameter_words(parameter: &Parameter) -> String {
    let mut words = parameter.kind.to_string().to_uppercase();
    if parameter.array {
        words += ",...";
    }
    let json = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if !parameter.values.is_empty() {
        words = parameter.values.iter().map(json).collect::<Vec<_>>().join("|");
    }
    let bounds = match (&parameter.min, &parameter.max) {
        (Some(min), Some(max)) => format!(" {min} to {max}"),
        (Some(min), None) => format!(" at least {min}"),
        (None, Some(max)) => format!(" at most {max}"),
        (None, None) => String::new(),
    };
    words += &bounds;
    match &parameter.default {
        Some(default) => words += &format!(" (default {})", json(default)),
        None if parameter.optional => words += " (optional)",
        None => {}
    }
    if !parameter.description.is_empty() {
        words += &format!("  {}", parameter.description.trim().replace('\n', " "));
    }
    words
}

fn dataset_words(dataset: &Dataset) -> String {
    let mut words = String::new();
    if !dataset.extension.is_empty() {
        words += &format!(" .{}", dataset.extension.join("|."));
    }
    if dataset.optional {
        words += " (optional)";
    }
    if !dataset.description.is_empty() {
        words += &format!("  {}", dataset.description.trim().replace('\n', " "));
    }
    words
}
