//! YAML into a JSON value that keeps the order of keys, under caps that a hostile file cannot pass.
//!
//! Owns the caps (bytes, depth, nodes, aliases) and the words for a value's type. Knows nothing of tools.

use super::MAX_SPEC_BYTES;
use serde_json::Value;

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
        /// The parser's message, in one line.
        reason: String,
    },
    /// It is YAML of another shape.
    #[error("{file} {reason}")]
    Shape {
        /// Which file.
        file: &'static str,
        /// The fault, and the expected value.
        reason: String,
    },
}

/// Parses the only document of a file. Keys are texts and keep their order.
pub(super) fn parse(file: &'static str, bytes: &[u8]) -> Result<Value, SpecError> {
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

/// A text, number or boolean as text: people leave values unquoted that are meant as text, such as a version.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The type of a value, for messages.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
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
        null_as_string: true,
        with_snippet: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Value, SpecError> {
        super::parse("tool.yml", text.as_bytes())
    }

    #[test]
    fn keys_keep_their_order_and_merges_work() {
        let text = "base: &b {x: 1}\nz: {<<: *b, y: 2.5}\na: [true, ~, text, 2020-01-01, .nan]\n1: null\n~:";
        let json =
            r#"{"base":{"x":1},"z":{"y":2.5,"x":1},"a":[true,null,"text","2020-01-01",".nan"],"1":null,"~":null}"#;
        assert_eq!(parse(text).expect("parses").to_string(), json);
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_with_its_line() {
        for text in ["a: 1\nb: {c: 1,\n c: 2}", "a: {b: {}}\nb: x\na: y", "? [a]\n: b\nc: d"] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.starts_with("tool.yml is not YAML that can be read: line "), "{error}");
        }
        let error = parse("a: 1\nb: 2\na: 3").expect_err("twice").to_string();
        assert!(error.contains("line 3, column 1: ") && error.contains("duplicate"), "{error}");
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
        assert_eq!(super::parse("tool.yml", b"\xff\xfe\xfd"), Err(SpecError::NotText { file: "tool.yml" }));
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
