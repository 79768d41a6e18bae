//! The texts that a model reads about this server: descriptions of tools, and the instructions.
//!
//! Owns the wording. Numbers come from the policy, runtimes from the service, so that the texts are never wrong.

use runcell_model::config::Language;
use runcell_model::limits::LimitPolicy;
use runcell_model::runtime::RuntimeState;
use runcell_wire::{RuntimeJson, limit};
use std::fmt::Write;

/// A description of the server in a line.
pub(super) const SERVER: &str = "Runs code that nobody has vetted, in WebAssembly cells and in containers.";

/// The instructions for models.
pub(super) const INSTRUCTIONS: &str = "\
runcell runs snippets of code in fresh, isolated sandboxes on this machine. Use run_code whenever running a program gives a \
better answer than thinking: calculations, data analysis, parsing, plots, checking that code works. Every call starts from \
nothing. Read what the program printed and the files named in `outputs`; a non-zero exit code is the program's own. The first \
use of a runtime may have to prepare it, which takes up to a minute or two; the answer then says so, and the same call works a \
little later.";

/// The description of `run_code`.
pub(super) fn run_code(runtimes: &[RuntimeJson], policy: &LimitPolicy) -> String {
    format!(
        "Run a program in a fresh sandbox; get its exit code, output and files.\n{}\
         Print what you want to see. It starts in /work, where `files` lie; `outputs` names files to return, images come back as \
         images. The sandbox has no network and no other programs; `packages`, `network` and `image` run it in a container \
         instead. {} A program that fails is a normal result; an error means that it was not run.",
        table(runtimes),
        limit::summary(policy),
    )
}

/// The description of `run_code_with_files`.
pub(super) const RUN_CODE_WITH_FILES: &str =
    "run_code in the shape of @runno/mcp; the name `/data.csv` means /work/data.csv.";

/// The description of `list_runtimes`.
pub(super) const LIST_RUNTIMES: &str =
    "List the languages of run_code: versions, other names, options, and whether each is ready.";

/// The description of `create_image`.
pub(super) const CREATE_IMAGE: &str =
    "Make a container image for languages with packages, once. Its id is `image` of run_code.";

/// The description of `install_package`.
pub(super) const INSTALL_PACKAGE: &str =
    "Put a package into a container image. The new id is `image` of run_code, which has `packages` for one run.";

/// The description of `upload_file`.
pub(super) const UPLOAD_FILE: &str = "Keep a file for execute_uploaded_file or run_tool; get its id.";

/// The description of `execute_uploaded_file`.
pub(super) const EXECUTE_FILE: &str = "Run an uploaded file; the other arguments of run_code are taken too.";

/// The description of `list_files`.
pub(super) const LIST_FILES: &str = "List the uploaded files with their ids.";

/// The description of `delete_file`.
pub(super) const DELETE_FILE: &str = "Delete an uploaded file.";

/// The description of `docker_health`.
pub(super) const DOCKER_HEALTH: &str = "Tell whether containers can be run here, or what is missing.";

/// The description of `run_tool`.
pub(super) const RUN_TOOL: &str = "Start a tool that somebody packed into a container image; get_spec tells its inputs. Answers at once with a run_id for get_run.";

/// The description of `submit_job`.
pub(super) const SUBMIT_JOB: &str = "Start a command in an image; no shell reads its words. Results go to /out. Takes the other arguments of run_tool too.";

/// The description of `get_run`.
pub(super) const GET_RUN: &str = "Tell the state of a run: how it ended, what it used, the end of its output.";

/// The description of `list_run_results`.
pub(super) const LIST_RUN_RESULTS: &str = "List the files that a run has written.";

/// The description of `get_run_result_file`.
pub(super) const GET_RUN_RESULT_FILE: &str =
    "Read a file that a run has written: text (its first 64 KiB), an image, or a link.";

/// The description of `list_specs`.
pub(super) const LIST_SPECS: &str = "List the tools in the container images of this machine.";

/// The description of `get_spec`.
pub(super) const GET_SPEC: &str = "Describe the parameters and datasets of a tool.";

/// The description of `cancel_run`.
pub(super) const CANCEL_RUN: &str = "Stop a run. Its files stay.";

/// The description of the argument `runtime`.
pub(super) fn runtime(runtimes: &[RuntimeJson], languages: &[Language]) -> String {
    let names: Vec<&str> = runtimes.iter().filter(|runtime| runtime.default).map(|runtime| &*runtime.name).collect();
    let aliases: Vec<&str> = runtimes
        .iter()
        .filter(|runtime| runtime.default)
        .flat_map(|runtime| runtime.aliases.iter().map(String::as_str))
        .collect();
    let versions = runtimes.iter().filter(|runtime| !runtime.default);
    let versions: Vec<String> = versions.map(|runtime| format!("{}@{}", runtime.name, runtime.version)).collect();
    let mut text = format!("The language: one of {}.", names.join(", "));
    let contained: Vec<&str> = languages.iter().map(|language| &*language.name).collect();
    for (what, names) in [
        ("Other names", aliases.join(", ")),
        ("Other versions", versions.join(", ")),
        ("In containers", contained.join(", ")),
    ] {
        if !names.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(text, " {what}: {names}.");
        }
    }
    text
}

fn table(runtimes: &[RuntimeJson]) -> String {
    let line = |runtime: &RuntimeJson| format!("- {}: {}\n", runtime.name, runtime.summary);
    runtimes.iter().filter(|runtime| runtime.default).map(line).collect()
}

/// The runtimes and the languages in containers as text.
pub(super) fn list(runtimes: &[RuntimeJson], languages: &[Language]) -> String {
    let mut text = String::new();
    for runtime in runtimes {
        let name = if runtime.default { runtime.name.clone() } else { format!("{}@{}", runtime.name, runtime.version) };
        let state = match runtime.state {
            RuntimeState::Ready => "ready",
            RuntimeState::Partial | RuntimeState::Unprepared => "is prepared at its first use",
        };
        let _ = writeln!(text, "{name} ({} {}; {state}): {}", runtime.title, runtime.version, runtime.summary);
        if !runtime.aliases.is_empty() {
            let _ = writeln!(text, "  other names: {}", runtime.aliases.join(", "));
        }
        for option in &runtime.options {
            let values = option.values.join(", ");
            let _ =
                writeln!(text, "  option {}: {} ({values}; default {})", option.name, option.summary, option.default);
        }
    }
    if !languages.is_empty() {
        text += "In containers, with `backend`: `container`:\n";
    }
    for language in languages {
        let packages = language.manager.map_or_else(String::new, |manager| format!("; packages by {manager}"));
        let _ = writeln!(text, "{} ({}; image {}{packages})", language.name, language.title, language.image);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime_json(name: &str, version: &str, default: bool) -> RuntimeJson {
        RuntimeJson {
            name: name.to_owned(),
            version: version.to_owned(),
            default,
            aliases: if default { vec![format!("{name}-cgi")] } else { Vec::new() },
            title: name.to_uppercase(),
            summary: "Does things.".to_owned(),
            main_file: "main".to_owned(),
            state: RuntimeState::Ready,
            disk_bytes: 0,
            download_bytes: 0,
            options: Vec::new(),
            licences: Vec::new(),
        }
    }

    #[test]
    fn every_name_that_is_taken_is_told() {
        let runtimes = [runtime_json("php", "8.2", true), runtime_json("php", "7.4", false)];
        let languages = runcell_model::config::Containers::default().languages().expect("the built-in ones");
        assert!(runtime(&runtimes, &languages).ends_with(" In containers: python, node, bash, csharp."));
        let text = runtime(&runtimes, &[]);
        assert_eq!(text, "The language: one of php. Other names: php-cgi. Other versions: php@7.4.");
        assert!(run_code(&runtimes, &LimitPolicy::default()).contains("- php: Does things.\n"));
        assert_eq!(list(&runtimes, &[]).lines().count(), 3);
        assert_eq!(list(&runtimes, &languages).lines().count(), 3 + 1 + languages.len());
    }
}
