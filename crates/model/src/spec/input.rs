//! The inputs of a tool under `/in`: distinct names for datasets, and the input JSON that points at them.
//!
//! Owns the names and the JSON. Each dataset has a place of its own, named for the dataset and not for the caller's
//! file, so that files of equal names are kept apart: a file is `/in/<dataset>.<ending>` as in the standard's examples; a
//! folder is `/in/<dataset>`, with the names inside it kept; several files lie in `/in/<dataset>/` and are given as a list.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where inputs lie in a container.
pub const IN_DIR: &str = "/in";
/// The input file of the standard and the one that gorun wrote.
const RESERVED: [&str; 2] = ["input.json", "inputs.json"];
/// The longest stem and ending of a name, in bytes.
const MAX_STEM: usize = 100;
const MAX_ENDING: usize = 20;

/// A dataset in the input JSON: names relative to `/in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DataValue {
    /// One file or a folder.
    One(String),
    /// Several files.
    Many(Vec<String>),
}

/// Gives out names under `/in`, none of them twice, also where a file system ignores case.
#[derive(Debug)]
pub struct InputNames {
    taken: BTreeSet<String>,
}

impl Default for InputNames {
    fn default() -> Self {
        Self { taken: RESERVED.map(str::to_owned).into() }
    }
}

impl InputNames {
    /// The name of a dataset that is one file, with the ending of the caller's own name.
    pub fn file(&mut self, dataset: &str, file_name: &str) -> String {
        self.free(&safe(dataset, MAX_STEM), &ending(file_name))
    }

    /// The name of a dataset that is a folder, or several files in one.
    pub fn folder(&mut self, dataset: &str) -> String {
        self.free(&safe(dataset, MAX_STEM), "")
    }

    fn free(&mut self, stem: &str, ending: &str) -> String {
        let numbered = (2..).map(|number| format!("{stem}_{number}{ending}"));
        let mut names = std::iter::once(format!("{stem}{ending}")).chain(numbered);
        names.find(|name| self.taken.insert(name.to_lowercase())).unwrap_or_default()
    }
}

/// The ending of a name with its dot, `.tar.gz` as a whole; nothing where it has none that is plain.
fn ending(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let Some((stem, last)) = name.rsplit_once('.').filter(|(stem, last)| !stem.is_empty() && plain(last)) else {
        return String::new();
    };
    let double = stem.rsplit_once('.').filter(|(stem, before)| !stem.is_empty() && *before == "tar");
    let ending = if double.is_some() { format!(".tar.{last}") } else { format!(".{last}") };
    if ending.len() > MAX_ENDING { String::new() } else { ending }
}

/// A name of letters, digits, `-`, `_` and dots that are not first.
fn safe(name: &str, longest: usize) -> String {
    let good = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let name: String = name.chars().map(good).take(longest).collect();
    match name.strip_prefix(['.', '-']) {
        Some(rest) => format!("_{rest}"),
        None if name.is_empty() => "_".to_owned(),
        None => name,
    }
}

/// The JSON that a tool reads: `{tool: {parameters, data}}` with paths under `/in`.
#[must_use]
pub fn input_json(tool: &str, parameters: &Map<String, Value>, data: &BTreeMap<String, DataValue>) -> Value {
    let path = |name: &String| Value::String(format!("{IN_DIR}/{name}"));
    let data: Map<String, Value> = data
        .iter()
        .map(|(dataset, value)| {
            let value = match value {
                DataValue::One(name) => path(name),
                DataValue::Many(names) => Value::Array(names.iter().map(path).collect()),
            };
            (dataset.clone(), value)
        })
        .collect();
    json!({ tool: { "parameters": parameters, "data": data } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datasets_with_equal_names_are_kept_apart() {
        let mut names = InputNames::default();
        let cases = [
            ("a", "data.csv", "a.csv"),
            ("b", "data.csv", "b.csv"),
            ("A", "data.csv", "A_2.csv"),
            ("input", "x.json", "input_2.json"),
            ("inputs", "x.JSON", "inputs_2.JSON"),
            ("c", "x.tar.gz", "c.tar.gz"),
            ("c.tar", "x.gz", "c.tar_2.gz"),
            ("d", ".hidden", "d"),
            ("e", "no_ending", "e"),
            ("f", "x.we ird", "f"),
            ("../../etc/passwd", "x.csv", "_._.._etc_passwd.csv"),
            ("-rf", "x", "_rf"),
            ("größe", "../x.dat", "gr__e.dat"),
            ("", "x", "_"),
        ];
        for (dataset, file, expected) in cases {
            assert_eq!(names.file(dataset, file), expected, "{dataset} {file}");
        }
        assert_eq!(names.folder("a"), "a");
        assert_eq!(names.folder("e"), "e_2", "a file has the name");
        assert!(names.file(&"n".repeat(5000), "x.csv").len() < 200);
    }

    #[test]
    fn the_input_has_the_standard_shape() {
        let parameters = json!({"foo_int": 42, "foo_array": [34, 55]});
        let Value::Object(parameters) = parameters else { panic!("an object") };
        let data = BTreeMap::from([
            ("foo_csv".to_owned(), DataValue::One("foo_csv.csv".into())),
            ("tiles".to_owned(), DataValue::Many(vec!["tiles/1".into(), "tiles/2".into()])),
        ]);
        let expected = json!({"foobar": {
            "parameters": {"foo_int": 42, "foo_array": [34, 55]},
            "data": {"foo_csv": "/in/foo_csv.csv", "tiles": ["/in/tiles/1", "/in/tiles/2"]},
        }});
        assert_eq!(input_json("foobar", &parameters, &data), expected);
    }
}
