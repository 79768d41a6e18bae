//! JSON schemas of arguments and results.
//!
//! Owns the form that clients get along with: no references (not every client follows them) and no number formats (they
//! are not part of the standard, and validators complain).

use rmcp::model::JsonObject;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// The schema of arguments.
pub(super) fn input<T: JsonSchema>() -> JsonObject {
    of::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

/// The schema of a result.
pub(super) fn output<T: JsonSchema>() -> JsonObject {
    of::<T>(SchemaSettings::draft2020_12().for_serialize())
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

fn of<T: JsonSchema>(settings: SchemaSettings) -> JsonObject {
    let settings = settings.with(|settings| settings.inline_subschemas = true);
    let plain = RecursiveTransform(|schema: &mut Schema| {
        // `remove` would put the last key in its place.
        schema.as_object_mut().and_then(|object| object.shift_remove("format"));
        join_names(schema);
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
