//! The MCP tools: one table, from which `tools/list` and `tools/call` are answered.
//!
//! Owns the table and its rows: name, title, description, schemas, hints, the operation that decides who may call it, and the
//! function that answers. The functions are in the files below: `run`, `runtime`, `image`, `upload`, `job`.

mod executor_argument;
mod image;
mod job;
mod job_answer;
mod job_argument;
mod run;
mod runtime;
mod upload;

use crate::answer::Answer;
use crate::argument::{NoArguments, RunCodeArguments, RunCodeWithFilesArguments, parse};
use crate::call::Call;
use crate::session::Session;
use crate::{describe, limit, schema};
use executor_argument::{
    CreateImageArguments, DeleteFileArguments, ExecuteFileArguments, InstallPackageArguments, UploadFileArguments,
};
use job_answer::{CancelledJson, ResultFileJson, RunJson, StartedJson};
use job_argument::{FilterArguments, GetRunArguments, ResultArguments, RunArguments, RunToolArguments, SpecArguments};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use runcell_model::caller::Operation;
use runcell_model::config::Language;
use runcell_model::limits::LimitPolicy;
use runcell_wire::{
    EngineHealthJson, ImageJson, OutcomeJson, RefusalJson, Reply, ResultListJson, RuntimeJson, RuntimeListJson,
    ToolJson, ToolListJson, UploadJson, UploadListJson, UploadRemovedJson,
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
    /// Who may call it.
    pub(crate) operation: Operation,
    hints: Hints,
    describe: fn(&Facts<'_>) -> String,
    input: fn(&Facts<'_>) -> JsonObject,
    output: fn() -> JsonObject,
    answer: fn(Session, Option<JsonObject>, Call) -> Answering,
}

/// What clients may take for granted, so that they need not ask before every call.
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

const READS: Hints = Hints { reads: true, destroys: false, reaches_out: false, repeats: true };

/// What of this installation goes into descriptions and schemas.
pub(crate) struct Facts<'a> {
    pub(crate) runtimes: &'a [RuntimeJson],
    pub(crate) languages: &'a [Language],
    pub(crate) policy: &'a LimitPolicy,
}

/// A row whose arguments and result have types, and whose function takes the session, the arguments and the call.
macro_rules! tool {
    ($name:literal, $title:literal, $operation:ident, $hints:expr, $describe:expr, $arguments:ty => $result:ty, $answer:path) => {
        McpTool {
            name: $name,
            title: $title,
            operation: Operation::$operation,
            hints: $hints,
            describe: $describe,
            input: |_| schema::input::<$arguments>(),
            output: schema::output::<Reply<$result>>,
            answer: |session, arguments, call| {
                Box::pin(async move { $answer(session, parse::<$arguments>($name, arguments)?, call).await })
            },
        }
    };
}

/// Every MCP tool, in the order in which clients see them.
#[rustfmt::skip]
const TOOLS: &[McpTool] = &[
    McpTool {
        // It may choose a container, whose languages it names too.
        input: |facts| with_facts(schema::input::<RunCodeArguments>(), facts.languages, facts),
        ..tool!("run_code", "Run code", RunCode, Hints { reads: true, ..NO_HINTS },
            |facts| describe::run_code(facts.runtimes, facts.policy), RunCodeArguments => OutcomeJson, run::code)
    },
    McpTool {
        input: |facts| with_facts(schema::input::<RunCodeWithFilesArguments>(), &[], facts),
        ..tool!("run_code_with_files", "Run code with files", RunCode, Hints { reads: true, ..NO_HINTS },
            |facts| describe::run_code_with_files(facts.runtimes), RunCodeWithFilesArguments => OutcomeJson, run::code_with_files)
    },
    tool!("list_runtimes", "List runtimes", ReadRuntimes, READS,
        |_| describe::LIST_RUNTIMES.to_owned(), NoArguments => RuntimeListJson, runtime::list),
    tool!("create_image", "Create an image", MakeImages, Hints { reaches_out: true, repeats: true, ..NO_HINTS },
        |_| describe::CREATE_IMAGE.to_owned(), CreateImageArguments => ImageJson, image::create),
    tool!("install_package", "Install a package", MakeImages, Hints { reaches_out: true, repeats: true, ..NO_HINTS },
        |_| describe::INSTALL_PACKAGE.to_owned(), InstallPackageArguments => ImageJson, image::install),
    tool!("upload_file", "Upload a file", WriteUploads, NO_HINTS,
        |_| describe::UPLOAD_FILE.to_owned(), UploadFileArguments => UploadJson, upload::add),
    tool!("execute_uploaded_file", "Run an uploaded file", RunCode, Hints { reads: true, ..NO_HINTS },
        |_| describe::EXECUTE_FILE.to_owned(), ExecuteFileArguments => OutcomeJson, run::uploaded_file),
    tool!("list_files", "List uploaded files", ReadUploads, READS,
        |_| describe::LIST_FILES.to_owned(), NoArguments => UploadListJson, upload::list),
    tool!("delete_file", "Delete an uploaded file", RemoveUploads, Hints { destroys: true, repeats: true, ..NO_HINTS },
        |_| describe::DELETE_FILE.to_owned(), DeleteFileArguments => UploadRemovedJson, upload::remove),
    tool!("docker_health", "Health of the container engine", ReadSystem, READS,
        |_| describe::DOCKER_HEALTH.to_owned(), NoArguments => EngineHealthJson, image::health),
    tool!("run_tool", "Run a tool", SubmitJobs, NO_HINTS,
        |_| describe::RUN_TOOL.to_owned(), RunToolArguments => StartedJson, job::submit),
    tool!("get_run", "Get a run", ReadJobs, READS,
        |_| describe::GET_RUN.to_owned(), GetRunArguments => RunJson, job::get),
    tool!("list_run_results", "List results", ReadJobs, READS,
        |_| describe::LIST_RUN_RESULTS.to_owned(), RunArguments => ResultListJson, job::results),
    tool!("get_run_result_file", "Get a result", ReadJobs, READS,
        |_| describe::GET_RUN_RESULT_FILE.to_owned(), ResultArguments => ResultFileJson, job::result),
    tool!("list_specs", "List tools in images", ReadTools, READS,
        |_| describe::LIST_SPECS.to_owned(), FilterArguments => ToolListJson, job::tools),
    tool!("get_spec", "Describe a tool in an image", ReadTools, READS,
        |_| describe::GET_SPEC.to_owned(), SpecArguments => ToolJson, job::tool),
    tool!("cancel_run", "Cancel a run", CancelJobs, Hints { destroys: true, repeats: true, ..NO_HINTS },
        |_| describe::CANCEL_RUN.to_owned(), RunArguments => CancelledJson, job::cancel),
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
    /// The tool of that name.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        TOOLS.iter().find(|tool| tool.name == name)
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
        let Hints { reads, destroys, reaches_out, repeats } = self.hints;
        let hints = ToolAnnotations::with_title(self.title).read_only(reads).destructive(destroys);
        let tool = Tool::new(self.name, (self.describe)(facts), Arc::new((self.input)(facts)));
        let tool = tool.with_title(self.title).with_annotations(hints.open_world(reaches_out).idempotent(repeats));
        if content_only { tool } else { tool.with_raw_output_schema(Arc::new((self.output)())) }
    }
}

/// All MCP tools, as this installation has them.
pub(crate) fn list(facts: &Facts<'_>, content_only: bool) -> Vec<Tool> {
    TOOLS.iter().map(|tool| tool.listed(facts, content_only)).collect()
}
