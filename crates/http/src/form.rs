//! Forms with files, as browsers and `curl -F` send them.
//!
//! Owns how they are described and how a broken one is refused.

use crate::problem::Problem;
use aide::openapi::{MediaType, Operation, ReferenceOr, RequestBody, SchemaObject};
use axum::extract::multipart::MultipartError;
use runcell_wire::RefusalReason;
use schemars::{JsonSchema, json_schema};

/// Why a form could not be read.
pub(crate) fn broken(error: &MultipartError) -> Problem {
    match error.status().as_u16() {
        413 => Problem::new(
            RefusalReason::TooLarge,
            "the form is longer than this path takes; /api/docs says how long it may be",
        ),
        _ => Problem::invalid(format!("the form cannot be read: {}", error.body_text())),
    }
}

/// Describes a body that is JSON, or a form with files.
pub(crate) fn describe<T: JsonSchema>(operation: &mut Operation, field: &str, words: &str) {
    let json = aide::generate::in_context(|ctx| ctx.schema.subschema_for::<T>());
    let form = json_schema!({
        "type": "object",
        "properties": { field: { "type": "string", "format": "binary", "description": words } },
        "required": [field],
    });
    let media = |json_schema| MediaType {
        schema: Some(SchemaObject { json_schema, external_docs: None, example: None }),
        ..MediaType::default()
    };
    let content = [("application/json".to_owned(), media(json)), ("multipart/form-data".to_owned(), media(form))];
    let body = RequestBody { content: content.into_iter().collect(), required: true, ..RequestBody::default() };
    operation.request_body = Some(ReferenceOr::Item(body));
}
