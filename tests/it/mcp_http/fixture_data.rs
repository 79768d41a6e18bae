//! The answers and schemas of the fixtures that are always the same.

use serde_json::{Value, json};

pub const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

/// The tools of which each answer is always the same.
pub const FIXED: [&str; 7] = [
    "test_simple_text",
    "test_image_content",
    "test_audio_content",
    "test_embedded_resource",
    "test_multiple_content_types",
    "test_error_handling",
    "test_reconnection",
];

/// The answer of a tool that has always the same.
pub fn fixed(name: &str) -> Option<Value> {
    let embedded = |uri: &str, media: &str, text: &str| json!({ "type": "resource", "resource": { "uri": uri, "mimeType": media, "text": text } });
    let image = json!({ "type": "image", "data": PNG, "mimeType": "image/png" });
    let words = |words: &str| json!({ "type": "text", "text": words });
    let content = match name {
        "test_simple_text" => json!([words("This is a simple text response for testing.")]),
        "test_image_content" => json!([image]),
        "test_audio_content" => json!([{ "type": "audio", "data": WAV, "mimeType": "audio/wav" }]),
        "test_embedded_resource" => {
            json!([embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")])
        }
        "test_multiple_content_types" => {
            let data = embedded("test://mixed-content-resource", "application/json", r#"{"test":"data","value":123}"#);
            json!([words("Multiple content types test:"), image, data])
        }
        "test_error_handling" => json!([words("This tool intentionally returns an error for testing")]),
        "test_reconnection" => json!([words("Reconnection test completed")]),
        _ => return None,
    };
    Some(json!({ "content": content, "isError": name == "test_error_handling" }))
}

/// The input that a tool takes.
pub fn schema(name: &str) -> Value {
    let one =
        |name: &str| json!({ "type": "object", "properties": { name: { "type": "string" } }, "required": [name] });
    match name {
        "test_sampling" => one("prompt"),
        "test_elicitation" => one("message"),
        "test_custom_header" => json!({
            "type": "object",
            "properties": { "value": { "type": "string", "x-mcp-header": "Value" } },
            "required": ["value"],
        }),
        "json_schema_2020_12_tool" => json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": { "address": { "$anchor": "address", "type": "object",
                "properties": { "street": { "type": "string" }, "city": { "type": "string" } } } },
            "properties": { "name": { "type": "string" }, "address": { "$ref": "#/$defs/address" } },
            "allOf": [{ "anyOf": [{ "required": ["name"] }, { "required": ["address"] }] }],
            "if": { "required": ["address"] },
            "then": { "properties": { "address": { "required": ["street"] } } },
            "else": { "required": ["name"] },
            "additionalProperties": false,
        }),
        _ => json!({ "type": "object", "properties": {} }),
    }
}

/// The questions of a form.
pub fn form(name: &str, message: &str) -> Value {
    let choices = |values: &[(&str, &str)]| -> Vec<Value> {
        values.iter().map(|(value, title)| json!({ "const": value, "title": title })).collect()
    };
    let options = json!(["option1", "option2", "option3"]);
    let properties = match name {
        "test_elicitation" => json!({
            "username": { "type": "string", "description": "User's response" },
            "email": { "type": "string", "description": "User's email address" },
        }),
        "test_elicitation_sep1034_defaults" => json!({
            "name": { "type": "string", "default": "John Doe" },
            "age": { "type": "integer", "default": 30 },
            "score": { "type": "number", "default": 95.5 },
            "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" },
            "verified": { "type": "boolean", "default": true },
        }),
        _ => json!({
            "untitledSingle": { "type": "string", "enum": options },
            "titledSingle": { "type": "string",
                "oneOf": choices(&[("value1", "First Option"), ("value2", "Second Option"), ("value3", "Third Option")]) },
            "legacyEnum": { "type": "string", "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"] },
            "untitledMulti": { "type": "array", "items": { "type": "string", "enum": options } },
            "titledMulti": { "type": "array", "items": {
                "anyOf": choices(&[("value1", "First Choice"), ("value2", "Second Choice"), ("value3", "Third Choice")]) } },
        }),
    };
    let required = if name == "test_elicitation" { json!(["username", "email"]) } else { json!([]) };
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    json!({ "method": "elicitation/create", "params": { "mode": "form", "message": message, "requestedSchema": schema } })
}
