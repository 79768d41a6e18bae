//! A job to be submitted, as JSON.
//!
//! Owns the public shape, in which gorun's names are understood. A dataset is the id of an uploaded file: there is no place for
//! a path of this machine.

use super::refusal::RefusalJson;
use runcell_model::job::{FileId, JobLimitKind, JobLimitsRequest};
use runcell_model::limits::Kind;
use runcell_service::{Dataset, JobSubmit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A job to be submitted: a tool with its inputs, or a command in an image.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SubmitJobJson {
    /// The tool: its name in the image, or a slug `image::tool`.
    #[serde(alias = "name", alias = "tool_name")]
    tool: Option<String>,
    /// The image; not needed where the tool is a slug, or the only one of its name.
    #[serde(alias = "docker_image")]
    image: Option<String>,
    /// Instead of a tool: a command in the image, word by word; no shell reads it. Its results are in /out.
    command: Option<Vec<String>>,
    /// Environment variables of the command.
    env: Option<BTreeMap<String, String>>,
    /// Host folders that the configuration names: "data", or "data:/where".
    mounts: Vec<String>,
    /// The tool's parameters by name.
    parameters: Option<Map<String, Value>>,
    /// The same as texts of a command line, which become what the tool's description says: lists are 1,2,3 or JSON.
    text_parameters: Option<BTreeMap<String, String>>,
    /// The tool's datasets by name; each is the id of an uploaded file. Paths are not accepted.
    data: Option<BTreeMap<String, String>>,
    /// Limits other than the defaults, by name: {"wall_ms": "2h", "memory_bytes": "4 GiB", "cpu_millis": 1500}.
    limits: Option<Map<String, Value>>,
    /// Whether it may reach a network.
    network: bool,
    /// Jobs of higher priority go first; 0 is usual.
    priority: i32,
    /// A name of your own for this request: the same request with the same name is the same job. The header
    /// Idempotency-Key says the same.
    #[serde(alias = "client_request_id")]
    key: Option<String>,
}

impl SubmitJobJson {
    /// The shape of a job, with the ids of the uploaded files that are its datasets.
    #[must_use]
    pub fn new(submit: &JobSubmit, data: BTreeMap<String, String>) -> Self {
        let limits = serde_json::to_value(&submit.limits).unwrap_or_default();
        Self {
            tool: submit.work.tool().map(str::to_owned),
            image: submit.image.clone(),
            command: submit.work.command().map(<[String]>::to_vec),
            env: Some(submit.env.clone()),
            mounts: submit.mounts.clone(),
            parameters: Some(submit.parameters.clone()),
            text_parameters: Some(submit.text_parameters.clone()),
            data: Some(data),
            limits: limits.as_object().cloned(),
            network: submit.network,
            priority: submit.priority,
            key: submit.idempotency_key.clone(),
        }
    }

    /// The job that is meant.
    ///
    /// # Errors
    /// A refusal that names what cannot be.
    pub fn submit(self) -> Result<JobSubmit, RefusalJson> {
        let image = self.image.filter(|image| !image.is_empty());
        let work = match (self.tool.filter(|tool| !tool.is_empty()), self.command, &image) {
            (Some(tool), None, _) => JobSubmit { image, ..JobSubmit::new(&tool) },
            (None, Some(words), Some(image)) => JobSubmit::command(image, words),
            (Some(_), Some(_), _) => return Err(RefusalJson::invalid("tool and command: a job is one of both")),
            (None, Some(_), None) => return Err(RefusalJson::invalid("image is missing: a command runs in an image")),
            (None, None, _) => {
                let message = "tool is missing: name the tool that is to be run, or give an image and a command";
                return Err(RefusalJson::invalid(message));
            }
        };
        Ok(JobSubmit {
            env: self.env.unwrap_or_default(),
            mounts: self.mounts,
            parameters: self.parameters.unwrap_or_default(),
            text_parameters: self.text_parameters.unwrap_or_default(),
            data: datasets(self.data.unwrap_or_default())?,
            limits: limits(&self.limits.unwrap_or_default())?,
            network: self.network,
            priority: self.priority,
            idempotency_key: self.key,
            ..work
        })
    }
}

/// Datasets that are ids of uploaded files.
///
/// # Errors
/// A refusal that names the dataset which is none.
pub fn datasets(data: BTreeMap<String, String>) -> Result<BTreeMap<String, Dataset>, RefusalJson> {
    let dataset = |(name, text): (String, String)| match FileId::try_from(text) {
        Ok(id) => Ok((name, Dataset::Uploaded(id))),
        Err(error) => Err(RefusalJson::invalid(format!("dataset {name:?}: {error}"))),
    };
    data.into_iter().map(dataset).collect()
}

/// Limits by name, as numbers in their units or as people write them.
fn limits(asked: &Map<String, Value>) -> Result<JobLimitsRequest, RefusalJson> {
    let mut limits = JobLimitsRequest::default();
    for (name, value) in asked.iter().filter(|(_, value)| !value.is_null()) {
        let unknown =
            || RefusalJson::invalid(format!("there is no limit {name:?}; there are: {}", JobLimitKind::names()));
        let kind = JobLimitKind::from_name(name).ok_or_else(unknown)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let amount = kind.unit().parse(&text).map_err(|why| RefusalJson::invalid(format!("limits.{name}: {why}")))?;
        limits = limits.with(kind, amount);
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn submit(json: Value) -> Result<JobSubmit, String> {
        let given: SubmitJobJson = serde_json::from_value(json).map_err(|error| error.to_string())?;
        given.submit().map_err(|refused| refused.message)
    }

    #[test]
    fn names_of_gorun_are_understood() {
        let given =
            json!({ "name": "t", "docker_image": "a:1", "parameters": { "x": 1 }, "data": { "d": "a".repeat(32) } });
        let job = submit(given).expect("good");
        assert_eq!((job.image.as_deref(), job.parameters.len(), job.data.len()), (Some("a:1"), 1, 1));
    }

    #[test]
    fn an_image_and_a_command_are_a_job() {
        let given = json!({ "image": "a:1", "command": ["echo", "hi"], "env": { "A": "b" }, "mounts": ["data"] });
        let job = submit(given).expect("good");
        assert_eq!(job.work.command(), Some(&["echo".to_owned(), "hi".to_owned()][..]));
        assert_eq!((job.image.as_deref(), &*job.env["A"], &*job.mounts[0]), (Some("a:1"), "b", "data"));
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (given, expected) in [
            (json!({}), "tool is missing"),
            (json!({ "tool": "t", "data": { "d": "/etc/passwd" } }), "dataset \"d\""),
            (json!({ "tool": "t", "limits": { "speed": 1 } }), "there is no limit \"speed\"; there are: "),
            (json!({ "tool": "t", "limits": { "wall_ms": "soon" } }), "limits.wall_ms: "),
            (json!({ "command": ["ls"] }), "image is missing"),
            (json!({ "tool": "t", "image": "a", "command": ["ls"] }), "a job is one of both"),
            (json!({ "tool": "t", "tools": 1 }), "unknown field `tools`"),
        ] {
            let error = submit(given).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
        let job = submit(json!({ "tool": "t", "limits": { "wall_ms": "2h", "memory_bytes": null } })).expect("good");
        assert_eq!(job.limits.get(JobLimitKind::WallMs), Some(7_200_000));
    }
}
