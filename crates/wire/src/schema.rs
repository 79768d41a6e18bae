//! JSON schemas of arguments and results.
//!
//! Owns the form that clients get along with: no references (not every client follows them) and no number formats (they
//! are not part of the standard, and validators complain).

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// An object of JSON.
pub type JsonObject = Map<String, Value>;

/// The schema of arguments.
#[must_use]
pub fn input<T: JsonSchema>() -> JsonObject {
    of::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

/// A schema without descriptions of its properties, but for some: another tool has described the rest.
#[must_use]
pub fn without_words(mut schema: JsonObject, keep: &[&str]) -> JsonObject {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (_, property) in properties.into_iter().flatten().filter(|(name, _)| !keep.contains(&name.as_str())) {
        strip_words(property);
    }
    schema
}

fn strip_words(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("description").is_some_and(Value::is_string) {
                members.shift_remove("description");
            }
            members.values_mut().for_each(strip_words);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_words),
        _ => {}
    }
}

/// The schema of a result: names and types of its fields. Clients pass schemas on to models, and what a field means is plain
/// from a result.
#[must_use]
pub fn output<T: JsonSchema>() -> JsonObject {
    let full = of::<T>(SchemaSettings::draft2020_12().for_serialize());
    let branches = full.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let objects = branches.filter_map(Value::as_object).chain([&full]);
    let mut fields = JsonObject::new();
    for (name, field) in objects.filter_map(|one| one.get("properties")).filter_map(Value::as_object).flatten() {
        let brief = brief(field);
        match fields.get(name) {
            // A field that differs between an outcome and a refusal, such as `status`.
            Some(other) if *other != brief => drop(fields.insert(name.clone(), json!({}))),
            _ => drop(fields.insert(name.clone(), brief)),
        }
    }
    let schema = json!({ "type": "object", "properties": fields });
    schema.as_object().cloned().unwrap_or_default()
}

/// The type of a field.
fn brief(field: &Value) -> Value {
    field.get("type").map_or_else(|| json!({}), |kind| json!({ "type": kind }))
}

/// Makes an `enum` of alternatives that are nothing but names: their descriptions are those of Rust variants.
fn join_names(schema: &mut Schema) {
    let name = |one: &Value| one.get("const").filter(|name| name.is_string()).cloned();
    let names = schema.get("oneOf").and_then(Value::as_array).map(|all| all.iter().map(name).collect());
    if let Some(Some(names)) = names {
        schema.as_object_mut().and_then(|object| object.shift_remove("oneOf"));
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), Value::Array(names));
    }
}

/// Leaves out what says nothing: defaults that are empty, and `null` beside a type, which means absent as everywhere.
fn leave_out(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    if object.get("default").is_some_and(empty) {
        object.shift_remove("default");
    }
    if let Some(Value::Array(kinds)) = object.get("type")
        && let [kind, Value::String(null)] = &kinds[..]
        && null == "null"
    {
        let kind = kind.clone();
        object.insert("type".to_owned(), kind);
    }
}

fn of<T: JsonSchema>(settings: SchemaSettings) -> JsonObject {
    let settings = settings.with(|settings| settings.inline_subschemas = true);
    let plain = RecursiveTransform(|schema: &mut Schema| {
        // `remove` would put the last key in its place.
        schema.as_object_mut().and_then(|object| object.shift_remove("format"));
        join_names(schema);
        leave_out(schema);
    });
    let schema = settings.with_transform(plain).into_generator().into_root_schema_for::<T>();
    let Value::Object(mut object) = schema.to_value() else { return JsonObject::new() };
    // The name and doc of a Rust type say nothing to a client.
    for key in ["title", "description", "$schema"] {
        object.shift_remove(key);
    }
    // Unions lack it, and the protocol wants it.
    object.insert("type".to_owned(), "object".into());
    object
}
