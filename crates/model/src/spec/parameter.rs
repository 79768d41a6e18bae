//! One parameter of a `tool.yml`: its type, bounds, values and default, and what is wrong with them.
//!
//! Owns the rules of the standard for a parameter's own description. What a caller gives is checked in `validate`.

use super::finding::Findings;
use super::tool::{Parameter, ParameterType};
use super::value::check_value;
use super::yaml;
use serde_json::{Number, Value};
use strum::VariantNames;

const KEYS: [&str; 8] = ["type", "array", "optional", "values", "min", "max", "default", "description"];

/// Reads a parameter; none where it has no type that is known.
pub(super) fn parse_parameter(name: &str, node: &Value, findings: &mut Findings) -> Option<Parameter> {
    let subject = format!("the parameter {name:?}");
    // `foo: integer` is seen in the field.
    let kind = match node {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) => node.get("type").and_then(yaml::scalar),
        other => {
            findings.error(format!("{subject} is {}: a mapping with `type` is expected", yaml::kind(other)));
            return None;
        }
    };
    let Some(kind_name) = kind else {
        findings.error(format!("{subject} has no type: {} are expected", types()));
        return None;
    };
    let Ok(kind) = kind_name.trim().parse::<ParameterType>() else {
        findings.error(format!("{subject} has the type {kind_name:?}: {} are expected", types()));
        return None;
    };
    findings.stray(&subject, node, &KEYS);
    let mut parameter = Parameter::new(kind);
    parameter.array = flag(&subject, node, "array", findings);
    parameter.optional = flag(&subject, node, "optional", findings);
    parameter.description = node.get("description").and_then(yaml::scalar).unwrap_or_default();
    values(&subject, node, &mut parameter, findings);
    bounds(&subject, node, &mut parameter, findings);
    default(&subject, node, &mut parameter, findings);
    Some(parameter)
}

fn types() -> String {
    ParameterType::VARIANTS.join(", ")
}

/// A key that is true or false.
fn flag(subject: &str, node: &Value, key: &str, findings: &mut Findings) -> bool {
    match node.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(Value::String(text)) if ["yes", "on"].contains(&text.to_lowercase().as_str()) => true,
        Some(Value::String(text)) if ["no", "off"].contains(&text.to_lowercase().as_str()) => false,
        Some(other) => {
            findings.error(format!("{subject}: `{key}` is {}: true or false is expected", yaml::kind(other)));
            false
        }
    }
}

fn values(subject: &str, node: &Value, parameter: &mut Parameter, findings: &mut Findings) {
    let values = node.get("values").filter(|value| !value.is_null());
    if parameter.kind != ParameterType::Enum {
        if values.is_some() {
            findings.warn(format!("{subject}: `values` is for enums and ignored for {}", parameter.kind));
        }
        return;
    }
    if parameter.array {
        findings.error(format!("{subject}: `array` is not allowed with enum"));
    }
    match values {
        Some(Value::Array(items)) if !items.is_empty() => {
            if let Some(bad) = items.iter().find(|item| yaml::scalar(item).is_none()) {
                findings.error(format!("{subject}: `values` holds {}: texts or numbers are expected", yaml::kind(bad)));
            }
            parameter.values = items.clone();
        }
        other => {
            let kind = other.map_or("missing", yaml::kind);
            findings.error(format!("{subject}: `values` is {kind}: an enum needs a list of at least one value"));
        }
    }
}

fn bounds(subject: &str, node: &Value, parameter: &mut Parameter, findings: &mut Findings) {
    for key in ["min", "max"] {
        let Some(value) = node.get(key).filter(|value| !value.is_null()) else { continue };
        if !parameter.kind.is_number() {
            findings.warn(format!("{subject}: `{key}` is for numbers and ignored for {}", parameter.kind));
            continue;
        }
        let Some(bound) = number(value) else {
            findings.error(format!("{subject}: `{key}` is {}: a number is expected", yaml::kind(value)));
            continue;
        };
        *(if key == "min" { &mut parameter.min } else { &mut parameter.max }) = Some(bound);
    }
    if let (Some(min), Some(max)) = (&parameter.min, &parameter.max)
        && min.as_f64() > max.as_f64()
    {
        findings.error(format!("{subject}: `min` {min} is above `max` {max}: no value fits"));
    }
}

/// A number, also one that was written in quotes.
fn number(node: &Value) -> Option<Number> {
    match node {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => {
            let text = text.trim();
            text.parse::<i64>().map(Number::from).ok().or_else(|| Number::from_f64(text.parse().ok()?))
        }
        _ => None,
    }
}

/// A default that does not fit is kept, warned of here, and an error only for a run that would use it.
fn default(subject: &str, node: &Value, parameter: &mut Parameter, findings: &mut Findings) {
    let Some(value) = node.get("default").filter(|value| !value.is_null()) else { return };
    let mut value = value.clone();
    if let (ParameterType::Boolean, Some(text)) = (parameter.kind, value.as_str()) {
        match text.to_lowercase().as_str() {
            "yes" | "on" | "true" => value = true.into(),
            "no" | "off" | "false" => value = false.into(),
            _ => {}
        }
    }
    match check_value(parameter, &value) {
        Ok(value) => parameter.default = Some(value),
        Err(problem) => {
            findings.warn(format!("{subject}: `default` does not fit: {}", problem.words));
            parameter.default = Some(value);
        }
    }
}
