//! YAML into a plain tree that keeps the order of keys, under caps that a hostile file cannot pass.
//!
//! Owns the caps (bytes, depth, nodes, aliases) and the tree. Knows nothing of tools.

use super::MAX_SPEC_BYTES;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Collections within each other.
const MAX_DEPTH: usize = 32;
/// Values in a file, those of aliases included.
const MAX_NODES: usize = 50_000;

/// A file that cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// It is too large.
    #[error("{file} has {bytes} bytes: at most {MAX_SPEC_BYTES} are read")]
    TooLarge {
        /// Which file.
        file: &'static str,
        /// Its size.
        bytes: usize,
    },
    /// It is not UTF-8 text.
    #[error("{file} is not UTF-8 text")]
    NotText {
        /// Which file.
        file: &'static str,
    },
    /// It is not YAML, or passes a cap on depth, values or aliases.
    #[error("{file} is not YAML that can be read: {reason}")]
    Yaml {
        /// Which file.
        file: &'static str,
        /// What the parser says, in one line.
        reason: String,
    },
    /// It is YAML of another shape.
    #[error("{file} {reason}")]
    Shape {
        /// Which file.
        file: &'static str,
        /// What is wrong, and what is expected.
        reason: String,
    },
}

/// A YAML value. Keys are texts and keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Nothing, or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Parses the only document of a file.
    pub(super) fn parse(file: &'static str, bytes: &[u8]) -> Result<Self, SpecError> {
        if bytes.len() > MAX_SPEC_BYTES {
            return Err(SpecError::TooLarge { file, bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| SpecError::NotText { file })?;
        serde_saphyr::from_str_with_options(text, options()).map_err(|error| {
            let place = error.location().map(|place| format!("line {}, column {}: ", place.line(), place.column()));
            let reason = error.without_snippet().to_string();
            let reason = reason.lines().next().unwrap_or_default().chars().take(300).collect::<String>();
            SpecError::Yaml { file, reason: format!("{}{reason}", place.unwrap_or_default()) }
        })
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A text, number or boolean as text; what people leave unquoted, such as a version, is meant as one.
    pub(super) fn scalar(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }

    /// The same as JSON.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.clone()),
            Self::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Self::Map(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_json())).collect::<Map<_, _>>())
            }
        }
    }
}

fn options() -> serde_saphyr::Options {
    let budget = serde_saphyr::budget! {
        max_depth: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
        max_events: 4 * MAX_NODES,
        max_nodes: MAX_NODES,
        max_aliases: 1000,
        max_anchors: 1000,
        max_recorded_anchor_events: MAX_NODES,
        max_recorded_anchor_bytes: 4 * MAX_SPEC_BYTES,
        max_documents: 1,
        max_total_scalar_bytes: 4 * MAX_SPEC_BYTES,
        max_merge_keys: 1000,
    };
    serde_saphyr::options! {
        budget: budget,
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_NODES,
            max_replay_stack_depth: 8,
        },
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::AsString,
        strict_booleans: true,
        with_snippet: false,
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Number::from_f64(value).map_or_else(|| Node::Text(value.to_string()), Node::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key::<Node>()? {
            let Some(key) = key.scalar().or_else(|| (key == Node::Null).then(|| "null".to_owned())) else {
                return Err(serde::de::Error::custom("a key is a list or a mapping; keys are texts"));
            };
            map.push((key, entries.next_value()?));
        }
        Ok(Node::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Node, SpecError> {
        Node::parse("tool.yml", text.as_bytes())
    }

    #[test]
    fn keys_keep_their_order_and_merges_work() {
        let node = parse("base: &b {x: 1}\nz: {<<: *b, y: 2.5}\na: [true, ~, text, 2020-01-01]").expect("parses");
        assert_eq!(
            node.to_json(),
            serde_json::json!({"base": {"x": 1}, "z": {"x": 1, "y": 2.5}, "a": [true, null, "text", "2020-01-01"]})
        );
        let Node::Map(entries) = node else { panic!("a mapping") };
        assert_eq!(entries.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["base", "z", "a"]);
    }

    #[test]
    fn bombs_and_depths_and_sizes_are_refused() {
        let mut laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (name, of) in [("b", "a"), ("c", "b"), ("d", "c"), ("e", "d"), ("f", "e"), ("g", "f"), ("h", "g")] {
            laughs += &format!("{name}: &{name} [{}]\n", vec![format!("*{of}"); 10].join(", "));
        }
        let deep = format!("{}x{}", "[".repeat(5000), "]".repeat(5000));
        let block = (0..200).map(|depth| format!("{}k:\n", " ".repeat(depth))).collect::<String>();
        for text in [laughs, deep, block, "a: b: c".into(), "a: [".into(), "--- a\n--- b".into(), "a: *no".into()] {
            let error = parse(&text).expect_err(&text[..text.len().min(80)]).to_string();
            assert!(error.starts_with("tool.yml is not YAML that can be read: ") && error.len() < 500, "{error}");
        }
        let error = parse(&"#".repeat(MAX_SPEC_BYTES + 1)).expect_err("large");
        assert_eq!(error.to_string(), "tool.yml has 1048577 bytes: at most 1048576 are read");
        assert_eq!(Node::parse("tool.yml", b"\xff\xfe\xfd"), Err(SpecError::NotText { file: "tool.yml" }));
    }

    #[test]
    fn fuzz_tool_files() {
        let seeds = ["tools: {a: {title: x}}", "a: &a [*a]", "- !!binary x\n- .nan", "? [a]\n: b", "<<: [1]"];
        runcell_fuzzing::attack("fuzz_tool_files", &seeds.map(str::as_bytes), |input| {
            let _ = super::super::parse_tools(input);
            let _ = super::super::parse_citation(input);
        });
    }
}
