//! The texts that a model reads about this server: descriptions of tools, and the instructions.
//!
//! Owns the wording. Numbers come from the policy, runtimes from the service, so that the texts are never wrong.

use super::limit;
use runcell_model::config::Language;
use runcell_model::limits::LimitPolicy;
use runcell_model::runtime::RuntimeState;
use runcell_wire::RuntimeJson;
use std::fmt::Write;

/// What the server is for.
pub(super) const INSTRUCTIONS: &str = "\
runcell runs snippets of code in fresh, isolated WebAssembly sandboxes on this machine. Use run_code whenever running a \
program gives a better answer than thinking: calculations, data analysis, parsing, plots, checking that code works. Every \
call starts from nothing: no network, no files but those given with the call, no state from earlier calls. Read what the \
program printed and the files named in `outputs`; a non-zero exit code is the program's own and its error messages are in \
the output. list_runtimes tells which languages there are. The first use of a runtime may have to prepare it, which takes \
up to a minute or two; the answer then says so, and the same call works a little later.";

/// The description of `run_code`.
pub(super) fn run_code(runtimes: &[RuntimeJson], policy: &LimitPolicy) -> String {
    format!(
        "Run a snippet of code in a fresh sandbox and get its exit code, its output and the files it wrote.\n\n{}\n\
         Print what you want to see. The program runs in the folder /work: `files` puts files there, and `outputs` names \
         those to return (paths or globs, such as plot.png or results/*.csv); PNG, JPEG, GIF and WebP images come back as \
         images. /tmp can be written too; nothing else exists. There is no network, no package manager, no other program \
         and no state from earlier calls. Reading stdin gives `stdin`, then the end.\n\n{} A run that reaches a limit is \
         stopped, and the result names the limit; pass a higher one in `limits` if the work needs it.\n\n\
         A program that fails is a normal result: look at the exit code and the output. An error of the tool means that \
         the program was not run at all.",
        table(runtimes),
        limit::summary(policy),
    )
}

/// The description of `run_code_with_files`.
pub(super) fn run_code_with_files(runtimes: &[RuntimeJson]) -> String {
    format!(
        "Run a snippet of code on some files and get the resulting files. The same as run_code, in the shape of \
         @runno/mcp.\n\n{}\n\
         Input and output files lie in the folder /work, where the program starts: the name `/data.csv` means \
         /work/data.csv, which the program opens as `data.csv`. Give text as text and anything else as base64. The files \
         named in `output_file_names` come back as images or embedded resources.",
        table(runtimes),
    )
}

/// The description of `list_runtimes`.
pub(super) const LIST_RUNTIMES: &str = "\
List the languages that run_code takes: name, version, other names, what is included, options with their values, and \
whether it is ready or will be prepared at its first use.";

/// The description of `create_image`.
pub(super) const CREATE_IMAGE: &str = "\
Make a container image for a language, with packages in it, and get its id, which run_code takes as `image`. It is \
made once: the same packages give the same image at once.";

/// The description of `install_package`.
pub(super) const INSTALL_PACKAGE: &str = "\
Put one package into a container image and get the id of the new image, which run_code takes as `image`. For a run \
or two, `packages` of run_code does the same in one step.";

/// The description of `upload_file`.
pub(super) const UPLOAD_FILE: &str =
    "Keep a file on this machine, to be run with execute_uploaded_file, and get its id.";

/// The description of `execute_uploaded_file`.
pub(super) const EXECUTE_FILE: &str = "\
Run an uploaded file, as run_code runs a snippet: the same languages, limits and results. The file lies in /work \
under its own name.";

/// The description of `list_files`.
pub(super) const LIST_FILES: &str = "List the uploaded files with their ids.";

/// The description of `delete_file`.
pub(super) const DELETE_FILE: &str = "Delete an uploaded file.";

/// The description of `docker_health`.
pub(super) const DOCKER_HEALTH: &str =
    "Tell whether containers can be run here: the engine and its version, or what is missing and what to do.";

/// The description of `run_tool`.
pub(super) const RUN_TOOL: &str = "\
Run a tool of a container image on this machine, such as a model or an analysis that somebody packed. \
list_specs and get_spec tell which there are and what they take. Answers at once with a run_id; the run goes \
on in the background: get_run waits for its end. Inputs that do not fit are all named at once and nothing is \
run. `data` takes ids of uploaded files.";

/// The description of `get_run`.
pub(super) const GET_RUN: &str = "\
Tell how a run of a tool is: its state, how it ended, what it used, and the end of its output. With wait_ms it \
waits for the end. A run that failed is a normal answer: read its exit code and stderr_tail.";

/// The description of `list_run_results`.
pub(super) const LIST_RUN_RESULTS: &str = "\
List the files that a run has written, as links; get_run_result_file reads one.";

/// The description of `get_run_result_file`.
pub(super) const GET_RUN_RESULT_FILE: &str = "\
Read a file that a run has written: texts as text (the first 64 KiB), images as images, and everything as a link \
to a resource.";

/// The description of `list_specs`.
pub(super) const LIST_SPECS: &str = "\
List the tools that the container images of this machine have, with what they take, and those that are broken.";

/// The description of `get_spec`.
pub(super) const GET_SPEC: &str = "\
Tell what a tool of a container image takes: parameters with types, bounds and defaults, and datasets.";

/// The description of `cancel_run`.
pub(super) const CANCEL_RUN: &str = "\
Stop a run, whether it waits or is under way. What it has written stays.";

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
    let mut text = "| runtime | language | what it is |\n|---|---|---|\n".to_owned();
    for runtime in runtimes.iter().filter(|runtime| runtime.default) {
        let _ = writeln!(text, "| {} | {} | {} |", runtime.name, runtime.title, runtime.summary.replace('|', "/"));
    }
    text
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
        assert!(run_code(&runtimes, &LimitPolicy::default()).contains("| php | PHP | Does things. |\n"));
        assert_eq!(list(&runtimes, &[]).lines().count(), 3);
        assert_eq!(list(&runtimes, &languages).lines().count(), 3 + 1 + languages.len());
    }
}
