//! The seven tools: names, descriptions, schemas, hints.
//!
//! Owns what `tools/list` says of them. They are listed also where there is no container engine: a call then says what is
//! missing.

use super::super::schema;
use super::argument::{
    FilterArguments, GetRunArguments, ResultArguments, RunArguments, RunToolArguments, SpecArguments,
};
use super::report::{CancelledJson, Reply, ResultFileJson, RunJson, StartedJson};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use runcell_wire::{ResultListJson, ToolJson, ToolListJson};
use std::sync::Arc;

/// A tool, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum JobTool {
    RunTool,
    GetRun,
    ListRunResults,
    GetRunResultFile,
    ListSpecs,
    GetSpec,
    CancelRun,
}

impl JobTool {
    const ALL: [Self; 7] = [
        Self::RunTool,
        Self::GetRun,
        Self::ListRunResults,
        Self::GetRunResultFile,
        Self::ListSpecs,
        Self::GetSpec,
        Self::CancelRun,
    ];

    pub(in super::super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        self.row().0
    }

    /// Name, title, description.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::RunTool => (
                "run_tool",
                "Run a tool",
                "Run a tool of a container image on this machine, such as a model or an analysis that somebody packed. \
                 list_specs and get_spec tell which there are and what they take. Answers at once with a run_id; the run goes \
                 on in the background: get_run waits for its end. Inputs that do not fit are all named at once and nothing is \
                 run. `data` takes ids of uploaded files.",
            ),
            Self::GetRun => (
                "get_run",
                "Get a run",
                "Tell how a run of a tool is: its state, how it ended, what it used, and the end of its output. With wait_ms it \
                 waits for the end. A run that failed is a normal answer: read its exit code and stderr_tail.",
            ),
            Self::ListRunResults => (
                "list_run_results",
                "List results",
                "List the files that a run has written, as links; get_run_result_file reads one.",
            ),
            Self::GetRunResultFile => (
                "get_run_result_file",
                "Get a result",
                "Read a file that a run has written: texts as text (the first 64 KiB), images as images, and everything as a link \
                 to a resource.",
            ),
            Self::ListSpecs => (
                "list_specs",
                "List tools in images",
                "List the tools that the container images of this machine have, with what they take, and those that are broken.",
            ),
            Self::GetSpec => (
                "get_spec",
                "Describe a tool in an image",
                "Tell what a tool of a container image takes: parameters with types, bounds and defaults, and datasets.",
            ),
            Self::CancelRun => (
                "cancel_run",
                "Cancel a run",
                "Stop a run, whether it waits or is under way. What it has written stays.",
            ),
        }
    }

    fn schemas(self) -> (JsonObject, JsonObject) {
        match self {
            Self::RunTool => (schema::input::<RunToolArguments>(), schema::output::<Reply<StartedJson>>()),
            Self::GetRun => (schema::input::<GetRunArguments>(), schema::output::<Reply<RunJson>>()),
            Self::ListRunResults => (schema::input::<RunArguments>(), schema::output::<Reply<ResultListJson>>()),
            Self::GetRunResultFile => (schema::input::<ResultArguments>(), schema::output::<Reply<ResultFileJson>>()),
            Self::ListSpecs => (schema::input::<FilterArguments>(), schema::output::<Reply<ToolListJson>>()),
            Self::GetSpec => (schema::input::<SpecArguments>(), schema::output::<Reply<ToolJson>>()),
            Self::CancelRun => (schema::input::<RunArguments>(), schema::output::<Reply<CancelledJson>>()),
        }
    }

    /// What clients may take for granted. A tool runs without a network and writes to nothing but its results.
    fn hints(self) -> ToolAnnotations {
        let changes = matches!(self, Self::RunTool | Self::CancelRun);
        let hints = ToolAnnotations::with_title(self.row().1).read_only(!changes).open_world(false);
        hints.destructive(self == Self::CancelRun).idempotent(self != Self::RunTool)
    }

    /// All of them, as a client is told.
    pub(in super::super) fn all(content_only: bool) -> impl Iterator<Item = Tool> {
        Self::ALL.into_iter().map(move |tool| {
            let ((name, title, description), (input, output)) = (tool.row(), tool.schemas());
            let told = Tool::new(name, description, Arc::new(input)).with_title(title).with_annotations(tool.hints());
            if content_only { told } else { told.with_raw_output_schema(Arc::new(output)) }
        })
    }
}
