//! Values from a command line: `-p name=value` is text, the tool says of what type it is meant.
//!
//! Owns the conversion. Whether the value then fits is `validate`'s.

use super::tool::{ParameterType, ToolSpec};
use super::validate::{Field, ValidationError, nearest};
use super::value::ErrorType;
use serde_json::Value;

/// The value that a text means for a parameter. Lists are JSON (`[1, 2]`) or separated by commas (`1,2`; the empty text
/// is the empty list), mappings are JSON; a text stays exactly as it is.
///
/// # Errors
/// [`ValidationError`] where there is no such parameter, or the text cannot mean its type.
pub fn from_text(spec: &ToolSpec, name: &str, text: &str) -> Result<Value, ValidationError> {
    let Some(parameter) = spec.parameters.get(name) else {
        let known: Vec<&str> = spec.parameters.keys().map(String::as_str).collect();
        let near = nearest(name, &known).map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
        let takes = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let message = format!("parameter {name:?} is not known: the tool takes {takes}{near}");
        return Err(error(name, ErrorType::NotAllowed, takes, name, message));
    };
    let kind = parameter.kind;
    let value = if parameter.array { list(kind, text) } else { one(kind, text) };
    value.ok_or_else(|| {
        let expected = match (parameter.array, kind) {
            (true, ParameterType::Struct) => "a JSON list of structs".to_owned(),
            (true, kind) => format!("a list of {kind}, as JSON or separated by commas"),
            (false, ParameterType::Struct) => "a struct as a JSON object".to_owned(),
            (false, kind) => kind.to_string(),
        };
        let shown: String = text.chars().take(80).collect();
        let message = format!("parameter {name:?}: {expected} is expected, not {shown:?}");
        error(name, ErrorType::WrongType, expected, &shown, message)
    })
}

fn error(name: &str, kind: ErrorType, expected: String, actual: &str, message: String) -> ValidationError {
    ValidationError {
        field: Field::Parameters,
        name: name.to_owned(),
        kind,
        expected,
        actual: actual.to_owned(),
        message,
    }
}

fn list(kind: ParameterType, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && let Ok(Value::Array(items)) = serde_json::from_str(trimmed)
    {
        return Some(Value::Array(items));
    }
    if trimmed.is_empty() {
        return Some(Value::Array(Vec::new()));
    }
    if kind == ParameterType::Struct {
        return None;
    }
    trimmed.split(',').map(|item| one(kind, item.trim())).collect::<Option<Vec<_>>>().map(Value::Array)
}

fn one(kind: ParameterType, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    match kind {
        // `validate` says whether it is a text, a choice or a date: here nothing is lost.
        ParameterType::String
        | ParameterType::Asset
        | ParameterType::Enum
        | ParameterType::Datetime
        | ParameterType::Date
        | ParameterType::Time => Some(text.into()),
        ParameterType::Integer => {
            let digits = trimmed.strip_prefix('+').unwrap_or(trimmed);
            let signed = digits.parse::<i64>().map(Value::from);
            // A fraction of zero is whole; any other is refused with the parameter's own words by `validate`.
            signed.or_else(|_| digits.parse::<u64>().map(Value::from)).ok().or_else(|| float(digits))
        }
        ParameterType::Float => trimmed.parse::<i64>().map(Value::from).ok().or_else(|| float(trimmed)),
        ParameterType::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true.into()),
            "false" | "no" | "off" | "0" => Some(false.into()),
            _ => None,
        },
        ParameterType::Struct => serde_json::from_str(trimmed).ok().filter(Value::is_object),
    }
}

fn float(text: &str) -> Option<Value> {
    let value = text.parse::<f64>().ok()?;
    serde_json::Number::from_f64(value).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Parameter;
    use serde_json::json;

    #[test]
    fn texts_become_what_the_tool_takes() {
        use ParameterType as T;
        let cases = [
            (T::String, false, "5", Some(json!("5"))),
            (T::String, false, " --flag; rm -rf $(x) ", Some(json!(" --flag; rm -rf $(x) "))),
            (T::String, true, "a, b", Some(json!(["a", "b"]))),
            (T::String, true, r#"["a, b", "c"]"#, Some(json!(["a, b", "c"]))),
            (T::String, true, "[a", Some(json!(["[a"]))),
            (T::Integer, false, "-3", Some(json!(-3))),
            (T::Integer, false, "+3", Some(json!(3))),
            (T::Integer, false, "18446744073709551615", Some(json!(u64::MAX))),
            (T::Integer, false, "3.0", Some(json!(3.0))),
            (T::Integer, false, "3x", None),
            (T::Integer, true, "34,55", Some(json!([34, 55]))),
            (T::Integer, true, "[34, 55]", Some(json!([34, 55]))),
            (T::Integer, true, "", Some(json!([]))),
            (T::Integer, true, "34,,55", None),
            (T::Float, false, "1e-3", Some(json!(0.001))),
            (T::Float, false, "2", Some(json!(2))),
            (T::Float, false, "nan", None),
            (T::Float, false, "inf", None),
            (T::Boolean, false, "Yes", Some(json!(true))),
            (T::Boolean, false, "0", Some(json!(false))),
            (T::Boolean, false, "maybe", None),
            (T::Date, false, "2020-01-01", Some(json!("2020-01-01"))),
            (T::Struct, false, r#"{"a": 1}"#, Some(json!({"a": 1}))),
            (T::Struct, false, "[1]", None),
            (T::Struct, true, r#"[{"a": 1}]"#, Some(json!([{"a": 1}]))),
            (T::Struct, true, "a", None),
        ];
        for (kind, array, text, expected) in cases {
            let parameter = Parameter { array, ..Parameter::new(kind) };
            let spec = ToolSpec {
                name: "t".into(),
                title: "T".into(),
                description: String::new(),
                command: None,
                version: None,
                parameters: [("p".to_owned(), parameter)].into(),
                data: [].into(),
                warnings: Vec::new(),
            };
            assert_eq!(from_text(&spec, "p", text).ok(), expected, "{kind} {array} {text:?}");
            let error = from_text(&spec, "q", text).expect_err("unknown");
            assert_eq!((error.kind, error.message.contains("takes p")), (ErrorType::NotAllowed, true));
        }
    }
}
