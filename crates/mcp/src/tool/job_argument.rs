//! Arguments of the tools about jobs.
//!
//! Owns the shapes, and that a dataset is named by the id of an uploaded file: whatever else is given, such as a path, is
//! refused with words that say so.

use runcell_model::job::{JobId, JobLimitKind, JobLimitsRequest};
use runcell_service::JobSubmit;
use runcell_wire::{Pairs, Plain, RefusalJson, blank_is_none, datasets, null_is_default};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Defines the arguments of a tool that starts a job: those of its own, then those that both of these tools have.
macro_rules! job_arguments {
    ($(#[$about:meta])* $name:ident { $($(#[$says:meta])* $own:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $($(#[$says])* $own: $type,)*
            /// Datasets; each value is the id of an uploaded file.
            #[serde(default, deserialize_with = "null_is_default")]
            data: Pairs<String>,
            /// The same request with the same id is the same run.
            #[serde(default, deserialize_with = "blank_is_none")]
            client_request_id: Option<String>,
            /// Higher ones go first.
            #[serde(default, deserialize_with = "null_is_default")]
            priority: i32,
            #[serde(default, deserialize_with = "blank_is_none")]
            timeout_ms: Option<u64>,
            #[serde(default, deserialize_with = "blank_is_none")]
            memory_mib: Option<u64>,
        }

        impl $name {
            /// The job with the arguments that both tools have.
            fn complete(&mut self, job: JobSubmit) -> Result<JobSubmit, RefusalJson> {
                Ok(JobSubmit {
                    data: datasets(std::mem::take(&mut self.data).into_map())?,
                    limits: limits(self.timeout_ms, self.memory_mib),
                    priority: self.priority,
                    idempotency_key: self.client_request_id.take(),
                    ..job
                })
            }
        }
    };
}

job_arguments! {
    /// Arguments of `run_tool`.
    RunToolArguments {
        /// Its name in the image, or a slug `image::tool`.
        tool_name: String,
        /// Parameters, as get_spec tells them; a list or a struct as JSON text.
        #[serde(default, deserialize_with = "null_is_default")]
        #[schemars(with = "Pairs<Plain>")]
        parameters: Pairs<Value>,
        /// Not needed where tool_name is a slug.
        #[serde(default, deserialize_with = "blank_is_none")]
        docker_image: Option<String>,
    }
}

job_arguments! {
    /// Arguments of `submit_job`.
    SubmitJobArguments {
        /// The image.
        #[serde(alias = "docker_image")]
        image: String,
        /// The command, word by word; no shell reads it: ["sh", "-c", "..."].
        command: Vec<String>,
        /// Environment variables.
        #[serde(default, deserialize_with = "null_is_default")]
        env: Pairs<String>,
        /// Host folders of the configuration: "data" (at /mnt/data), "data:/where".
        #[serde(default, deserialize_with = "null_is_default")]
        mounts: Vec<String>,
    }
}

/// Arguments of `get_run`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetRunArguments {
    #[schemars(with = "i64")]
    pub(super) run_id: JobId,
    /// How long to wait for its end, at most 50000.
    #[serde(default, deserialize_with = "null_is_default")]
    pub(super) wait_ms: u64,
}

/// Arguments of tools that mean one run.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunArguments {
    #[schemars(with = "i64")]
    pub(super) run_id: JobId,
}

/// Arguments of `get_run_result_file`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultArguments {
    #[schemars(with = "i64")]
    pub(super) run_id: JobId,
    #[serde(alias = "filename")]
    pub(super) path: String,
}

/// Arguments of `list_specs`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FilterArguments {
    /// A part of name, title or image.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(super) filter: Option<String>,
}

/// Arguments of `get_spec`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecArguments {
    /// `image::tool`, or a name that only one tool has.
    pub(super) tool_slug: String,
}

impl RunToolArguments {
    /// The job that the arguments mean.
    pub(super) fn submit(mut self) -> Result<JobSubmit, RefusalJson> {
        let job = self.complete(JobSubmit::new(&self.tool_name))?;
        // In a list, what is no plain value is a text; what a text means, the tool's description says.
        let listed = self.parameters.is_listed();
        let (mut parameters, mut text_parameters) = (Map::new(), BTreeMap::new());
        for (name, value) in self.parameters.into_map() {
            match value {
                Value::String(text) if listed => drop(text_parameters.insert(name, text)),
                value => drop(parameters.insert(name, value)),
            }
        }
        Ok(JobSubmit { image: self.docker_image, parameters, text_parameters, ..job })
    }
}

impl SubmitJobArguments {
    /// The job that the arguments mean.
    pub(super) fn submit(mut self) -> Result<JobSubmit, RefusalJson> {
        let words = std::mem::take(&mut self.command);
        let job = self.complete(JobSubmit::command(&self.image, words))?;
        Ok(JobSubmit { env: self.env.into_map(), mounts: self.mounts, ..job })
    }
}

fn limits(timeout_ms: Option<u64>, memory_mib: Option<u64>) -> JobLimitsRequest {
    let asked = [
        (JobLimitKind::WallMs, timeout_ms),
        (JobLimitKind::MemoryBytes, memory_mib.map(|mib| mib.saturating_mul(1 << 20))),
    ];
    let asked = asked.into_iter().filter_map(|(kind, value)| Some((kind, value?)));
    asked.fold(JobLimitsRequest::default(), |limits, (kind, value)| limits.with(kind, value))
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
    fn a_list_of_pairs_is_a_map_whose_texts_get_their_types() {
        let listed = submit(json!({
            "tool_name": "t", "docker_image": "", "client_request_id": "", "timeout_ms": 0,
            "parameters": [{ "name": "n", "value": 5 }, { "name": "list", "value": "[1, 2]" }],
            "data": [{ "name": "d", "value": "a".repeat(32) }],
        }));
        let listed = listed.expect("parses");
        assert_eq!((&listed.parameters["n"], &*listed.text_parameters["list"]), (&json!(5), "[1, 2]"));
        assert!(listed.data.contains_key("d") && listed.idempotency_key.is_none() && listed.image.is_none());
        let mapped = submit(json!({ "tool_name": "t", "parameters": { "n": 5, "s": "[1]", "o": { "a": [1] } } }));
        let mapped = mapped.expect("parses");
        assert_eq!(Value::Object(mapped.parameters), json!({ "n": 5, "o": { "a": [1] }, "s": "[1]" }));
        assert!(mapped.text_parameters.is_empty());
    }

    #[test]
    fn a_network_cannot_be_asked_for() {
        submit(json!({ "tool_name": "t", "network": true })).expect_err("unknown");
    }
}
