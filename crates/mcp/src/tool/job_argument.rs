//! What calls of these tools ask for.
//!
//! Owns the shapes, and that a dataset is named by the id of an uploaded file: whatever else is given, such as a path, is
//! refused with words that say so.

use runcell_model::job::{JobId, JobLimitKind, JobLimitsRequest};
use runcell_service::JobSubmit;
use runcell_wire::{RefusalJson, datasets, null_is_default};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Arguments of `run_tool`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunToolArguments {
    /// The tool: its name in the image, or a slug `image::tool` as list_specs gives it.
    tool_name: String,
    /// The image that has the tool; not needed where tool_name is a slug.
    #[serde(default)]
    docker_image: Option<String>,
    /// The tool's parameters by name, as get_spec describes them.
    #[serde(default, deserialize_with = "null_is_default")]
    parameters: Map<String, Value>,
    /// The tool's datasets by name; each is the id of an uploaded file. Paths are not accepted.
    #[serde(default, deserialize_with = "null_is_default")]
    data: BTreeMap<String, String>,
    /// A name of your own for this request: the same request with the same name is the same run, however often it is sent.
    #[serde(default)]
    client_request_id: Option<String>,
    /// Runs of higher priority go first; 0 is usual.
    #[serde(default, deserialize_with = "null_is_default")]
    priority: i32,
    /// Time that it may take, in milliseconds.
    #[serde(default)]
    timeout_ms: Option<u64>,
    /// Memory that it may use, in MiB.
    #[serde(default)]
    memory_mib: Option<u64>,
}

/// Arguments of `get_run`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetRunArguments {
    /// The run.
    #[schemars(with = "i64")]
    pub(super) run_id: JobId,
    /// Wait up to this long for its end, in milliseconds; at most 50000.
    #[serde(default, deserialize_with = "null_is_default")]
    pub(super) wait_ms: u64,
}

/// Arguments of tools that mean one run.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunArguments {
    /// The run.
    #[schemars(with = "i64")]
    pub(super) run_id: JobId,
}

/// Arguments of `get_run_result_file`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultArguments {
    /// The run.
    #[schemars(with = "i64")]
    pub(super) run_id: JobId,
    /// The path of the result, as list_run_results gives it.
    #[serde(alias = "filename")]
    pub(super) path: String,
}

/// Arguments of `list_specs`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FilterArguments {
    /// Only tools whose name, title or image holds this text.
    #[serde(default)]
    pub(super) filter: Option<String>,
}

/// Arguments of `get_spec`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecArguments {
    /// The tool: `image::tool`, or a name that only one tool has.
    pub(super) tool_slug: String,
}

impl RunToolArguments {
    /// The job that the arguments mean.
    pub(super) fn submit(self) -> Result<JobSubmit, RefusalJson> {
        let data = datasets(self.data)?;
        let asked = [
            (JobLimitKind::WallMs, self.timeout_ms),
            (JobLimitKind::MemoryBytes, self.memory_mib.map(|mib| mib.saturating_mul(1 << 20))),
        ];
        let mut limits = JobLimitsRequest::default();
        for (kind, value) in asked.into_iter().filter_map(|(kind, value)| Some((kind, value?))) {
            limits = limits.with(kind, value);
        }
        Ok(JobSubmit {
            image: self.docker_image.filter(|image| !image.is_empty()),
            parameters: self.parameters,
            data,
            limits,
            priority: self.priority,
            idempotency_key: self.client_request_id,
            ..JobSubmit::new(&self.tool_name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_wire::parse;
    use serde_json::json;

    fn submit(arguments: Value) -> Result<JobSubmit, String> {
        let parsed = parse::<RunToolArguments>("run_tool", arguments.as_object().cloned());
        let parsed = parsed.map_err(|error| error.to_string())?;
        parsed.submit().map_err(|refused| refused.message)
    }

    #[test]
    fn paths_of_the_host_are_no_data() {
        for path in ["/etc/passwd", "../../etc/passwd", "file:///etc/passwd", "", "~/x", &"A".repeat(32)] {
            let error = submit(json!({ "tool_name": "t", "data": { "d": path } })).expect_err(path);
            assert!(error.contains("dataset \"d\"") && error.contains("no name of an uploaded file"), "{error}");
        }
        submit(json!({ "tool_name": "t", "data": { "d": "a".repeat(32) } })).expect("an id");
    }

    #[test]
    fn absent_and_null_are_the_same() {
        let arguments =
            json!({ "tool_name": "t", "docker_image": null, "parameters": null, "data": null, "priority": null });
        let submit = submit(arguments).expect("parses");
        assert_eq!((submit.image, submit.priority), (None, 0));
    }

    #[test]
    fn a_network_cannot_be_asked_for() {
        submit(json!({ "tool_name": "t", "network": true })).expect_err("unknown");
    }
}
