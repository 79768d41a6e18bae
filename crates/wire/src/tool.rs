//! A tool as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change.

use runcell_model::spec::{Citation, ToolSpec};
use runcell_service::{ToolEntry, ToolFault, ToolList};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A tool that can be run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolJson {
    /// `<image>::<tool>`, which names it.
    pub slug: String,
    /// The image.
    pub image: String,
    /// The id of the image.
    pub image_id: String,
    /// The image's description of it.
    #[serde(flatten)]
    #[schemars(with = "SpecSchema")]
    pub spec: ToolSpec,
    /// How it wants to be cited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    pub citation: Option<Citation>,
}

/// The shape of what an image says of a tool.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct SpecSchema {
    /// Its name in the image.
    name: String,
    /// Its title.
    title: String,
    /// Its purpose, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The command in the image that runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Its parameters by name: type, array, optional, values, min, max, default, description.
    parameters: Map<String, Value>,
    /// Its datasets by name: extension, optional, description, example.
    data: Map<String, Value>,
    /// Oddities of its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Vec<String>>,
}

/// A tool that cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BrokenToolJson {
    /// `<image>::<tool>`, or the image alone where its file cannot be read.
    pub slug: String,
    /// Everything that is wrong with its description.
    pub errors: Vec<String>,
}

/// Tools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolListJson {
    /// How many can be run.
    pub count: usize,
    /// Those that can be run.
    pub tools: Vec<ToolJson>,
    /// Those that cannot, and why.
    pub broken: Vec<BrokenToolJson>,
}

impl From<ToolEntry> for ToolJson {
    fn from(tool: ToolEntry) -> Self {
        let ToolEntry { slug, image, image_id, spec, citation } = tool;
        Self { slug, image, image_id, spec, citation }
    }
}

impl From<ToolFault> for BrokenToolJson {
    fn from(fault: ToolFault) -> Self {
        Self { slug: fault.slug, errors: fault.errors }
    }
}

impl From<ToolList> for ToolListJson {
    fn from(list: ToolList) -> Self {
        let tools: Vec<ToolJson> = list.tools.into_iter().map(Into::into).collect();
        Self { count: tools.len(), tools, broken: list.broken.into_iter().map(Into::into).collect() }
    }
}
