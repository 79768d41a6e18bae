//! The shape of a tool: its parameters and datasets, as a face shows them and a job is checked against them.
//!
//! Owns the types and how they look as JSON. Parsing and checking live beside this file.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use strum::{Display, EnumString, VariantNames};

/// One tool of a `tool.yml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    /// Its name: the key under `tools`.
    pub name: String,
    /// Its title; the name where the file has none.
    pub title: String,
    /// Its purpose, in Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The command in the image that runs it, where the file names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Its version, where the file names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its parameters by name, in the order of the file.
    #[serde(default)]
    pub parameters: IndexMap<String, Parameter>,
    /// Its datasets by name, in the order of the file.
    #[serde(default)]
    pub data: IndexMap<String, Dataset>,
    /// Oddities of the file that do not stop the tool, such as keys that nobody knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A parameter of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Whether it takes a list of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub array: bool,
    /// Whether it may be left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// The values of an enum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// The smallest number that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// The largest number that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// Its value where the caller gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Its meaning, in Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl Parameter {
    /// A parameter that is required and has no bounds.
    #[must_use]
    pub fn new(kind: ParameterType) -> Self {
        let (values, description) = (Vec::new(), String::new());
        Self { kind, array: false, optional: false, values, min: None, max: None, default: None, description }
    }

    /// Whether a caller has to give it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        !self.optional && self.default.is_none()
    }
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantNames)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum ParameterType {
    /// A text. `str` in a file means it too.
    #[strum(serialize = "str", to_string = "string")]
    String,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// True or false. `bool` in a file means it too.
    #[strum(serialize = "bool", to_string = "boolean")]
    Boolean,
    /// One of the values that the file lists.
    Enum,
    /// The path of a file that the tool knows. `file` in a file means it too.
    #[strum(serialize = "file", to_string = "asset")]
    Asset,
    /// A date and time of day, with or without a zone.
    Datetime,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A mapping.
    Struct,
}

impl ParameterType {
    /// Whether it has an order that bounds make sense for.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float)
    }
}

/// A dataset of a tool: a file, several, or a folder, that a caller gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// Its meaning, in Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The path of an example inside the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// Endings that its files may have, in lower case and without a dot; none for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<String>,
    /// Whether it may be left out. The standard does not know this, tools do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

impl Dataset {
    /// Whether a file of this name has an ending that the dataset takes.
    #[must_use]
    pub fn takes(&self, file_name: &str) -> bool {
        let name = file_name.to_lowercase();
        self.extension.is_empty() || self.extension.iter().any(|ending| name.ends_with(&format!(".{ending}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_names_and_aliases() {
        let standard = "string, integer, float, boolean, enum, asset, datetime, date, time, struct";
        assert_eq!(ParameterType::VARIANTS.join(", "), standard);
        let aliases = [("bool", "boolean"), ("str", "string"), ("file", "asset"), ("Integer", "integer")];
        let plain = ParameterType::VARIANTS.iter().map(|name| (*name, *name));
        for (alias, name) in plain.chain(aliases) {
            let kind = alias.parse::<ParameterType>().expect(alias);
            assert_eq!(
                (kind.to_string().as_str(), serde_json::to_value(kind).expect("serialises")),
                (name, name.into())
            );
        }
        "number".parse::<ParameterType>().expect_err("no type");
    }

    #[test]
    fn endings_ignore_case() {
        let dataset = Dataset { extension: vec!["csv".into(), "tar.gz".into()], ..Dataset::default() };
        for (name, expected) in [("a.CSV", true), ("a.tar.gz", true), ("csv", false), ("a.csv.gz", false), ("", false)]
        {
            assert_eq!(dataset.takes(name), expected, "{name}");
        }
        assert!(Dataset::default().takes("anything"));
    }
}
