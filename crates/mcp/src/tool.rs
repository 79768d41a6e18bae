//! The tools: names, titles, schemas, hints.
//!
//! Owns what `tools/list` answers. Does not call anything.

use super::argument::{NoArguments, RunCodeArguments, RunCodeWithFilesArguments};
use super::executor::ExecutorTool;
use super::report::RunReport;
use super::{describe, limit, schema};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use runcell_model::config::Language;
use runcell_model::limits::LimitPolicy;
use runcell_wire::RuntimeJson;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// A tool, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToolName {
    RunCode,
    RunCodeWithFiles,
    ListRuntimes,
    Executor(ExecutorTool),
}

/// The structured result of `list_runtimes`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RuntimeListJson {
    /// Those that run in a cell.
    pub(super) runtimes: Vec<RuntimeJson>,
    /// Those that run in a container.
    pub(super) container_languages: Vec<ContainerLanguageJson>,
}

/// A language that runs in containers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ContainerLanguageJson {
    /// Its name.
    name: String,
    /// Other names that mean it.
    aliases: Vec<String>,
    /// The language, for people.
    title: String,
    /// The image that it runs in where none is named.
    image: String,
    /// The name that a snippet gets in `/work`.
    main_file: String,
    /// What installs the packages that a run asks for, such as `pip`; none: it takes no packages.
    package_manager: Option<&'static str>,
}

impl From<&Language> for ContainerLanguageJson {
    fn from(language: &Language) -> Self {
        Self {
            name: language.name.clone(),
            aliases: language.aliases.clone(),
            title: language.title.clone(),
            image: language.image.clone(),
            main_file: language.main_file.clone(),
            package_manager: language.manager.map(|manager| manager.name()),
        }
    }
}

impl ToolName {
    const ALL: [Self; 3] = [Self::RunCode, Self::RunCodeWithFiles, Self::ListRuntimes];

    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(ExecutorTool::ALL.map(Self::Executor))
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|tool| tool.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::RunCode => "run_code",
            Self::RunCodeWithFiles => "run_code_with_files",
            Self::ListRuntimes => "list_runtimes",
            Self::Executor(tool) => tool.name(),
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::RunCode => "Run code",
            Self::RunCodeWithFiles => "Run code with files",
            Self::ListRuntimes => "List runtimes",
            Self::Executor(tool) => tool.title(),
        }
    }

    fn description(self, runtimes: &[RuntimeJson], policy: &LimitPolicy) -> String {
        match self {
            Self::RunCode => describe::run_code(runtimes, policy),
            Self::RunCodeWithFiles => describe::run_code_with_files(runtimes),
            Self::ListRuntimes => describe::LIST_RUNTIMES.to_owned(),
            Self::Executor(tool) => tool.description().to_owned(),
        }
    }

    fn input(self, runtimes: &[RuntimeJson], languages: &[Language], policy: &LimitPolicy) -> JsonObject {
        let mut schema = match self {
            Self::RunCode => schema::input::<RunCodeArguments>(),
            Self::RunCodeWithFiles => schema::input::<RunCodeWithFilesArguments>(),
            Self::ListRuntimes => schema::input::<NoArguments>(),
            Self::Executor(tool) => return tool.input(),
        };
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            if let Some(Value::Object(runtime)) = properties.get_mut("runtime") {
                runtime.insert("description".to_owned(), describe::runtime(runtimes, languages).into());
            }
            if let Some(limits) = properties.get_mut("limits") {
                *limits = limit::schema(policy);
            }
        }
        schema
    }

    fn output(self) -> JsonObject {
        match self {
            Self::RunCode | Self::RunCodeWithFiles => schema::output::<RunReport>(),
            Self::ListRuntimes => schema::output::<RuntimeListJson>(),
            Self::Executor(tool) => tool.output(),
        }
    }

    /// What clients may take for granted: a run changes nothing outside its sandbox and reaches nothing there, so that
    /// they need not ask before every call. It is not idempotent, as programs read clocks and randomness.
    fn hints(self) -> ToolAnnotations {
        if let Self::Executor(tool) = self {
            return tool.hints();
        }
        let hints = ToolAnnotations::with_title(self.title()).read_only(true).destructive(false).open_world(false);
        hints.idempotent(self == Self::ListRuntimes)
    }
}

/// All tools, as this installation has them.
pub(super) fn all(
    runtimes: &[RuntimeJson],
    languages: &[Language],
    policy: &LimitPolicy,
    content_only: bool,
) -> Vec<Tool> {
    let tool = |tool: ToolName| {
        // Only one of them can choose a container.
        let languages = if tool == ToolName::RunCode { languages } else { &[] };
        let input = Arc::new(tool.input(runtimes, languages, policy));
        let mut told = Tool::new(tool.name(), tool.description(runtimes, policy), input);
        told = told.with_title(tool.title()).with_annotations(tool.hints());
        if content_only { told } else { told.with_raw_output_schema(Arc::new(tool.output())) }
    };
    ToolName::all().map(tool).collect()
}
