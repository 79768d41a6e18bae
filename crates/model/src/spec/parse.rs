//! From the text of a `tool.yml` to its tools, good and broken.
//!
//! Owns the file's outer shape and what belongs to a tool as a whole, datasets included. Parameters are read beside it.

use super::finding::Findings;
use super::parameter::parse_parameter;
use super::tool::{Dataset, ToolSpec};
use super::yaml::{self, SpecError};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of the file in errors.
const FILE: &str = "tool.yml";
/// The longest name of a tool, parameter or dataset, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// Everything that a `tool.yml` says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolFile {
    /// The tools that can be run, in the order of the file.
    pub tools: Vec<ToolSpec>,
    /// The tools that cannot, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<BrokenTool>,
    /// Oddities of the file as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A tool that cannot be run because its description is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenTool {
    /// Its name.
    pub name: String,
    /// Everything that is wrong, each with the value and what is expected.
    pub errors: Vec<String>,
}

impl ToolFile {
    /// A tool by name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&ToolSpec> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}

/// Reads the tools of a `tool.yml`. A tool that is wrong is listed as broken and does not hide the others.
///
/// # Errors
/// [`SpecError`] where the file as a whole cannot be read.
pub fn parse_tools(bytes: &[u8]) -> Result<ToolFile, SpecError> {
    let root = yaml::parse(FILE, bytes)?;
    let shape = |reason: String| SpecError::Shape { file: FILE, reason };
    let tools = match root.get("tools") {
        Some(Value::Object(tools)) => tools,
        Some(Value::Null) | None => {
            return Err(shape("has no `tools`: a mapping of names to tools is expected".into()));
        }
        Some(other) => {
            return Err(shape(format!(
                "has {} as `tools`: a mapping of names to tools is expected",
                yaml::kind(other)
            )));
        }
    };
    let (mut file, mut outer) = (ToolFile::default(), Findings::default());
    outer.stray(FILE, &root, &["tools"]);
    for (name, node) in tools {
        let mut findings = Findings::default();
        let tool = parse_tool(name, node, &mut findings);
        if findings.errors.is_empty() {
            file.tools.push(ToolSpec { warnings: findings.warnings, ..tool });
        } else {
            file.broken.push(BrokenTool { name: name.clone(), errors: findings.errors });
        }
    }
    file.warnings = outer.warnings;
    Ok(file)
}

fn parse_tool(name: &str, node: &Value, findings: &mut Findings) -> ToolSpec {
    check_name("tool", name, findings);
    if !matches!(node, Value::Object(_)) {
        findings.error(format!("the tool is {}: a mapping with `title` is expected", yaml::kind(node)));
    }
    findings.stray("the tool", node, &["title", "description", "command", "version", "parameters", "data"]);
    let title = text(node, "title", findings).unwrap_or_else(|| {
        findings.warn("the tool has no title; its name is shown instead");
        name.to_owned()
    });
    ToolSpec {
        name: name.to_owned(),
        title,
        description: text(node, "description", findings).unwrap_or_default(),
        command: text(node, "command", findings),
        version: text(node, "version", findings),
        parameters: parse_parameters(node.get("parameters"), findings),
        data: parse_data(node.get("data"), findings),
        warnings: Vec::new(),
    }
}

/// A name that goes into messages, input files and the names of files.
fn check_name(what: &str, name: &str, findings: &mut Findings) {
    if name.trim().is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        let start: String = name.chars().take(40).collect();
        findings.error(format!(
            "{start:?} is no name of a {what}: 1 to {MAX_NAME_BYTES} bytes without control characters are expected"
        ));
    }
}

/// The text of a key; anything else is an error of the tool.
fn text(node: &Value, key: &str, findings: &mut Findings) -> Option<String> {
    let value = node.get(key).filter(|value| !value.is_null())?;
    let text = yaml::scalar(value);
    if text.is_none() {
        findings.error(format!("`{key}` is {}: a text is expected", yaml::kind(value)));
    }
    text
}

fn parse_parameters(node: Option<&Value>, findings: &mut Findings) -> IndexMap<String, super::Parameter> {
    let mut parameters = IndexMap::new();
    match node {
        None | Some(Value::Null) => {}
        Some(Value::Object(entries)) => {
            for (name, node) in entries {
                check_name("parameter", name, findings);
                parameters.extend(parse_parameter(name, node, findings).map(|parameter| (name.clone(), parameter)));
            }
        }
        Some(Value::Array(items)) if items.is_empty() => {}
        Some(other) => {
            findings
                .error(format!("`parameters` is {}: a mapping of names to parameters is expected", yaml::kind(other)));
        }
    }
    parameters
}

/// A mapping, a list of names, or a list of single-key maps.
fn parse_data(node: Option<&Value>, findings: &mut Findings) -> IndexMap<String, Dataset> {
    let mut data = IndexMap::new();
    let mut add = |name: &str, node: &Value, findings: &mut Findings| {
        check_name("dataset", name, findings);
        if data.insert(name.to_owned(), parse_dataset(name, node, findings)).is_some() {
            findings.error(format!("the dataset {name:?} is named twice"));
        }
    };
    match node {
        None | Some(Value::Null) => {}
        Some(Value::Object(entries)) => entries.iter().for_each(|(name, node)| add(name, node, findings)),
        Some(Value::Array(items)) => {
            for item in items {
                match (item, yaml::scalar(item)) {
                    (_, Some(name)) => add(&name, &Value::Null, findings),
                    (Value::Object(entries), _) if entries.len() == 1 => {
                        entries.iter().for_each(|(name, node)| add(name, node, findings));
                    }
                    _ => findings.error(format!(
                        "`data` lists {}: names and mappings with a single key are expected",
                        yaml::kind(item)
                    )),
                }
            }
        }
        Some(other) => findings.error(format!("`data` is {}: a mapping or a list is expected", yaml::kind(other))),
    }
    data
}

fn parse_dataset(name: &str, node: &Value, findings: &mut Findings) -> Dataset {
    let subject = format!("the dataset {name:?}");
    match node {
        Value::Null => return Dataset::default(),
        // `foo_csv: A CSV file` is seen in the field.
        Value::String(text) => return Dataset { description: text.clone(), ..Dataset::default() },
        Value::Object(_) => {}
        other => findings.error(format!("{subject} is {}: a mapping is expected", yaml::kind(other))),
    }
    findings.stray(&subject, node, &["description", "example", "extension", "optional"]);
    let optional = match node.get("optional") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(other) => {
            findings.error(format!("{subject}: `optional` is {}: true or false is expected", yaml::kind(other)));
            false
        }
    };
    let extension = parse_extension(&subject, node.get("extension"), findings);
    let description = node.get("description").and_then(yaml::scalar).unwrap_or_default();
    Dataset { description, example: node.get("example").and_then(yaml::scalar), extension, optional }
}

fn parse_extension(subject: &str, node: Option<&Value>, findings: &mut Findings) -> Vec<String> {
    let items = match node {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let mut endings = Vec::new();
    for item in items {
        let ending =
            yaml::scalar(item).map(|text| text.trim().trim_start_matches("*.").trim_matches('.').to_lowercase());
        match ending {
            Some(ending) if ending.contains(['/', '\0']) => {
                findings.error(format!("{subject}: {ending:?} is no ending of file names"));
            }
            // `*` and the empty text mean any.
            Some(ending) if ending.is_empty() || ending == "*" => return Vec::new(),
            Some(ending) => endings.push(ending),
            None => findings.error(format!("{subject}: `extension` has {}: texts are expected", yaml::kind(item))),
        }
    }
    endings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::ParameterType;

    const TEMPLATE: &str = r#"
tools:
  foobar:
    title: Foo Bar
    description: A dummy tool to exemplify the YAML file
    version: 1.10
    command: "python run.py"
    parameters:
      foo_int: {type: integer}
      foo_float: {type: float, min: 0, max: 1.5}
      foo_string: {type: string, enum: [a, b]}
      foo_enum: {type: enum, values: [foo, bar, baz]}
      foo_array: {type: integer, array: true}
      foo_struct: {type: struct, optional: true}
    data:
      foo_matrix: {extension: dat, description: A matrix file}
      foo_csv: {extension: [".CSV", tsv], description: "A CSV file", example: /in/foo.csv}
  no_data:
    title: Without data
  broken:
    title: [1]
    parameters:
      a: {type: number}
      b: {type: enum}
      c: {type: enum, values: [x], array: true}
      d: {type: integer, min: 3, max: 2}
      e: {}
    data: {d: 4}
"#;

    #[test]
    fn the_fields_of_the_standard_are_read() {
        let file = parse_tools(TEMPLATE.as_bytes()).expect("parses");
        let names: Vec<_> = file.tools.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!(names, ["foobar", "no_data"], "a broken tool does not hide the others");
        let tool = file.tool("foobar").expect("listed");
        assert_eq!(tool.command.as_deref(), Some("python run.py"));
        let order: Vec<_> = tool.parameters.keys().map(String::as_str).collect();
        assert_eq!(order, ["foo_int", "foo_float", "foo_string", "foo_enum", "foo_array", "foo_struct"]);
        assert!(tool.parameters["foo_array"].array && tool.parameters["foo_struct"].optional);
        assert_eq!(tool.parameters["foo_struct"].kind, ParameterType::Struct);
        assert_eq!(tool.parameters["foo_float"].min.as_ref().map(ToString::to_string).as_deref(), Some("0"));
        assert_eq!(tool.data["foo_csv"].extension, ["csv", "tsv"]);
        assert_eq!(tool.data["foo_matrix"].extension, ["dat"]);
        assert!(tool.warnings.iter().any(|text| text.contains("foo_string") && text.contains("enum")), "{tool:?}");
        assert!(file.tool("no_data").expect("listed").data.is_empty());
    }

    #[test]
    fn everything_wrong_with_a_tool_is_said_at_once() {
        let file = parse_tools(TEMPLATE.as_bytes()).expect("parses");
        let errors = &file.broken[0].errors;
        assert_eq!(errors.len(), 7, "{errors:#?}");
        for word in [
            "`title` is a list",
            "\"number\"",
            "`values`",
            "not allowed",
            "3",
            "\"e\" has no type",
            "\"d\" is a number",
        ] {
            assert!(errors.iter().any(|error| error.contains(word)), "{word}: {errors:#?}");
        }
    }

    #[test]
    fn data_comes_in_three_forms() {
        let forms = [
            "{a: {extension: csv}, b: }",
            "[a, b]",
            "[{a: {extension: csv}}, {b: }]",
            "[a: {extension: .csv}, b]",
            "\n      - a:\n      - b:\n",
        ];
        for form in forms {
            let file = parse_tools(format!("tools: \n  t:\n    title: T\n    data: {form}").as_bytes()).expect(form);
            assert!(file.broken.is_empty(), "{form}: {:?}", file.broken);
            assert_eq!(file.tools[0].data.keys().collect::<Vec<_>>(), ["a", "b"], "{form}");
        }
        for form in ["text", "[[a]]", "[{a: 1, b: 2}]", "{a: [1]}", "[a, a]", "{\"\": }", "[{a: {extension: a/b}}]"] {
            let file = parse_tools(format!("tools: {{t: {{title: T, data: {form}}}}}").as_bytes()).expect(form);
            assert_eq!(file.broken.len(), 1, "{form}");
        }
    }

    #[test]
    fn a_tool_travels_as_json() {
        let file = parse_tools(TEMPLATE.as_bytes()).expect("parses");
        let json = serde_json::to_string(&file).expect("serialises");
        assert!(
            json.contains(r#""foo_int":{"type":"integer"},"foo_float":{"type":"float","min":0,"max":1.5}"#),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<ToolFile>(&json).expect("parses"), file);
    }

    #[test]
    fn files_of_another_shape_are_refused() {
        for text in ["", "a: 1", "tools: [a]", "tools: x", "- tools", "tools:"] {
            let error = parse_tools(text.as_bytes()).expect_err(text).to_string();
            assert!(error.contains("`tools`"), "{text}: {error}");
        }
        assert_eq!(parse_tools(b"tools: {}").expect("no tools"), ToolFile::default());
    }
}
