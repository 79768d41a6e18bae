//! The description of the API: one OpenAPI document, made from the routes as they are.
//!
//! Owns the frame of the document, and who may do what in it. Schemas are in `schema`, what a route takes and answers is read
//! from its handler.

use crate::admission::Access;
use crate::keyed::{IDEMPOTENCY_KEY, LONGEST_KEY};
use crate::problem;
use crate::schema;
use aide::openapi::{
    Components, HeaderStyle, Info, OpenApi, Operation, Parameter, ParameterData, ParameterSchemaOrContent, PathItem,
    ReferenceOr, SchemaObject, SecurityScheme, StatusCode,
};
use runcell_model::caller::Operation as Right;
use schemars::{Schema, json_schema};
use serde_json::Value;

/// Completes the description of a route's one operation.
pub(crate) fn complete(item: &mut PathItem, (id, tag, summary): (&str, &str, &str), access: Access) {
    let slots = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    for operation in slots.into_iter().flatten() {
        operation.operation_id = Some(id.to_owned());
        operation.summary = Some(summary.to_owned());
        operation.tags = vec![tag.to_owned()];
        refusals(operation);
        match access {
            Access::Always | Access::Open => {
                operation.extensions.insert("x-runcell-access".to_owned(), "open".into());
            }
            Access::Caller => may(operation, Right::ReadRuntimes),
            Access::May(right) => may(operation, right),
        }
    }
}

/// Says that the operation of a path that creates something takes a key.
pub(crate) fn takes_key(item: &mut PathItem) {
    item.post.iter_mut().for_each(describe_key);
}

/// Says that an operation takes a key.
pub(crate) fn describe_key(operation: &mut Operation) {
    let words = "The same request with the same key gets the first answer again, and nothing is done twice.";
    let json_schema = json_schema!({ "type": "string", "minLength": 1, "maxLength": LONGEST_KEY });
    let schema = SchemaObject { json_schema, external_docs: None, example: None };
    let parameter_data = ParameterData {
        name: IDEMPOTENCY_KEY.to_owned(),
        description: Some(words.to_owned()),
        required: false,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(schema),
        example: None,
        examples: Default::default(),
        explode: None,
        extensions: Default::default(),
    };
    operation.parameters.push(ReferenceOr::Item(Parameter::Header { parameter_data, style: HeaderStyle::Simple }));
}

/// Says that every route can refuse.
fn refusals(operation: &mut Operation) {
    operation.responses.get_or_insert_default().default = Some(ReferenceOr::Item(problem::described()));
}

fn may(operation: &mut Operation, right: Right) {
    operation.extensions.insert("x-runcell-operation".to_owned(), right.name().into());
    operation.extensions.insert("x-runcell-role".to_owned(), right.least_role().name().into());
    for scheme in ["bearer", "cookie"] {
        operation.security.push([(scheme.to_owned(), Vec::new())].into_iter().collect());
    }
}

/// The document as it begins: what the API is, and how callers say who they are.
pub(crate) fn frame() -> OpenApi {
    let bearer = SecurityScheme::Http {
        scheme: "bearer".to_owned(),
        bearer_format: None,
        description: Some("A token (`rc_...`), or the access token of a login.".to_owned()),
        extensions: Default::default(),
    };
    let cookie = SecurityScheme::ApiKey {
        location: aide::openapi::ApiKeyLocation::Cookie,
        name: "__Host-runcell".to_owned(),
        description: Some("The login of the web page.".to_owned()),
        extensions: Default::default(),
    };
    let schemes = [("bearer", bearer), ("cookie", cookie)];
    let schemes = schemes.into_iter().map(|(name, scheme)| (name.to_owned(), ReferenceOr::Item(scheme)));
    OpenApi {
        info: Info {
            title: "runcell".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: Some("Runs code that nobody has vetted, and tools in containers.".to_owned()),
            ..Info::default()
        },
        components: Some(Components { security_schemes: schemes.collect(), ..Components::default() }),
        ..OpenApi::default()
    }
}

/// The document as JSON, complete with the schemas of what is sent.
pub(crate) fn finish(mut api: OpenApi) -> Value {
    if let Some(paths) = &mut api.paths {
        // The router's sign for the rest of a path is not one of OpenAPI's.
        let all = std::mem::take(&mut paths.paths).into_iter();
        paths.paths = all.map(|(path, item)| (path.replace("{*", "{"), item)).collect();
    }
    let definitions = schema::take_sent();
    let components = api.components.get_or_insert_default();
    for (name, schema) in definitions {
        // A shape that is taken as well was described before: what is sent says more of it.
        if let Ok(json_schema) = Schema::try_from(schema) {
            components.schemas.insert(name, SchemaObject { json_schema, external_docs: None, example: None });
        }
    }
    components.schemas.sort_unstable_keys();
    serde_json::to_value(api).unwrap_or_default()
}

/// An answer that the handler's type does not tell: its status, its media type and what it is.
pub(crate) fn also(operation: &mut Operation, status: u16, media_type: &str, description: &str) {
    let responses = operation.responses.get_or_insert_default();
    let entry =
        responses.responses.entry(StatusCode::Code(status)).or_insert_with(|| ReferenceOr::Item(Default::default()));
    if let ReferenceOr::Item(response) = entry {
        if response.description.is_empty() {
            response.description = description.to_owned();
        }
        response.content.entry(media_type.to_owned()).or_default();
    }
}
