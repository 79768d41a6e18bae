//! Reading a request: path, query and JSON body, each refused in words.
//!
//! Owns the three extractors and how they are described. Whatever does not fit is a problem that names where and what.

use crate::problem::Problem;
use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, RequestBody, SchemaObject};
use aide::operation::{ParamLocation, add_parameters, parameters_from_schema, set_body};
use axum::extract::{FromRequest, FromRequestParts, Path as AxumPath, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use bytes::Bytes;
use runcell_wire::{RefusalReason, Strict, place_and_reason};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// The parts of a path that stand for something.
pub(crate) struct Path<T>(pub(crate) T);

/// The values behind the question mark. Unknown names are refused by the type.
pub(crate) struct Query<T>(pub(crate) T);

/// A body of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = AxumPath::<T>::from_request_parts(parts, state).await;
        read.map(|AxumPath(value)| Self(value))
            .map_err(|error| Problem::invalid(format!("the path: {}", error.body_text())))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read_query<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    let read = serde_path_to_error::deserialize(pairs);
    read.map_err(|error| Problem::invalid(format!("the query is wrong: {}", place_and_reason(&error))))
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media_type = request.headers().get(CONTENT_TYPE).map(|value| value.as_bytes().to_vec());
        if !media_type.as_deref().is_some_and(is_json) {
            let given = media_type.map(|text| String::from_utf8_lossy(&text).chars().take(100).collect::<String>());
            let given = given.map_or_else(|| "it has none".to_owned(), |given| format!("not {given:?}"));
            let message = format!("the body has to be JSON, with Content-Type: application/json; {given}");
            return Err(Problem::new(RefusalReason::WrongType, message));
        }
        let bytes = body(request, state).await?;
        read_json(&bytes).map(Self)
    }
}

/// The whole body of a request, within the bound of its route.
pub(crate) async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|error| {
        let status = error.status().as_u16();
        match status {
            413 => Problem::new(
                RefusalReason::TooLarge,
                "the body is longer than this path takes; /api/docs says how long it may be",
            ),
            _ => Problem::new(RefusalReason::TooSlow, "the body did not arrive whole"),
        }
    })
}

/// A value from JSON, or where and why it is none.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(Strict::new(&mut json));
    let value = read.map_err(|error| Problem::invalid(format!("the body is wrong: {}", place_and_reason(&error))))?;
    json.end().map_err(|error| Problem::invalid(format!("the body is wrong: {error}")))?;
    Ok(value)
}

/// `application/json` or anything that ends with `+json`, with or without parameters.
pub(crate) fn is_json(media_type: &[u8]) -> bool {
    let media_type =
        media_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
    media_type == b"application/json" || (media_type.starts_with(b"application/") && media_type.ends_with(b"+json"))
}

impl<T: JsonSchema> OperationInput for Path<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let schema = ctx.schema.subschema_for::<T>();
        let parameters = parameters_from_schema(ctx, schema, ParamLocation::Path);
        add_parameters(ctx, operation, parameters);
    }
}

impl<T: JsonSchema> OperationInput for Query<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let schema = ctx.schema.subschema_for::<T>();
        let parameters = parameters_from_schema(ctx, schema, ParamLocation::Query);
        add_parameters(ctx, operation, parameters);
    }
}

impl<T: JsonSchema> OperationInput for Json<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let body = json_body::<T>(ctx);
        set_body(ctx, operation, body);
    }
}

fn json_body<T: JsonSchema>(ctx: &mut GenContext) -> RequestBody {
    let json_schema = ctx.schema.subschema_for::<T>();
    let schema = Some(SchemaObject { json_schema, external_docs: None, example: None });
    let content = [("application/json".to_owned(), MediaType { schema, ..MediaType::default() })];
    RequestBody { content: content.into_iter().collect(), required: true, ..RequestBody::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_several_names() {
        for (media_type, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/json", false),
            ("text/plain", false),
            ("application/jsonx", false),
            ("", false),
        ] {
            assert_eq!(is_json(media_type.as_bytes()), expected, "{media_type}");
        }
    }
}
