//! Schemas of the document: what is taken by the library's generator, what is sent by one of our own.
//!
//! Owns the dialect, 2020-12 as OpenAPI 3.1 has it, and the difference between the two: a field that is left out where it is
//! empty need not be in what is sent, and has to be in what is taken unless it has a default.

use aide::generate::in_context;
use aide::openapi::{MediaType, Response, SchemaObject};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};
use std::cell::RefCell;

thread_local! {
    static SENT: RefCell<SchemaGenerator> = RefCell::new(settings().for_serialize().into_generator());
}

fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into())
}

/// Begins a document on this thread.
pub(crate) fn begin() {
    in_context(|ctx| ctx.schema = settings().for_deserialize().into_generator());
    SENT.set(settings().for_serialize().into_generator());
}

/// The schema of something that is sent.
pub(crate) fn sent<T: JsonSchema>() -> Schema {
    SENT.with_borrow_mut(SchemaGenerator::subschema_for::<T>)
}

/// All schemas of what is sent that have a name.
pub(crate) fn take_sent() -> Map<String, Value> {
    SENT.with_borrow_mut(|sent| sent.take_definitions(true))
}

/// An answer of a media type that holds something of a type.
pub(crate) fn content<T: JsonSchema>(media_type: &str) -> Response {
    let schema = Some(SchemaObject { json_schema: sent::<T>(), external_docs: None, example: None });
    let media = MediaType { schema, ..MediaType::default() };
    Response { content: [(media_type.to_owned(), media)].into_iter().collect(), ..Response::default() }
}
