//! Arguments as models write them: JSON inside a text, numbers as text, `null` for "not given".
//!
//! Owns the changes that a schema allows. A value that fits its schema is left alone, and so is one that nothing makes fit: the
//! strict reading then says what is wrong.

use serde_json::{Map, Value};

/// Makes the arguments of a tool fit its schema where their meaning is plain.
pub(super) fn fit_arguments(arguments: &mut Map<String, Value>, schema: &Map<String, Value>) {
    let Some(Value::Object(properties)) = schema.get("properties") else { return };
    for (name, value) in arguments.iter_mut() {
        if let Some(schema) = properties.get(name) {
            fit(value, schema);
        }
    }
    // `null` means absent, also for what is required: that it is missing is the better message.
    arguments.retain(|name, value| !value.is_null() || !properties.contains_key(name));
}

fn fit(value: &mut Value, schema: &Value) {
    if !accepts(schema, value) {
        let changed = match &*value {
            Value::String(text) => from_text(text, schema),
            Value::Number(number) if takes(schema, "string") => Some(number.to_string().into()),
            Value::Bool(flag) if takes(schema, "string") => Some(flag.to_string().into()),
            // One thing where a list of things is expected.
            other if takes(schema, "array") && !other.is_null() => Some(Value::Array(vec![other.clone()])),
            _ => None,
        };
        if let Some(changed) = changed {
            *value = changed;
        }
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| fit(item, &schema["items"])),
        Value::Object(members) => match schema.get("properties") {
            Some(_) => fit_arguments(members, schema.as_object().unwrap_or(&Map::new())),
            None => members.values_mut().for_each(|member| fit(member, &schema["additionalProperties"])),
        },
        _ => {}
    }
}

/// The value that a text means where the schema takes no text.
fn from_text(text: &str, schema: &Value) -> Option<Value> {
    let parsed = || serde_json::from_str::<Value>(text.trim()).ok().filter(|value| accepts(schema, value));
    if let Some(value) = parsed() {
        return Some(value);
    }
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" if takes(schema, "boolean") => Some(true.into()),
        "false" | "no" if takes(schema, "boolean") => Some(false.into()),
        "" | "null" | "none" if !takes(schema, "array") => Some(Value::Null),
        _ if takes(schema, "array") => Some(Value::Array(vec![text.into()])),
        _ => None,
    }
}

/// Whether a schema takes values of a type.
fn takes(schema: &Value, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == kind,
        Some(Value::Array(some)) => some.iter().any(|one| one == kind),
        _ => schema.get("anyOf").and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| takes(one, kind))),
    }
}

/// Whether a schema takes the type of a value. A schema without a type takes all.
fn accepts(schema: &Value, value: &Value) -> bool {
    if schema.get("type").is_none() && schema.get("anyOf").is_none() {
        return true;
    }
    match value {
        Value::Null => takes(schema, "null"),
        Value::Bool(_) => takes(schema, "boolean"),
        Value::Number(number) => takes(schema, "number") || (takes(schema, "integer") && !is_fraction(number)),
        Value::String(_) => takes(schema, "string"),
        Value::Array(_) => takes(schema, "array"),
        Value::Object(_) => takes(schema, "object"),
    }
}

fn is_fraction(number: &serde_json::Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() != 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_meant_fits() {
        let schema = json!({ "properties": {
            "code": { "type": "string" },
            "args": { "type": "array", "items": { "type": "string" } },
            "limits": { "type": "object", "properties": { "timeout_ms": { "type": "integer" } } },
            "env": { "type": "object", "additionalProperties": { "type": "string" } },
            "network": { "type": "boolean" },
            "image": { "type": ["string", "null"] },
        } });
        let cases = [
            (json!({ "limits": "{\"timeout_ms\": 5000}" }), json!({ "limits": { "timeout_ms": 5000 } })),
            (json!({ "limits": { "timeout_ms": "5000" } }), json!({ "limits": { "timeout_ms": 5000 } })),
            (json!({ "args": "[1, \"a\"]" }), json!({ "args": ["1", "a"] })),
            (json!({ "args": "--fast" }), json!({ "args": ["--fast"] })),
            (json!({ "args": [1, true] }), json!({ "args": ["1", "true"] })),
            (json!({ "env": { "A": 1 } }), json!({ "env": { "A": "1" } })),
            (json!({ "network": "False" }), json!({ "network": false })),
            (json!({ "args": null, "image": null, "code": null }), json!({})),
            (json!({ "code": "[1]" }), json!({ "code": "[1]" })),
            (json!({ "limits": "much", "other": null }), json!({ "limits": "much", "other": null })),
        ];
        for (mut given, expected) in cases {
            fit_arguments(given.as_object_mut().expect("an object"), schema.as_object().expect("an object"));
            assert_eq!(given, expected);
        }
    }
}
