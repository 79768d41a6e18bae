//! The description of the API as a page for people.
//!
//! Owns the page: it is made from the document, once, and fetches nothing. There is no script in it.

use serde_json::Value;
use std::fmt::Write;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
h2{margin-top:2.5rem;border-bottom:1px solid #ccc}details{margin:.4rem 0}summary{cursor:pointer}\
code,pre{font:13px/1.4 ui-monospace,monospace}pre{background:#f4f4f4;padding:.7rem;overflow:auto}\
.m{display:inline-block;width:4.5rem;font-weight:700}.r{color:#555;font-size:13px}table{border-collapse:collapse}\
td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}\
@media(prefers-color-scheme:dark){body{background:#16181b;color:#ddd}pre{background:#22252a}h2{border-color:#444}.r{color:#aaa}}";

/// The style's own digest is the only thing that the page's policy allows.
pub(crate) const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The page of a document.
pub(crate) fn page(document: &Value) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>runcell: the HTTP API</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body><h1>The HTTP API</h1>\
         <p>Version {}. For programs: <a href=\"openapi.json\">openapi.json</a>. A request says who asks with the header \
         <code>Authorization: Bearer TOKEN</code>. Whatever is refused is <code>application/problem+json</code>, with \
         <code>reason</code> and <code>detail</code>.</p>",
        escaped(text(&document["info"]["version"]))
    );
    for tag in tags(document) {
        let _ = write!(page, "<h2>{}</h2>", escaped(tag));
        for (path, method, operation) in operations(document).filter(|(.., operation)| operation["tags"][0] == tag) {
            write_operation(&mut page, document, path, method, operation);
        }
    }
    page += "</body></html>";
    page
}

/// Groups in the order in which they come.
fn tags(document: &Value) -> Vec<&str> {
    let mut tags = Vec::new();
    for (.., operation) in operations(document) {
        let tag = text(&operation["tags"][0]);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten().filter(|(_, operation)| operation.is_object());
        methods.map(move |(method, operation)| (&**path, &**method, operation))
    })
}

fn write_operation(page: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let role =
        operation["x-runcell-role"].as_str().map_or("open to everybody".to_owned(), |role| format!("role {role}"));
    let _ = write!(
        page,
        "<details id=\"{}\"><summary><span class=\"m\">{}</span><code>{}</code> {}</summary><p class=\"r\">{}</p>",
        escaped(text(&operation["operationId"])),
        method.to_ascii_uppercase(),
        escaped(path),
        escaped(text(&operation["summary"])),
        escaped(&role)
    );
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
        let _ = write!(
            page,
            "<p><code>{}</code> ({}): {}</p>",
            escaped(name),
            escaped(place),
            escaped(text(&parameter["description"]))
        );
    }
    for (media_type, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        let _ = write!(page, "<p>Takes <code>{}</code>:</p>", escaped(media_type));
        write_fields(page, document, &content["schema"]);
    }
    for (status, response) in
        operation["responses"].as_object().into_iter().flatten().filter(|(code, _)| *code != "default")
    {
        let types: Vec<&str> = response["content"].as_object().into_iter().flatten().map(|(name, _)| &**name).collect();
        let _ = write!(
            page,
            "<p>Answers {} {} <code>{}</code></p>",
            escaped(status),
            escaped(text(&response["description"])),
            escaped(&types.join(", "))
        );
        if let Some(content) = response["content"]["application/json"].as_object() {
            write_fields(page, document, content.get("schema").unwrap_or(&Value::Null));
        }
    }
    page.push_str("</details>");
}

/// The fields of an object, with what each says.
fn write_fields(page: &mut String, document: &Value, schema: &Value) {
    let schema = resolved(document, schema);
    let Some(fields) = schema["properties"].as_object() else { return };
    page.push_str("<table>");
    for (name, field) in fields {
        let full = resolved(document, field);
        let words = if field["description"].is_string() { &field["description"] } else { &full["description"] };
        let _ = write!(
            page,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            escaped(name),
            escaped(&kind(full)),
            escaped(text(words))
        );
    }
    page.push_str("</table>");
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
    name.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

fn kind(schema: &Value) -> String {
    match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().map(text).filter(|kind| *kind != "null").collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A text as text of a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_of_the_document_becomes_markup() {
        let operation = json!({ "tags": ["<b>"], "operationId": "\"x\"", "summary": "<script>", "parameters": [
            { "name": "<i>", "in": "query", "description": "a & b" }] });
        let page = page(&json!({ "info": { "version": "1" }, "paths": { "/a<": { "get": operation } } }));
        assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains("<i>"), "{page}");
        assert!(page.contains("&lt;script&gt;") && page.contains("a &amp; b"), "{page}");
    }
}
