//! The MCP tools: one table, from which `tools/list` and `tools/call` are answered.
//!
//! Owns the table and its rows: name, title, group, description, schema, hints, the operation that decides who may call it, and the
//! function that answers. The functions are in the files below: `run`, `runtime`, `image`, `upload`, `job`.

mod image;
mod job;
mod job_answer;
mod job_argument;
mod run;
mod runtime;
mod upload;

use crate::answer::Answer;
use crate::call::Call;
use crate::config::ToolGroup;
use crate::describe;
use crate::session::Session;
use job_argument::{
    FilterArguments, GetRunArguments, ResultArguments, RunArguments, RunToolArguments, SpecArguments,
    SubmitJobArguments,
};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use runcell_model::caller::Operation;
use runcell_model::config::Language;
use runcell_model::limits::LimitPolicy;
use runcell_wire::{
    CreateImageArguments, DeleteFileArguments, ExecuteFileArguments, InstallPackageArguments, NoArguments, OutcomeJson,
    RefusalJson, Reply, RunCodeArguments, RunCodeWithFilesArguments, RuntimeJson, UploadFileArguments, limit, parse,
    schema,
};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The answer of a call, some time.
type Answering = Pin<Box<dyn Future<Output = Result<Answer, RefusalJson>> + Send>>;

/// An MCP tool.
pub(crate) struct McpTool {
    pub(crate) name: &'static str,
    title: &'static str,
    /// The group that it belongs to.
    group: ToolGroup,
    /// The operation that a caller has to be allowed.
    pub(crate) operation: Operation,
    hints: Hints,
    describe: fn(&Facts<'_>) -> String,
    input: fn(&Facts<'_>) -> JsonObject,
    answer: fn(Session, Option<JsonObject>, Call) -> Answering,
}

/// Facts that clients may take for granted, so that they need not ask before every call.
#[derive(Clone, Copy, Default)]
struct Hints {
    /// It changes nothing outside a sandbox.
    reads: bool,
    /// It removes or stops something.
    destroys: bool,
    /// It reaches beyond this machine.
    reaches_out: bool,
    /// Calling it twice is the same as calling it once.
    repeats: bool,
}

impl Hints {
    /// As a client gets them: what the protocol takes for granted is not said.
    fn annotations(self) -> ToolAnnotations {
        let mut said = ToolAnnotations::new();
        (said.open_world_hint, said.read_only_hint) =
            ((!self.reaches_out).then_some(false), self.reads.then_some(true));
        if !self.reads {
            said.destructive_hint = (!self.destroys).then_some(false);
            said.idempotent_hint = self.repeats.then_some(true);
        }
        said
    }
}

const READS: Hints = Hints { reads: true, destroys: false, reaches_out: false, repeats: true };

/// Facts about this installation that go into descriptions and schemas.
pub(crate) struct Facts<'a> {
    pub(crate) runtimes: &'a [RuntimeJson],
    pub(crate) languages: &'a [Language],
    pub(crate) policy: &'a LimitPolicy,
}

/// A row whose arguments have a type, and whose function takes the session, the arguments and the call.
macro_rules! tool {
    ($group:ident, $name:literal, $title:literal, $operation:ident, $hints:expr, $describe:expr, $arguments:ty, $answer:path) => {
        McpTool {
            name: $name,
            title: $title,
            group: ToolGroup::$group,
            operation: Operation::$operation,
            hints: $hints,
            describe: $describe,
            input: |_| schema::input::<$arguments>(),
            answer: |session, arguments, call| {
                Box::pin(async move { $answer(session, parse::<$arguments>($name, arguments)?, call).await })
            },
        }
    };
}

/// Every MCP tool, in the order in which clients see them: what is needed most comes first.
#[rustfmt::skip]
const TOOLS: &[McpTool] = &[
    McpTool {
        // It may choose a container, whose languages it names too.
        input: |facts| with_facts(schema::input::<RunCodeArguments>(), facts.languages, facts),
        ..tool!(Run, "run_code", "Run code", RunCode, Hints { reaches_out: true, ..NO_HINTS },
            |facts| describe::run_code(facts.runtimes, facts.policy), RunCodeArguments, run::code)
    },
    tool!(Run, "list_runtimes", "List runtimes", ReadRuntimes, READS,
        |_| describe::LIST_RUNTIMES.to_owned(), NoArguments, runtime::list),
    tool!(Run, "run_code_with_files", "Run code with files", RunCode, Hints { reaches_out: true, ..NO_HINTS },
            |_| describe::RUN_CODE_WITH_FILES.to_owned(), RunCodeWithFilesArguments, run::code_with_files),
    tool!(Files, "upload_file", "Upload a file", WriteUploads, NO_HINTS,
        |_| describe::UPLOAD_FILE.to_owned(), UploadFileArguments, upload::add),
    McpTool {
        input: |_| {
            let schema = schema::without(schema::input::<ExecuteFileArguments>(), AS_IN_RUN_CODE);
            schema::without_words(schema, &["runtime"])
        },
        ..tool!(Files, "execute_uploaded_file", "Run an uploaded file", RunCode, Hints { reaches_out: true, ..NO_HINTS },
            |_| describe::EXECUTE_FILE.to_owned(), ExecuteFileArguments, run::uploaded_file)
    },
    tool!(Files, "list_files", "List uploaded files", ReadUploads, READS,
        |_| describe::LIST_FILES.to_owned(), NoArguments, upload::list),
    tool!(Files, "delete_file", "Delete an uploaded file", RemoveUploads, Hints { destroys: true, repeats: true, ..NO_HINTS },
        |_| describe::DELETE_FILE.to_owned(), DeleteFileArguments, upload::remove),
    tool!(Jobs, "run_tool", "Run a tool", SubmitJobs, NO_HINTS,
        |_| describe::RUN_TOOL.to_owned(), RunToolArguments, job::submit),
    McpTool {
        input: |_| schema::without(schema::without_words(schema::input::<SubmitJobArguments>(), &[]), AS_IN_RUN_TOOL),
        ..tool!(Jobs, "submit_job", "Run a command", SubmitJobs, NO_HINTS,
            |_| describe::SUBMIT_JOB.to_owned(), SubmitJobArguments, job::submit_command)
    },
    tool!(Jobs, "get_run", "Get a run", ReadJobs, READS,
        |_| describe::GET_RUN.to_owned(), GetRunArguments, job::get),
    tool!(Jobs, "list_run_results", "List results", ReadJobs, READS,
        |_| describe::LIST_RUN_RESULTS.to_owned(), RunArguments, job::results),
    tool!(Jobs, "get_run_result_file", "Get a result", ReadJobs, READS,
        |_| describe::GET_RUN_RESULT_FILE.to_owned(), ResultArguments, job::result),
    tool!(Jobs, "list_specs", "List tools in images", ReadTools, READS,
        |_| describe::LIST_SPECS.to_owned(), FilterArguments, job::tools),
    tool!(Jobs, "get_spec", "Describe a tool in an image", ReadTools, READS,
        |_| describe::GET_SPEC.to_owned(), SpecArguments, job::tool),
    tool!(Jobs, "cancel_run", "Cancel a run", CancelJobs, Hints { destroys: true, repeats: true, ..NO_HINTS },
        |_| describe::CANCEL_RUN.to_owned(), RunArguments, job::cancel),
    tool!(Images, "create_image", "Create an image", MakeImages, Hints { reaches_out: true, repeats: true, ..NO_HINTS },
        |_| describe::CREATE_IMAGE.to_owned(), CreateImageArguments, image::create),
    tool!(Images, "install_package", "Install a package", MakeImages, Hints { reaches_out: true, repeats: true, ..NO_HINTS },
        |_| describe::INSTALL_PACKAGE.to_owned(), InstallPackageArguments, image::install),
    tool!(Images, "docker_health", "Health of the container engine", ReadSystem, READS,
        |_| describe::DOCKER_HEALTH.to_owned(), NoArguments, image::health),
];

/// Arguments of run_code that its sibling takes as well and does not show.
const AS_IN_RUN_CODE: &[&str] =
    &["files", "packages", "limits", "env", "options", "backend", "image", "network", "text_bytes", "mounts", "check"];

/// Arguments of run_tool that its sibling takes as well and does not show.
const AS_IN_RUN_TOOL: &[&str] = &["data", "client_request_id", "priority"];

/// Fields of an outcome or a refusal that a model asks for.
const RESULT_FIELDS: &[&str] = &[
    "status",
    "exit_code",
    "stdout",
    "stderr",
    "truncated",
    "files",
    "more",
    "left_files",
    "message",
    "reason",
    "limit",
    "retry_after_ms",
];

const NO_HINTS: Hints = Hints { reads: false, destroys: false, reaches_out: false, repeats: false };

/// Puts what only this installation knows into a schema: its runtimes and its limits.
fn with_facts(mut schema: JsonObject, languages: &[Language], facts: &Facts<'_>) -> JsonObject {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        if let Some(Value::Object(runtime)) = properties.get_mut("runtime") {
            runtime.insert("description".to_owned(), describe::runtime(facts.runtimes, languages).into());
        }
        if let Some(limits) = properties.get_mut("limits") {
            *limits = limit::schema(facts.policy);
        }
    }
    schema
}

impl McpTool {
    /// The tool of that name, if the program that serves has not left its group out.
    pub(crate) fn find(name: &str, groups: Option<&[ToolGroup]>) -> Option<&'static Self> {
        TOOLS.iter().find(|tool| tool.name == name && groups.is_none_or(|groups| groups.contains(&tool.group)))
    }

    /// Answers a call.
    pub(crate) async fn answer(&self, session: Session, arguments: Option<JsonObject>, call: Call) -> Answer {
        let answered = match session.caller.may(self.operation) {
            Ok(()) => (self.answer)(session, arguments, call).await,
            Err(forbidden) => Err(runcell_service::ServiceError::from(forbidden).into()),
        };
        answered.unwrap_or_else(Into::into)
    }

    /// As a client gets it.
    fn listed(&self, facts: &Facts<'_>, content_only: bool) -> Tool {
        let tool = Tool::new(self.name, (self.describe)(facts), Arc::new((self.input)(facts)));
        let tool = tool.with_title(self.title).with_annotations(self.hints.annotations());
        // Clients pass schemas on to models: the one outcome is described once.
        if content_only || self.name != "run_code" {
            return tool;
        }
        tool.with_raw_output_schema(Arc::new(schema::output::<Reply<OutcomeJson>>(RESULT_FIELDS)))
    }
}

/// The MCP tools of some groups, as this installation has them.
pub(crate) fn list(facts: &Facts<'_>, groups: &[ToolGroup], content_only: bool) -> Vec<Tool> {
    let shown = TOOLS.iter().filter(|tool| groups.contains(&tool.group));
    shown.map(|tool| tool.listed(facts, content_only)).collect()
}
